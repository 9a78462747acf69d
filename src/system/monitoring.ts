import { autoscalerName } from "../components/autoscaling.ts";
import type { BackupAlerts } from "../components/alerts/backups.ts";
import { dashboards } from "../components/dashboards.ts";
import { monitoring } from "../components/monitoring.ts";
import { postgresqlBackupRuns } from "../components/postgresql-backup.ts";
import { redisBackupRuns } from "../components/redis-backup.ts";
import type { Model } from "../kubernetes/manifest.ts";
import type { Values } from "../values/schema.ts";
import { backedUp, filesIn, type Inputs, namespaceName, pooled, redisBackedUp } from "./context.ts";

/** Returns the monitors, alerts and dashboards; nothing where monitoring is off. */
export function monitoringOf({ values, files }: Inputs): Model[] {
  const { app, monitoring: watched, postgresql, redis } = values;
  if (!watched.enabled) return [];
  const boards = [...filesIn(files, "monitoring/dashboards")].filter(
    ([name]) =>
      (name !== "postgresql.json" || postgresql.enabled) && (name !== "redis.json" || redis.enabled),
  );
  return [
    ...monitoring({
      namespace: namespaceName,
      release: watched.release,
      runbookUrl: watched.runbookUrl,
      serviceMonitor: watched.serviceMonitor,
      objectives: watched.objectives,
      autoscaler: app.autoscaling.enabled ? autoscalerName : undefined,
      postgresql: postgresql.enabled ? { replicas: postgresql.readReplicas.replicaCount } : undefined,
      pgbouncer: pooled(values) ? { replicas: postgresql.pooler.replicas } : undefined,
      redis: redis.enabled ? { replicas: redis.replica.replicaCount } : undefined,
      backups: watchedBackups(values),
    }),
    ...(watched.dashboards
      ? dashboards({ files: new Map(boards), label: { name: "grafana_dashboard", value: "1" } })
      : []),
  ];
}

function watchedBackups(values: Values): BackupAlerts | undefined {
  const postgresql = backedUp(values);
  const runs = [
    ...(postgresql
      ? Object.values(postgresqlBackupRuns).filter(
          (name) => name !== postgresqlBackupRuns.copy || values.backupCopy.bucket !== undefined,
        )
      : []),
    ...(redisBackedUp(values) ? Object.values(redisBackupRuns) : []),
  ];
  if (runs.length === 0) return undefined;
  return { runs, recorded: postgresql ? postgresqlBackupRuns.rehearsal : undefined };
}
