import { afterEach, describe, expect, test } from "vitest";
import type { Redis } from "../../src/components/redis.ts";
import { hasMemoryGroups, type MemoryLimits, memoryLimits } from "./memory-limits.ts";
import { oddPasswords } from "./odd-passwords.ts";
import { type RedisCluster, startRedisCluster } from "./redis-cluster.ts";
import { firstKeys, master, redisReplicas, seedKeys } from "./redis-scenarios.ts";
import { redisTree } from "./small-tree.ts";
import { smallRedis } from "./specs.ts";
import { until } from "./until.ts";

const [replica] = redisReplicas;
const service = "redis-master-service";
let cluster: RedisCluster | undefined;
let limits: MemoryLimits | undefined;

afterEach(async () => {
  await cluster?.close();
  limits?.remove();
  limits = undefined;
});

async function start(spec: Redis, others: readonly string[]): Promise<RedisCluster> {
  const beside = limits === undefined ? {} : { memoryGroup: limits.folder };
  const started = await startRedisCluster(spec, redisTree(spec), oddPasswords, beside);
  cluster = started;
  await firstKeys(started, others);
  return started;
}

const fill = (kilobytes: number) =>
  `local text = string.rep("x", 1000) for i = 1, ${kilobytes} do redis.call("set", "fill" .. (ARGV[1] or "") .. i, text) end return "done"`;

describe("Redis at its limits", () => {
  test("with minReplicasToWrite takes no write without a replica, and all of them again with one", async () => {
    const spec = smallRedis();
    const redis = await start(
      { ...spec, replicas: 1, settings: { ...spec.settings, minReplicasToWrite: 1 } },
      [replica],
    );
    await redis.remove([replica], "killed");
    const refused = async () =>
      (await redis.send("application", service, "set", "late", "1")).includes("NOREPLICAS");
    await until(() => "writes are still taken", refused);
    expect(await redis.send("application", service, "get", "seed7")).toBe("7");
    await redis.create([replica]);
    await redis.ready([replica]);
    await until(
      () => "writes are still refused",
      async () => (await redis.send("application", service, "set", "late", "1")) === "OK",
    );
    for (const pod of [master, replica]) await redis.holds(pod, Number(await redis.keys(master)));
    expect(Number(await redis.keys(master))).toBe(seedKeys + 1);
  });

  test("with full memory refuses writes, keeps every key without expiry, and goes on when there is room", async () => {
    const redis = await start({ ...smallRedis(), replicas: 1 }, [replica]);
    // A script is refused as a whole, when it begins.
    let reply = "done";
    for (let part = 0; reply === "done" && part < 100; part += 1)
      reply = await redis.send("application", service, "eval", fill(1000), "0", `${part}-`);
    expect(reply).toContain("OOM");
    const keys = Number(await redis.keys(master));
    expect(keys).toBeGreaterThan(30_000);
    expect(await redis.send("application", service, "get", "seed7")).toBe("7");
    expect(await redis.holds(replica, keys)).toBe(keys);
    await redis.send(
      "application",
      service,
      "del",
      ...Array.from({ length: 2000 }, (_, index) => `fill${index % 2}-${Math.floor(index / 2) + 1}`),
    );
    expect(await redis.send("application", service, "set", "late", "1")).toBe("OK");
    expect(await redis.holds(replica, keys - 1999)).toBe(keys - 1999);
  });

  test.runIf(hasMemoryGroups)(
    "rewrites its append-only file under writes within the memory limit that the checks demand",
    async () => {
      limits = memoryLimits("fits");
      const redis = await start(limited("358Mi"), []);
      await rewriteUnderWrites(redis);
      expect(limits.kills(master, "redis")).toBe(0);
      expect(redis.pod(master).exits("redis")).toEqual([]);
      expect(limits.peak(master, "redis")).toBeGreaterThan(48 * 2 ** 20);
    },
  );

  test.runIf(hasMemoryGroups)("is killed at the limit of the guide, which is maxmemory itself", async () => {
    limits = memoryLimits("guide");
    const redis = await start(limited("48Mi"), []);
    await rewriteUnderWrites(redis).catch(() => {});
    expect(limits.kills(master, "redis")).toBeGreaterThan(0);
  });
});

function limited(memory: string): Redis {
  const spec = smallRedis();
  const resources = { ...spec.masterServer.resources, limits: { cpu: "1", memory } };
  return { ...spec, replicas: 0, guardSeconds: 0, masterServer: { ...spec.masterServer, resources } };
}

/** Fills the memory, then changes every key while a child writes the append-only file anew. */
async function rewriteUnderWrites(redis: RedisCluster): Promise<void> {
  await redis.send("application", service, "eval", fill(40_000), "0");
  const inPod = (words: string) =>
    redis.pod(master).exec("redis", ["/bin/bash", "-c", `. /scripts/lib.sh; as operator 127.0.0.1 ${words}`]);
  expect((await inPod("bgrewriteaof")).stdout).toContain("started");
  await redis.send("application", service, "eval", fill(40_000), "0");
  await until(
    () => "the rewrite does not end",
    async () => /aof_rewrite_in_progress:0\r?\n/.test((await inPod("info persistence")).stdout),
  );
  expect((await inPod("info persistence")).stdout).toContain("aof_last_bgrewrite_status:ok");
}
