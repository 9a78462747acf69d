import type { Alert } from "./alert.ts";

/** Argo CD's view of the system, where its metrics reach the same Prometheus. */
export interface DeliveryAlerts {
  /** Name of the Argo CD Application that delivers this environment. */
  readonly application: string;
}

/** Returns the alerts on how the system is delivered. */
export function deliveryAlerts({ application }: DeliveryAlerts): readonly Alert[] {
  const here = `name="${application}"`;
  return [
    {
      name: "APGDeliveryOutOfSync",
      severity: "warning",
      // A release with its migration takes minutes; what takes longer is stuck, or held back by a window.
      for: "30m",
      expr: `max by (name) (argocd_app_info{${here},sync_status!="Synced"}) == 1`,
      summary: "The cluster is not what git says",
      description: "The Application {{ $labels.name }} has not been in sync for 30 minutes.",
    },
    {
      name: "APGDeliveryUnhealthy",
      severity: "warning",
      for: "15m",
      expr: `max by (name) (argocd_app_info{${here},health_status=~"Degraded|Missing|Unknown"}) == 1`,
      summary: "Argo CD finds the system unhealthy",
      description:
        "The Application {{ $labels.name }} has been degraded for 15 minutes; a sync stops at its wave.",
    },
    {
      name: "APGDeliveryMetricsMissing",
      severity: "warning",
      for: "15m",
      expr: `absent(argocd_app_info{${here}})`,
      summary: "Argo CD says nothing of the system",
      description:
        "There are no metrics of the Application {{ $labels.name }}: it is gone, or Argo CD is not scraped.",
    },
  ];
}
