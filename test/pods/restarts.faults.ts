import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type PostgresqlCluster, startPostgresqlCluster } from "./postgresql-cluster.ts";
import { firstRows, primary } from "./postgresql-scenarios.ts";
import { type RedisCluster, startRedisCluster } from "./redis-cluster.ts";
import { firstKeys, master } from "./redis-scenarios.ts";
import { repeat } from "./rounds.ts";
import { smallPostgresql, smallRedis } from "./specs.ts";
import { until } from "./until.ts";

// How long writes are refused while the pod of a primary or master is replaced, as by a rolling update: the seconds
// between its last and the next acknowledged write. The scheduler and the attaching of a volume come on top.
let database: PostgresqlCluster;
let cache: RedisCluster;

beforeAll(async () => {
  database = await startPostgresqlCluster(smallPostgresql());
  await firstRows(database);
  cache = await startRedisCluster(smallRedis());
  await firstKeys(cache);
});

afterAll(async () => {
  await database.close();
  await cache.close();
});

test("the primary's pod is replaced", async () => {
  const seconds = await repeat("restart of the primary", () => {
    const write = async () =>
      (await database.application("postgres-primary-service", "UPDATE ledger SET note = 'x' WHERE id = 1"))
        .code === 0;
    return outage(database, primary, write);
  });
  expect(Math.max(...seconds)).toBeGreaterThan(0);
});

test("the master's pod is replaced", async () => {
  const seconds = await repeat("restart of the master", () => {
    const write = async () =>
      (await cache.send("application", "redis-master-service", "set", "a", "1")) === "OK";
    return outage(cache, master, write);
  });
  expect(Math.max(...seconds)).toBeGreaterThan(0);
});

async function outage(
  cluster: Pick<PostgresqlCluster, "ready" | "remove" | "create">,
  pod: string,
  write: () => Promise<boolean>,
): Promise<number> {
  await cluster.ready([pod]);
  let last = Date.now();
  let replaced = false;
  const replacement = (async () => {
    await cluster.remove([pod]);
    await cluster.create([pod]);
    replaced = true;
  })();
  let first = 0;
  await until(
    () => "no write is taken",
    async () => {
      // A connection to an address that is gone just now would be tried for a minute, by which time it is back.
      const taken = await Promise.race([write(), delay(2000, false)]);
      if (taken && !replaced) last = Date.now();
      if (taken && replaced) first = Date.now();
      return first > 0;
    },
  );
  await replacement;
  return (first - last) / 1000;
}
