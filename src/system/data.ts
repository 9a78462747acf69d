import { pgbouncer, type Pgbouncer } from "../components/pgbouncer.ts";
import type { PodOptions } from "../components/pod-options.ts";
import { postgresqlBackup, type PostgresqlBackup } from "../components/postgresql-backup.ts";
import { postgresql, type Postgresql, type PostgresqlServer } from "../components/postgresql.ts";
import { redisBackup, type RedisBackup } from "../components/redis-backup.ts";
import { redis, type Redis, type RedisServer } from "../components/redis.ts";
import type { Model } from "../kubernetes/manifest.ts";
import type { Values } from "../values/schema.ts";
import {
  backedUp,
  copied,
  filesIn,
  type Inputs,
  kubernetesMinor,
  namespaceName,
  pooled,
  redisBackedUp,
} from "./context.ts";
import { imageReference } from "./images.ts";

/** Returns PostgreSQL of the values; nothing where it runs elsewhere. */
export function postgresqlOf(inputs: Inputs): Model[] {
  return inputs.values.postgresql.enabled ? postgresql(postgresqlSpec(inputs)) : [];
}

/** Returns what PostgreSQL's component is told by the values. */
export function postgresqlSpec({ values, files }: Inputs): Postgresql {
  const { auth, primary, readReplicas, primaryPod, settings, synchronous } = values.postgresql;
  const { readyLagBytes, waitSeconds, spread, guardSeconds, probeSeconds, reloadSeconds } = values.postgresql;
  return {
    image: imageReference(values, "postgresql"),
    exporterImage: imageReference(values, "postgresqlExporter"),
    database: auth.database,
    applicationRole: auth.username,
    primary: primaryPod,
    replicas: readReplicas.replicaCount,
    primaryServer: postgresqlServer(values, primary),
    replicaServer: postgresqlServer(values, readReplicas),
    settings,
    synchronous,
    readyLagBytes,
    waitSeconds,
    spread,
    guardSeconds,
    probeSeconds,
    reloadSeconds,
    options: dataPodOptions(values),
    evictUnhealthyPods: kubernetesMinor(values) >= 27,
    configFiles: filesIn(files, "postgresql"),
    scriptFiles: filesIn(files, "postgresql/scripts"),
  };
}

/** Returns PgBouncer of the values; nothing where the application connects to PostgreSQL itself. */
export function pgbouncerOf(inputs: Inputs): Model[] {
  return pooled(inputs.values) ? pgbouncer(pgbouncerSpec(inputs)) : [];
}

/** Returns what PgBouncer's component is told by the values. */
export function pgbouncerSpec({ values, files }: Inputs): Pgbouncer {
  const { pooler, reloadSeconds, spread } = values.postgresql;
  return {
    image: imageReference(values, "pgbouncer"),
    exporterImage: imageReference(values, "pgbouncerExporter"),
    namespace: namespaceName,
    replicas: pooler.replicas,
    serverConnections: pooler.serverConnections,
    clientConnections: pooler.clientConnections,
    waitSeconds: values.env.DATABASE_POOL_TIMEOUT,
    resources: pooler.resources,
    reloadSeconds,
    spread,
    options: dataPodOptions(values),
    evictUnhealthyPods: kubernetesMinor(values) >= 27,
    configFiles: filesIn(files, "pgbouncer"),
    scriptFiles: filesIn(files, "pgbouncer/scripts"),
  };
}

/** Returns the backups of PostgreSQL; nothing where they are switched off, or it runs elsewhere. */
export function postgresqlBackupOf(inputs: Inputs): Model[] {
  return backedUp(inputs.values) ? postgresqlBackup(postgresqlBackupSpec(inputs)) : [];
}

/** Returns what the component of PostgreSQL's backups is told by the values. */
export function postgresqlBackupSpec({ values, files }: Inputs): PostgresqlBackup {
  const { auth, backup, primaryPod } = values.postgresql;
  const copy = copied(values);
  return {
    image: imageReference(values, "postgresql"),
    database: auth.database,
    primary: primaryPod,
    keep: backup.keep,
    backupSchedule: backup.backupSchedule,
    rehearsalSchedule: backup.rehearsalSchedule,
    storage: storage(values, backup.persistence),
    rehearsalStorage: storage(values, backup.rehearsalPersistence),
    resources: backup.resources,
    rehearsalResources: backup.rehearsalResources,
    copy: copy && { ...copy, schedule: values.backupCopy.schedule },
    options: dataPodOptions(values),
    scriptFiles: new Map([...filesIn(files, "backup"), ...filesIn(files, "postgresql/backup")]),
  };
}

/** Returns Redis of the values; nothing where it runs elsewhere. */
export function redisOf(inputs: Inputs): Model[] {
  return inputs.values.redis.enabled ? redis(redisSpec(inputs)) : [];
}

/** Returns what Redis' component is told by the values. */
export function redisSpec({ values, files }: Inputs): Redis {
  const { enabled: _, external: __, backup: ___, master, replica, masterPod, ...settings } = values.redis;
  return {
    image: imageReference(values, "redis"),
    exporterImage: imageReference(values, "redisExporter"),
    master: masterPod,
    replicas: replica.replicaCount,
    masterServer: redisServer(values, master),
    replicaServer: redisServer(values, replica),
    ...settings,
    options: dataPodOptions(values),
    evictUnhealthyPods: kubernetesMinor(values) >= 27,
    configFiles: filesIn(files, "redis"),
    scriptFiles: filesIn(files, "redis/scripts"),
  };
}

/** Returns the backups of Redis; nothing where they are switched off, or it runs elsewhere. */
export function redisBackupOf(inputs: Inputs): Model[] {
  return redisBackedUp(inputs.values) ? redisBackup(redisBackupSpec(inputs)) : [];
}

/** Returns what the component of Redis' backups is told by the values. */
export function redisBackupSpec({ values, files }: Inputs): RedisBackup {
  const { backup, replica } = values.redis;
  return {
    image: imageReference(values, "redis"),
    // A full copy is the replicas' work where there are any.
    source: replica.replicaCount > 0 ? "redis-replica-service" : "redis-master-service",
    keep: backup.keep,
    backupSchedule: backup.backupSchedule,
    rehearsalSchedule: backup.rehearsalSchedule,
    storage: storage(values, backup.persistence),
    resources: backup.resources,
    copy: copied(values),
    options: dataPodOptions(values),
    scriptFiles: new Map([...filesIn(files, "backup"), ...filesIn(files, "redis/backup")]),
  };
}

/** The guide selects nodes for the application alone. */
function dataPodOptions({ global }: Values): PodOptions {
  return { pullSecrets: global.imagePullSecrets };
}

function postgresqlServer(values: Values, server: Values["postgresql"]["primary"]): PostgresqlServer {
  const { resources, memory, sharedMemory, persistence } = server;
  return { resources, memory, sharedMemory, storage: storage(values, persistence) };
}

function redisServer(values: Values, { resources, persistence }: Values["redis"]["master"]): RedisServer {
  return { resources, storage: storage(values, persistence) };
}

function storage(
  { global }: Values,
  { size, storageClass }: Values["redis"]["master"]["persistence"],
): { readonly size: string; readonly className: string } {
  return { size, className: storageClass ?? global.storageClass };
}
