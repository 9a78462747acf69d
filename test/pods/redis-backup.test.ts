import { copyFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { redis } from "../../src/components/redis.ts";
import { redisBackup } from "../../src/components/redis-backup.ts";
import { type RedisCluster, startRedisCluster } from "./redis-cluster.ts";
import { firstKeys, master, seedKeys } from "./redis-scenarios.ts";
import { renderedTree } from "./small-tree.ts";
import { smallRedis, smallRedisBackup } from "./specs.ts";
import { until } from "./until.ts";

const replica = "redis-replica-0";
const spec = { ...smallRedis(), replicas: 1 };
let cluster: RedisCluster;

beforeAll(async () => {
  cluster = await startRedisCluster(spec, renderedTree([...redis(spec), ...redisBackup(smallRedisBackup())]));
  await firstKeys(cluster, [replica]);
});

afterAll(async () => {
  await cluster.close();
});

describe("backups of Redis from the rendered files", () => {
  test("a dump holds every key, has been loaded once, and older ones go", async () => {
    for (let round = 0; round < 3; round += 1) {
      const { code, log } = await backup();
      expect([code, log]).toEqual([0, expect.stringContaining(`holds ${seedKeys} keys`)]);
    }
    expect(await dumps()).toHaveLength(smallRedisBackup().keep);
  });

  test("a dump on an emptied volume of the master brings every key back", async () => {
    const [newest = ""] = (await dumps()).toReversed();
    await cluster.remove([master, replica]);
    const claims = [`redis-storage-${master}`, `redis-storage-${replica}`];
    for (const claim of claims) await cluster.claims.lose(claim);
    const [claim = ""] = claims;
    await cluster.claims.attach(claim, "256Mi", "restore");
    await cluster.claims.attach("redis-backup", "64Mi", "restore");
    copyFileSync(
      join(cluster.claims.path("redis-backup"), newest),
      join(cluster.claims.path(claim), "dump.rdb"),
    );
    await cluster.claims.detach("restore");
    await cluster.create([master, replica]);
    await cluster.ready([master, replica]);
    for (const pod of [master, replica]) expect(await cluster.holds(pod, seedKeys)).toBe(seedKeys);
  });

  test("a source that does not answer fails the backup and leaves the dumps alone", async () => {
    const before = await dumps();
    await cluster.remove([replica]);
    const { code, log } = await backup();
    expect([code, log]).toEqual([1, expect.stringContaining("does not say how many keys it has")]);
    expect(await dumps()).toEqual(before);
  });
});

async function backup(): Promise<{ readonly code: number | undefined; readonly log: string }> {
  await cluster.create(["redis-backup"]);
  const pod = cluster.pod("redis-backup");
  await until(
    () => `the backup does not end: ${pod.log("backup")}`,
    () => pod.failure() !== undefined || pod.exits("backup").length > 0,
  );
  await cluster.remove(["redis-backup"]);
  return { code: pod.exits("backup")[0], log: pod.log("backup") };
}

async function dumps(): Promise<readonly string[]> {
  await cluster.claims.attach("redis-backup", "64Mi", "look");
  const names = readdirSync(cluster.claims.path("redis-backup")).filter((name) => name.endsWith(".rdb"));
  await cluster.claims.detach("look");
  return names.toSorted();
}
