import { afterAll, beforeAll, expect, test } from "vitest";
import { type RedisCluster, startRedisCluster } from "./redis-cluster.ts";
import {
  emptyMaster,
  firstKeys,
  master,
  masterFails,
  redisReplicaIsWiped,
  redisReplicas,
  seed,
  seedKeys,
} from "./redis-scenarios.ts";
import { moment, repeat } from "./rounds.ts";
import { redisTree } from "./small-tree.ts";
import { smallRedis } from "./specs.ts";

let cluster: RedisCluster;

beforeAll(async () => {
  cluster = await startRedisCluster(smallRedis());
  await firstKeys(cluster);
});

afterAll(async () => {
  await cluster.close();
});

test.each(["kill -9", "power cut"] as const)(
  "%s of the master under a writer loses nothing older than the bound",
  async (how) => {
    const counts = await repeat(`${how} of the master`, async (round) => {
      const count = await masterFails(
        cluster,
        how,
        `${how} ${round} `.replaceAll(" ", "-"),
        2500 + moment(1500),
      );
      for (const pod of redisReplicas) await cluster.holds(pod, seedKeys + count.found);
      // Twenty rounds of writes would not fit the small memory.
      await seed(cluster, [master, ...redisReplicas]);
      return count;
    });
    for (const { owed, found } of counts) expect(found).toBeGreaterThanOrEqual(owed);
  },
);

test("a replica with an empty volume copies the master", async () => {
  const counts = await repeat("replica wiped", () => redisReplicaIsWiped(cluster, seedKeys));
  expect(new Set(counts)).toEqual(new Set([seedKeys]));
});

test("an empty master never starts over the replicas' keys", async () => {
  const promoted = redisTree({ ...smallRedis(), master: redisReplicas[0] });
  const original = redisTree(smallRedis());
  const counts = await repeat("empty master", async () => {
    const found = await emptyMaster(cluster, seedKeys, promoted);
    await cluster.remove([master, ...redisReplicas]);
    await cluster.create([master, ...redisReplicas], original);
    await cluster.ready([master, ...redisReplicas]);
    for (const pod of redisReplicas) await cluster.holds(pod, seedKeys);
    return found;
  });
  expect(new Set(counts)).toEqual(new Set([seedKeys]));
});
