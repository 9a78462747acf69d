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
import { until } from "./until.ts";

let cluster: PostgresqlCluster;
let rows = seedRows;

beforeAll(async () => {
  cluster = await startPostgresqlCluster({ ...smallPostgresql(), readyLagBytes: 4 * 2 ** 20 });
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
    expect(await cloneIsKilled(cluster, rows, 0, "killed")).toBe(true);
  });

  test("a replica whose slot was lost clones again", async () => {
    expect(await slotIsLost(cluster, rows)).toBe(rows);
  });

  test("a drain of every node in turn, the primary's first, loses nothing", async () => {
    rows = await drain(cluster, [primary, ...replicas], rows);
    expect(await expectRows(cluster, replicas, rows)).toBe(rows);
  });

  test("a replica that streams but is too far behind is not ready, until it has caught up", async () => {
    const [pod] = replicas;
    const set = async (change: string) => {
      await cluster.ask(pod, `ALTER SYSTEM ${change}`);
      await cluster.ask(pod, "SELECT pg_reload_conf()");
    };
    await set("SET recovery_min_apply_delay = '1h'");
    const more = "SELECT repeat('x', 500) AS text FROM generate_series(1, 20000)";
    // Replay waits at the first commit; what follows is what it is behind.
    await cluster.ask(primary, `CREATE TABLE behind AS ${more}`);
    await cluster.ask(primary, `INSERT INTO behind ${more}`);
    await until(
      () => "a replica far behind stays ready",
      () => !cluster.pod(pod).ready(),
    );
    expect(await cluster.ask(pod, "SELECT status FROM pg_stat_wal_receiver")).toBe("streaming");
    await set("RESET recovery_min_apply_delay");
    await cluster.ready([pod]);
    await cluster.eventually(pod, "SELECT count(*) FROM behind", "40000");
    await cluster.ask(primary, "DROP TABLE behind");
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
