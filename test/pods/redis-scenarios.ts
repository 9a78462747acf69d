import { setTimeout as delay } from "node:timers/promises";
import type { RedisCluster } from "./redis-cluster.ts";
import { until } from "./until.ts";
import type { Tree } from "./tree.ts";

/** The pods of the small Redis. */
export const master = "redis-master-0";
export const redisReplicas = ["redis-replica-0", "redis-replica-1"] as const;

/** Keys that every cluster begins with. */
export const seedKeys = 1000;

// Redis begins the fsync of `everysec` up to a second late when the one before is slow (redis.conf, appendfsync), so a
// write that is older than two seconds is on the disk.
const lossBound = 2000;

/** Starts all pods and writes the first keys, by a Lua script: those are what a bad default user loses at a load. */
export async function firstKeys(
  cluster: RedisCluster,
  others: readonly string[] = redisReplicas,
): Promise<void> {
  await cluster.create([master, ...others]);
  await cluster.ready([master, ...others]);
  await seed(cluster, [master, ...others]);
}

/** Empties the database and writes the first keys again; returns their number once every pod has them. */
export async function seed(cluster: RedisCluster, pods: readonly string[]): Promise<number> {
  const script = `redis.call("flushdb") for i = 1, ${seedKeys} do redis.call("set", "seed" .. i, i) end return "done"`;
  const reply = await cluster.send("application", "redis-master-service", "eval", script, "0");
  if (reply !== "done") throw new Error(reply);
  for (const pod of pods) await cluster.holds(pod, seedKeys);
  return seedKeys;
}

/**
 * Takes the master away under a writer and brings it back. Returns the writes that were acknowledged, those that were
 * older than the loss bound by then, and those that are there.
 */
export async function masterFails(
  cluster: RedisCluster,
  how: "kill -9" | "power cut",
  prefix: string,
  milliseconds: number,
): Promise<{ readonly acknowledged: number; readonly owed: number; readonly found: number }> {
  await cluster.ready([master]);
  const before = Number(await cluster.keys(master));
  const writer = cluster.write(prefix);
  await writer.reach(10);
  await delay(milliseconds);
  if (how === "kill -9") {
    const container = cluster.pod(master).container("redis");
    await container.signal("KILL");
    await container.ended;
  } else {
    await cluster.remove([master], "power cut");
    await cluster.create([master]);
  }
  const times = await writer.stop();
  const all = times.length;
  const last = times.at(-1) ?? 0;
  await cluster.ready([master]);
  const found = Number(await cluster.keys(master)) - before;
  // A killed process loses nothing that it gave to the kernel; a machine loses what everysec had not yet synced.
  const owed = how === "kill -9" ? all : times.filter((time) => time <= last - lossBound).length;
  if (found < owed)
    throw new Error(`${all} writes were acknowledged, ${owed} are owed, only ${found} are there`);
  return { acknowledged: all, owed, found };
}

/** A replica is killed and its volume lost; it comes back with every key. */
export async function redisReplicaIsWiped(cluster: RedisCluster, keys: number): Promise<number> {
  const [pod] = redisReplicas;
  await cluster.remove([pod], "killed");
  await cluster.claims.lose(`redis-storage-${pod}`);
  await cluster.create([pod]);
  await cluster.ready([pod]);
  return cluster.holds(pod, keys);
}

/**
 * The master's volume is emptied while the replicas hold the keys. It must not start; naming a replica as the master
 * brings the keys back, also for the old master.
 */
export async function emptyMaster(cluster: RedisCluster, keys: number, promoted: Tree): Promise<number> {
  const [next, other] = redisReplicas;
  await cluster.remove([master], "killed");
  await cluster.claims.lose(`redis-storage-${master}`);
  await cluster.create([master]);
  const refused = () => {
    if (cluster.pod(master).ready()) throw new Error("an empty master became ready while replicas have data");
    return cluster.pod(master).exits("redis").length >= 2;
  };
  await until(() => `no refusal:\n${cluster.pod(master).log("redis")}`, refused);
  if (!cluster.pod(master).log("redis").includes("not starting as master")) {
    throw new Error(`another reason:\n${cluster.pod(master).log("redis")}`);
  }
  for (const pod of redisReplicas) await cluster.holds(pod, keys);
  await cluster.remove([master, next, other]);
  await cluster.create([next, other, master], promoted);
  await cluster.ready([next, other, master]);
  for (const pod of [next, other, master]) await cluster.holds(pod, keys);
  return keys;
}
