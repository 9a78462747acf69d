import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type PostgresqlCluster, startPostgresqlCluster } from "./postgresql-cluster.ts";
import {
  cloneIsKilled,
  drain,
  emptyPrimary,
  expectRows,
  firstRows,
  primary,
  primaryFails,
  replicaIsWiped,
  replicas,
  seedRows,
  slotIsLost,
  volumeFillsUp,
} from "./postgresql-scenarios.ts";
import { postgresqlTree } from "./small-tree.ts";
import { smallPostgresql } from "./specs.ts";

let cluster: PostgresqlCluster;
let rows = seedRows;

beforeAll(async () => {
  cluster = await startPostgresqlCluster(smallPostgresql());
  await firstRows(cluster);
});

afterAll(async () => {
  await cluster.close();
});

describe("PostgreSQL from the rendered files", () => {
  test("the replicas stream every row and take no writes", async () => {
    await expectRows(cluster, replicas, rows);
    for (const pod of replicas)
      await expect(cluster.ask(pod, "INSERT INTO ledger VALUES (0)")).rejects.toThrow(
        "read-only transaction",
      );
  });

  test("kill -9 of the primary under a writer loses no acknowledged commit", async () => {
    const { found } = await primaryFails(cluster, "kill -9", 200);
    rows += found;
    await cluster.ready(replicas);
    expect(await expectRows(cluster, replicas, rows)).toBe(rows);
  });

  test("a power cut of the primary under a writer loses no acknowledged commit", async () => {
    const { found } = await primaryFails(cluster, "power cut", 200);
    rows += found;
    await cluster.ready(replicas);
    expect(await expectRows(cluster, replicas, rows)).toBe(rows);
  });

  test("a replica with an empty volume clones the primary", async () => {
    expect(await replicaIsWiped(cluster, rows)).toBe(rows);
  });

  test("a clone that is killed half-way is done again", async () => {
    expect(await cloneIsKilled(cluster, rows, "first files", "killed")).toBe(true);
  });

  test("a replica whose slot was lost clones again", async () => {
    expect(await slotIsLost(cluster, rows)).toBe(rows);
  });

  test("a drain of every node in turn, the primary's first, loses nothing", async () => {
    rows = await drain(cluster, [primary, ...replicas], rows);
    expect(await expectRows(cluster, replicas, rows)).toBe(rows);
  });

  test("a full volume stops the writes, and growing it brings back every row", async () => {
    rows = await volumeFillsUp(cluster, "1536Mi");
    await cluster.ready(replicas);
    expect(await expectRows(cluster, replicas, rows)).toBe(rows);
  });

  test("an empty primary does not start over the replicas' rows, and promoting a replica brings them back", async () => {
    const promoted = postgresqlTree({ ...smallPostgresql(), primary: replicas[0] });
    expect(await emptyPrimary(cluster, rows, promoted)).toBe(rows);
  });
});
