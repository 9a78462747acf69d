import { PrometheusRule } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PrometheusRule";
import { ServiceMonitor } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/ServiceMonitor";
import type { Model } from "../kubernetes/manifest.ts";
import { ruleGroups, type WatchedSystem } from "./alerts/rule-groups.ts";

/** Metrics and alerts of the system, for the Prometheus of the platform. */
export interface Monitoring extends WatchedSystem {
  /** Label `release` of every object here: the platform's Prometheus selects by it (the guide's: `prometheus`). */
  readonly release: string;
  /** Rules alone are of use where metrics are collected in another way. */
  readonly serviceMonitor: {
    readonly enabled: boolean;
    /** Time between two scrapes, in Prometheus' notation (`30s`). */
    readonly interval: string;
  };
}

/**
 * Returns one ServiceMonitor per scraped workload and the PrometheusRule. Prometheus finds its targets through these
 * alone, so no pod or Service carries prometheus.io annotations.
 */
export function monitoring(spec: Monitoring): Model[] {
  const { pgbouncer, postgresql, redis, serviceMonitor } = spec;
  const monitors = [
    monitor(spec, { name: "apg-cash-management-monitor", app: "apg-cash-management" }),
    ...(postgresql === undefined ? [] : [monitor(spec, { name: "postgres-monitor", app: "postgres" })]),
    ...(pgbouncer === undefined ? [] : [monitor(spec, { name: "pgbouncer-monitor", app: "pgbouncer" })]),
    ...(redis === undefined ? [] : [monitor(spec, { name: "redis-monitor", app: "redis" })]),
  ];
  return [
    ...(serviceMonitor.enabled ? monitors : []),
    new PrometheusRule({
      metadata: {
        name: "apg-cash-management-alerts",
        labels: { app: "apg-cash-management", release: spec.release },
      },
      spec: { groups: ruleGroups(spec) },
    }),
  ];
}

/**
 * A workload's ServiceMonitor. Only one Service of each workload has a port named `metrics`, and none with a label
 * `role` has: those are the clients' way to one role. The pods' label `role` (primary, replica, master) becomes a label
 * of every series, beside namespace, pod, service and job, which the operator adds.
 */
function monitor(
  { release, serviceMonitor }: Monitoring,
  { name, app }: { readonly name: string; readonly app: string },
): ServiceMonitor {
  return new ServiceMonitor({
    metadata: { name, labels: { app, release } },
    spec: {
      selector: { matchLabels: { app }, matchExpressions: [{ key: "role", operator: "DoesNotExist" }] },
      endpoints: [
        // honorLabels true would let a pod say that its series belong to another namespace or job.
        { port: "metrics", path: "/metrics", interval: serviceMonitor.interval, honorLabels: false },
      ],
      podTargetLabels: ["role"],
    },
  });
}
