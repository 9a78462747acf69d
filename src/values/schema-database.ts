import { z } from "zod";
import {
  addressBlock,
  authorities,
  cronExpression,
  described,
  persistence,
  port,
  resources,
} from "./fields.ts";

/** PgBouncer in front of the primary: `postgresql.pooler`. */
export const pooler = z.strictObject({
  enabled: described(
    z.boolean(),
    "Whether the application reaches the primary through PgBouncer; of no effect where PostgreSQL runs elsewhere.",
  ),
  replicas: described(z.int().min(1).max(10), "Number of its pods."),
  serverConnections: described(
    z.int().min(1).max(1000),
    "Connections to the primary that one of its pods opens at most.",
  ),
  clientConnections: described(
    z.int().min(2).max(20_000),
    "Connections of the application and of its own exporter that one of its pods accepts at most.",
  ),
  resources: described(resources, "CPU and memory of each of its pods."),
});

/** WAL, base backups and restore rehearsals: `postgresql.backup`. */
export const backup = z.strictObject({
  enabled: described(
    z.boolean(),
    "Whether WAL and base backups are kept; of no effect where PostgreSQL runs elsewhere.",
  ),
  keep: described(
    z.int().min(1).max(365),
    "Base backups that are kept, with the WAL since the oldest of them.",
  ),
  backupSchedule: described(cronExpression, "When a base backup is taken, in UTC."),
  rehearsalSchedule: described(cronExpression, "When the newest backup is restored, in UTC."),
  persistence: described(persistence, "Volume of WAL and base backups."),
  rehearsalPersistence: described(
    persistence,
    "Volume of one restored copy, which exists while a rehearsal runs.",
  ),
  resources: described(
    resources,
    "CPU and memory of the pod that receives WAL, and of the one that takes a base backup.",
  ),
  rehearsalResources: described(resources, "CPU and memory of the pod that restores."),
});

/** Dumps and restore rehearsals: `redis.backup`. */
export const redisBackup = z.strictObject({
  enabled: described(z.boolean(), "Whether dumps are kept; of no effect where Redis runs elsewhere."),
  keep: described(z.int().min(1).max(365), "Dumps that are kept."),
  backupSchedule: described(cronExpression, "When a dump is made, in UTC."),
  rehearsalSchedule: described(cronExpression, "When the newest dump is restored, in UTC."),
  persistence: described(persistence, "Volume of the dumps."),
  resources: described(
    resources,
    "CPU and memory of the pods that make and that restore a dump; both load it, so the memory holds maxMemory.",
  ),
});

/** The copy of all backups off the cluster: `backupCopy`. */
export const backupCopy = z.strictObject({
  schedule: described(
    cronExpression,
    "When PostgreSQL's WAL and base backups are copied, in UTC; Redis' dumps are copied when they are made.",
  ),
  bucket: described(
    z
      .strictObject({
        provider: described(
          z.string().regex(/^[A-Za-z0-9]+$/, "expected a provider as rclone names it, such as GCS or AWS"),
          "Which S3 it is, in rclone's words: `GCS`, `AWS`, `Minio`, `Ceph`, `Other`.",
        ),
        endpoint: described(z.url({ protocol: /^https$/ }), "Address of the object store."),
        authority: described(
          authorities.exactOptional(),
          "Certificates, as PEM, of the authority that signed the object store's certificate, where private.",
        ),
        region: described(z.string().min(1), "Region of the bucket."),
        name: described(
          z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "expected the name of a bucket"),
          "Name of the bucket.",
        ),
        blocks: described(
          z.array(addressBlock).min(1),
          "Addresses of the object store, which the network policies open.",
        ),
        port: described(port, "Its port."),
      })
      .exactOptional(),
    "The bucket, which has to be outside of the cluster; backups stay in the cluster where it is absent.",
  ),
});
