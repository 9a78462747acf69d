import type { BaseFiles } from "../values/folders.ts";
import type { Release } from "../values/release.ts";
import type { BackupCopy } from "../components/backup-copy.ts";
import type { Values } from "../values/schema.ts";
import { imageReference } from "./images.ts";

/** One environment's inputs, already proven to fit their schemas. */
export interface Inputs {
  readonly values: Values;
  readonly release: Release;
  /** Text of every file below base/ by its path there. */
  readonly files: BaseFiles;
}

/** The namespace of every environment; each environment is a cluster of its own. */
export const namespaceName = "apg-cash-management";

/** Minor version of the environment's Kubernetes: 35 for "1.35". */
export function kubernetesMinor({ cluster }: Values): number {
  return Number(cluster.kubernetesVersion.slice("1.".length));
}

/** Whether the application reaches the primary through PgBouncer. */
export function pooled({ postgresql }: Values): boolean {
  return postgresql.enabled && postgresql.pooler.enabled;
}

/** Whether WAL and base backups of PostgreSQL are kept here. */
export function backedUp({ postgresql }: Values): boolean {
  return postgresql.enabled && postgresql.backup.enabled;
}

/** Whether dumps of Redis are kept here. */
export function redisBackedUp({ redis }: Values): boolean {
  return redis.enabled && redis.backup.enabled;
}

/** Where the backups are copied to; undefined where they stay in the cluster. */
export function copied(values: Values): BackupCopy | undefined {
  const { bucket } = values.backupCopy;
  if (bucket === undefined) return undefined;
  const { provider, endpoint, region, name, authority } = bucket;
  return { image: imageReference(values, "rclone"), provider, endpoint, region, bucket: name, authority };
}

/** Returns the files directly in a folder of base/, by name. */
export function filesIn(files: BaseFiles, folder: string): ReadonlyMap<string, string> {
  const prefix = `${folder}/`;
  return new Map(
    [...files]
      .filter(([path]) => path.startsWith(prefix) && !path.slice(prefix.length).includes("/"))
      .map(([path, text]) => [path.slice(prefix.length), text]),
  );
}
