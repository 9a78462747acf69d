import type { NetworkEdge } from "./network-peers.ts";
import { row, workload } from "./network-rows.ts";

/** Which parts of PostgreSQL run in this namespace. */
export interface PostgresqlNeeds {
  readonly replicas: number;
  /** Whether PgBouncer stands between the application and the primary. */
  readonly pooled?: boolean;
  /** Whether the application reads from the replicas, for which it has no pooler. */
  readonly readByApplication?: boolean;
  readonly backedUp?: boolean;
}

/** Which parts of Redis run in this namespace. */
export interface RedisNeeds {
  readonly replicas: number;
  readonly backedUp?: boolean;
}

/** Pods that work on PostgreSQL's backups and talk to it. */
export const backupPods = ["postgres-backup", "postgres-base-backup", "postgres-restore-rehearsal"] as const;

const application = workload("application");
const postgres = workload("postgres");
const pooler = workload("pgbouncer");
const cache = workload("redis");

/** Returns the connections to PostgreSQL and to its pooler; none where it runs elsewhere. */
export function postgresqlEdges(postgresql: PostgresqlNeeds | undefined): NetworkEdge[] {
  if (!postgresql) return [];
  const port = 5432;
  const reason = "replicas stream from the primary, and an empty primary asks for their data";
  return [
    ...(postgresql.pooled
      ? [
          row({
            name: "application-to-pgbouncer",
            from: application,
            to: pooler,
            port: 6432,
            reason: "reads and writes its data",
          }),
          row({
            name: "pgbouncer-to-postgres",
            from: pooler,
            to: postgres,
            port,
            reason: "passes on what the application asks",
          }),
        ]
      : []),
    ...(!postgresql.pooled || postgresql.readByApplication
      ? [
          row({
            name: "application-to-postgres",
            from: application,
            to: postgres,
            port,
            reason: postgresql.pooled ? "reads from the replicas" : "reads and writes its data",
          }),
        ]
      : []),
    row({
      name: "migration-to-postgres",
      from: workload("migration"),
      to: postgres,
      port,
      reason: "changes the schema before a release",
    }),
    ...(postgresql.backedUp ? backupPods : []).map((name) =>
      row({
        name: `${name}-to-postgres`,
        from: workload(name),
        to: postgres,
        port,
        reason: "keeps and proves backups",
      }),
    ),
    ...(postgresql.replicas > 0
      ? [row({ name: "postgres-to-postgres", from: postgres, to: postgres, port, reason })]
      : []),
  ];
}

/** Returns the connections to Redis; none where it runs elsewhere. */
export function redisEdges(tier: RedisNeeds | undefined): NetworkEdge[] {
  if (!tier) return [];
  const port = 6379;
  const reason = "replicas copy the master, and an empty master asks for their data";
  return [
    row({
      name: "application-to-redis",
      from: application,
      to: cache,
      port,
      reason: "cache, sessions and queues",
    }),
    ...(tier.backedUp
      ? [
          row({
            name: "redis-dump-to-redis",
            from: workload("redis-dump"),
            to: cache,
            port,
            reason: "keeps backups",
          }),
        ]
      : []),
    ...(tier.replicas > 0 ? [row({ name: "redis-to-redis", from: cache, to: cache, port, reason })] : []),
  ];
}
