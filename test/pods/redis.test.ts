import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { oddPasswords } from "./odd-passwords.ts";
import { type RedisCluster, startRedisCluster } from "./redis-cluster.ts";
import {
  emptyMaster,
  firstKeys,
  master,
  masterFails,
  redisReplicaIsWiped,
  redisReplicas,
  seedKeys,
} from "./redis-scenarios.ts";
import { redisTree } from "./small-tree.ts";
import { smallRedis } from "./specs.ts";

let cluster: RedisCluster;
let keys = seedKeys;

beforeAll(async () => {
  cluster = await startRedisCluster(smallRedis());
  await firstKeys(cluster);
});

afterAll(async () => {
  await cluster.close();
});

describe("Redis from the rendered files", () => {
  test("nobody gets in without a password, and nobody as the default user", async () => {
    expect(await withoutPassword("get", "seed1")).toContain("NOAUTH");
    expect(await withoutPassword("--user", "default", "--pass", "x", "get", "seed1")).toContain("NOAUTH");
  });

  test("the application works on keys and on nothing else", async () => {
    expect(await asApplication("get", "seed7")).toBe("7");
    for (const words of [
      ["flushall"],
      ["config", "get", "dir"],
      ["replicaof", "no", "one"],
      ["acl", "list"],
      ["shutdown"],
    ])
      expect(await asApplication(...words)).toContain("NOPERM");
  });

  test("a replica takes no writes", async () => {
    expect(await cluster.send("application", "redis-replica-service", "set", "a", "1")).toContain("READONLY");
  });

  test("no password is in a command line, a log or the data folder", async () => {
    for (const word of Object.values(oddPasswords).map((password) => password.trim())) {
      for (const pod of [master, ...redisReplicas]) {
        expect(cluster.pod(pod).log("redis")).not.toContain(word);
        const { stdout } = await cluster
          .pod(pod)
          .exec("redis", [
            "/bin/bash",
            "-c",
            "cat /proc/[0-9]*/cmdline | tr '\\0' ' '; cat /data/appendonlydir/*",
          ]);
        expect(stdout).toContain("redis-server");
        expect(stdout).not.toContain(word);
      }
    }
  });

  test("kill -9 of the master under a writer loses no acknowledged write", async () => {
    const { acknowledged, found } = await masterFails(cluster, "kill -9", "kill", 500);
    keys += found;
    for (const pod of redisReplicas) expect(await cluster.holds(pod, keys)).toBe(keys);
    expect(found).toBeGreaterThanOrEqual(acknowledged);
  });

  test("a power cut of the master under a writer loses no write older than the bound", async () => {
    const { owed, found } = await masterFails(cluster, "power cut", "cut", 3000);
    keys += found;
    for (const pod of redisReplicas) expect(await cluster.holds(pod, keys)).toBe(keys);
    expect(owed).toBeGreaterThan(0);
    expect(found).toBeGreaterThanOrEqual(owed);
  });

  test("a replica with an empty volume copies the master", async () => {
    expect(await redisReplicaIsWiped(cluster, keys)).toBe(keys);
  });

  test("an empty master does not start over the replicas' keys, and naming a replica brings them back", async () => {
    const promoted = redisTree({ ...smallRedis(), master: redisReplicas[0] });
    expect(await emptyMaster(cluster, keys, promoted)).toBe(keys);
  });
});

async function withoutPassword(...words: readonly string[]): Promise<string> {
  const command = ["/usr/bin/redis-cli", "-h", "redis-master-service", ...words];
  return (await cluster.pod("client").exec("client", command)).stdout;
}

function asApplication(...words: readonly string[]): Promise<string> {
  return cluster.send("application", "redis-master-service", ...words);
}
