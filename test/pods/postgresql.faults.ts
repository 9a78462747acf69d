import { afterAll, beforeAll, expect, test } from "vitest";
import { type PostgresqlCluster, startPostgresqlCluster } from "./postgresql-cluster.ts";
import {
  cloneIsKilled,
  drain,
  emptyPrimary,
  expectRows,
  firstRows,
  firstStartIsKilled,
  primary,
  primaryFails,
  replicaIsWiped,
  replicas,
  seedRows,
  slotIsLost,
} from "./postgresql-scenarios.ts";
import { moment, repeat, rounds } from "./rounds.ts";
import { postgresqlTree } from "./small-tree.ts";
import { smallPostgresql } from "./specs.ts";

let cluster: PostgresqlCluster;
let rows = seedRows;

beforeAll(async () => {
  cluster = await startPostgresqlCluster(smallPostgresql());
});

afterAll(async () => {
  await cluster.close();
});

test("a first start killed at a random moment is done again", async () => {
  const moments = await repeat("first start killed", async () => {
    const milliseconds = moment(2500);
    await firstStartIsKilled(cluster, milliseconds);
    return { milliseconds };
  });
  expect(moments).toHaveLength(rounds);
  await firstRows(cluster);
});

test.each(["kill -9", "power cut"] as const)(
  "%s of the primary under a writer loses no acknowledged commit",
  async (how) => {
    const counts = await repeat(`${how} of the primary`, async () => {
      const { acknowledged, found } = await primaryFails(cluster, how, 50 + moment(400));
      rows += found;
      await cluster.ready(replicas);
      await expectRows(cluster, replicas, rows);
      return { acknowledged, found, rows };
    });
    for (const { acknowledged, found } of counts) expect(found).toBeGreaterThanOrEqual(acknowledged);
  },
);

test("a replica with an empty volume clones the primary", async () => {
  const counts = await repeat("replica wiped", () => replicaIsWiped(cluster, rows));
  expect(new Set(counts)).toEqual(new Set([rows]));
});

test("a clone killed at a random moment is done again", async () => {
  const hits = await repeat("clone killed", async (round) => {
    const milliseconds = moment(150);
    const hit = await cloneIsKilled(cluster, rows, milliseconds, round % 2 === 0 ? "killed" : "power cut");
    return { milliseconds, hit, rows };
  });
  // A clone of a small database may be over before the moment comes.
  expect(hits.filter(({ hit }) => hit).length).toBeGreaterThanOrEqual(rounds / 2);
});

test("a replica whose slot was lost clones again", async () => {
  const counts = await repeat("slot lost", () => slotIsLost(cluster, rows));
  expect(new Set(counts)).toEqual(new Set([rows]));
});

test("drains of all nodes, in every order, lose nothing", async () => {
  const [a, b] = replicas;
  const orders = [
    [primary, a, b],
    [primary, b, a],
    [a, primary, b],
    [b, primary, a],
    [a, b, primary],
    [b, a, primary],
  ];
  const counts = await repeat("drain", async (round) => {
    const order = orders[round % orders.length] ?? [];
    rows = await drain(cluster, order, rows);
    return { order, rows };
  });
  expect(counts.at(-1)?.rows).toBe(await expectRows(cluster, replicas, rows));
});

test("an empty primary never starts over the replicas' rows", async () => {
  const promoted = postgresqlTree({ ...smallPostgresql(), primary: replicas[0] });
  const original = postgresqlTree(smallPostgresql());
  const counts = await repeat("empty primary", async () => {
    const found = await emptyPrimary(cluster, rows, promoted);
    // Back to the first name, by the same way: all stopped, the named pod promoted, the others follow.
    await cluster.remove([primary, ...replicas]);
    await cluster.create([primary, ...replicas], original);
    await cluster.ready([primary, ...replicas]);
    return { found, back: await expectRows(cluster, [primary, ...replicas], rows) };
  });
  for (const { found, back } of counts) expect([found, back]).toEqual([rows, rows]);
});
