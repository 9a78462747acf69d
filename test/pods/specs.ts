import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Postgresql } from "../../src/components/postgresql.ts";
import type { Pgbouncer } from "../../src/components/pgbouncer.ts";
import type { PostgresqlBackup } from "../../src/components/postgresql-backup.ts";
import type { RedisBackup } from "../../src/components/redis-backup.ts";
import type { Redis } from "../../src/components/redis.ts";

const base = join(import.meta.dirname, "../../base");
const resources = { requests: { cpu: "100m", memory: "256Mi" }, limits: { cpu: "1", memory: "512Mi" } };

/** Returns the files of a folder of base/ by name; folders in it are left out. */
export function filesOf(folder: string): ReadonlyMap<string, string> {
  const entries = readdirSync(join(base, folder), { withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(entries.map(({ name }) => [name, readFileSync(join(base, folder, name), "utf8")]));
}

/** Returns PostgreSQL in the smallest sizes that still behave like the large ones. */
export function smallPostgresql(): Postgresql {
  const server = {
    resources,
    memory: { sharedBuffers: "32MB", effectiveCacheSize: "96MB", workMem: "1MB", maintenanceWorkMem: "16MB" },
    sharedMemory: "64Mi",
    storage: { size: "768Mi" },
  };
  return {
    image: "docker.io/library/postgres:15-bookworm",
    exporterImage: "quay.io/prometheuscommunity/postgres-exporter:v0.20.0",
    database: "apg_cash_production",
    applicationRole: "apg_user",
    primary: "postgres-primary-0",
    replicas: 2,
    synchronous: false,
    settings: {
      maxConnections: 40,
      minWalSize: "32MB",
      maxWalSize: "64MB",
      walKeepSize: "0",
      maxSlotWalKeepSize: "48MB",
    },
    primaryServer: server,
    replicaServer: server,
    readyLagBytes: 67_108_864,
    guardSeconds: 2,
    probeSeconds: 1,
    reloadSeconds: 1,
    waitSeconds: 30,
    spread: { nodes: "required" },
    options: { pullSecrets: [] },
    evictUnhealthyPods: true,
    configFiles: filesOf("postgresql"),
    scriptFiles: filesOf("postgresql/scripts"),
  };
}

/** Returns backups of the small PostgreSQL. */
export function smallPostgresqlBackup(): PostgresqlBackup {
  const { image, database, primary } = smallPostgresql();
  return {
    image,
    database,
    primary,
    keep: 2,
    backupSchedule: "0 1 * * *",
    rehearsalSchedule: "0 4 * * 0",
    storage: { size: "1Gi" },
    rehearsalStorage: { size: "512Mi" },
    resources,
    rehearsalResources: resources,
    options: { pullSecrets: [] },
    scriptFiles: new Map([...filesOf("backup"), ...filesOf("postgresql/backup")]),
  };
}

/** Returns backups of the small Redis. */
export function smallRedisBackup(): RedisBackup {
  return {
    image: smallRedis().image,
    source: "redis-replica-service",
    backupSchedule: "30 1 * * *",
    rehearsalSchedule: "0 5 * * 0",
    keep: 2,
    storage: { size: "64Mi" },
    resources,
    options: { pullSecrets: [] },
    scriptFiles: new Map([...filesOf("backup"), ...filesOf("redis/backup")]),
  };
}

/** Returns PgBouncer with few connections. */
export function smallPgbouncer(): Pgbouncer {
  return {
    image: "ghcr.io/cloudnative-pg/pgbouncer:1.26.1",
    exporterImage: "quay.io/prometheuscommunity/pgbouncer-exporter:v0.12.0",
    namespace: "apg-cash-management",
    replicas: 2,
    serverConnections: 8,
    clientConnections: 200,
    waitSeconds: 60,
    resources,
    reloadSeconds: 1,
    spread: { nodes: "required" },
    options: { pullSecrets: [] },
    evictUnhealthyPods: true,
    configFiles: filesOf("pgbouncer"),
    scriptFiles: filesOf("pgbouncer/scripts"),
  };
}

/** Returns Redis in the smallest sizes that still behave like the large ones. */
export function smallRedis(): Redis {
  const server = { resources, storage: { size: "256Mi" } };
  return {
    image: "docker.io/library/redis:7.2-bookworm",
    exporterImage: "docker.io/oliver006/redis_exporter:v1.80.0",
    master: "redis-master-0",
    replicas: 2,
    settings: {
      maxMemory: "48mb",
      maxMemoryPolicy: "volatile-lru",
      replicationBacklog: "4mb",
      ioThreads: 2,
      minReplicasToWrite: 0,
    },
    masterServer: server,
    replicaServer: server,
    guardSeconds: 2,
    probeSeconds: 1,
    reloadSeconds: 1,
    spread: { nodes: "required" },
    options: { pullSecrets: [] },
    evictUnhealthyPods: true,
    configFiles: filesOf("redis"),
    scriptFiles: filesOf("redis/scripts"),
  };
}
