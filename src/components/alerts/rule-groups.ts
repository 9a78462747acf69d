import type { IRuleGroup } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/RuleGroup";
import { type Alert, alertingRule, type RuleContext } from "./alert.ts";
import { applicationAlerts } from "./application.ts";
import { type BackupAlerts, backupAlerts } from "./backups.ts";
import { type DeliveryAlerts, deliveryAlerts } from "./delivery.ts";
import { errorBudgetAlerts, errorBudgetRecords, type Objectives } from "./error-budget.ts";
import { platformAlerts } from "./platform.ts";
import { type PgbouncerAlerts, pgbouncerAlerts } from "./pgbouncer.ts";
import { type PostgresqlAlerts, postgresqlAlerts } from "./postgresql.ts";
import { type RedisAlerts, redisAlerts } from "./redis.ts";
import { replicationAlerts } from "./replication.ts";

/** What is watched; a server that is not part of the system has no alerts. */
export interface WatchedSystem extends RuleContext {
  readonly objectives: Objectives;
  /** Name of the HorizontalPodAutoscaler, if there is one. */
  readonly autoscaler?: string | undefined;
  /** Absent where Argo CD's metrics do not reach this cluster's Prometheus. */
  readonly delivery?: DeliveryAlerts | undefined;
  readonly postgresql?: PostgresqlAlerts | undefined;
  readonly pgbouncer?: PgbouncerAlerts | undefined;
  readonly redis?: RedisAlerts | undefined;
  /** Absent where no backups are kept. */
  readonly backups?: BackupAlerts | undefined;
}

/**
 * Returns the groups of the PrometheusRule. The first has the name of the guide's; Prometheus evaluates the rules of a
 * group one after the other, so an alert reads what the recording rules above it have just written.
 */
export function ruleGroups(system: WatchedSystem): IRuleGroup[] {
  const { namespace, objectives, autoscaler, backups, delivery, pgbouncer, postgresql, redis } = system;
  const group = (name: string, alerts: readonly Alert[]): IRuleGroup => ({
    name: `apg-cash-management.${name}`,
    rules: alerts.map((alert) => alertingRule(alert, system)),
  });
  const errorBudget = group("error-budget", errorBudgetAlerts(namespace, objectives));
  return [
    group("rules", applicationAlerts(namespace)),
    { ...errorBudget, rules: [...errorBudgetRecords(namespace, objectives), ...(errorBudget.rules ?? [])] },
    ...(postgresql === undefined
      ? []
      : [
          group("postgresql", postgresqlAlerts(namespace, postgresql)),
          group("replication", replicationAlerts(namespace, postgresql)),
        ]),
    ...(pgbouncer === undefined ? [] : [group("pgbouncer", pgbouncerAlerts(namespace, pgbouncer))]),
    ...(redis === undefined ? [] : [group("redis", redisAlerts(namespace, redis))]),
    ...(backups === undefined ? [] : [group("backups", backupAlerts(namespace, backups))]),
    group("platform", platformAlerts(namespace, autoscaler)),
    ...(delivery === undefined ? [] : [group("delivery", deliveryAlerts(delivery))]),
  ];
}
