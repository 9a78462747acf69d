import type { Postgresql } from "../../src/components/postgresql.ts";
import type { Redis } from "../../src/components/redis.ts";
import { type PostgresqlCluster, startPostgresqlCluster } from "./postgresql-cluster.ts";
import { firstRows, replicas } from "./postgresql-scenarios.ts";
import { type RedisCluster, startRedisCluster } from "./redis-cluster.ts";
import { firstKeys, redisReplicas } from "./redis-scenarios.ts";

/** Starts PostgreSQL with its first rows, does some work on it and ends it. */
export async function withPostgresql(
  spec: Postgresql,
  work: (cluster: PostgresqlCluster) => Promise<unknown>,
): Promise<void> {
  const cluster = await startPostgresqlCluster(spec);
  try {
    await firstRows(cluster, replicas.slice(0, spec.replicas));
    await work(cluster);
  } finally {
    await cluster.close();
  }
}

/** Starts Redis with its first keys, does some work on it and ends it. */
export async function withRedis(
  spec: Redis,
  work: (cluster: RedisCluster) => Promise<unknown>,
): Promise<void> {
  const cluster = await startRedisCluster(spec);
  try {
    await firstKeys(cluster, redisReplicas.slice(0, spec.replicas));
    await work(cluster);
  } finally {
    await cluster.close();
  }
}

/** Returns a spec in which a text of one file is another; throws an Error when the file does not contain it once. */
export function edited<Spec extends Postgresql | Redis>(
  spec: Spec,
  files: "configFiles" | "scriptFiles",
  name: string,
  from: string,
  to: string,
): Spec {
  const parts = (spec[files].get(name) ?? "").split(from);
  if (parts.length !== 2) throw new Error(`${name} contains ${parts.length - 1} times: ${from}`);
  return { ...spec, [files]: new Map([...spec[files], [name, parts.join(to)]]) };
}
