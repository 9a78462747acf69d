import type { Alert } from "./alert.ts";

/**
 * Returns the alerts on what the platform knows of the system: kube-state-metrics, kubelet, cert-manager and External
 * Secrets. Where the latter two are scraped without honorLabels (the charts' default) the object's namespace is in
 * exported_namespace.
 * @param autoscaler name of the HorizontalPodAutoscaler, if there is one
 */
export function platformAlerts(namespace: string, autoscaler: string | undefined): readonly Alert[] {
  const here = `namespace="${namespace}"`;
  const exported = `exported_namespace="${namespace}"`;
  const either = (metric: string, matcher: string) =>
    `(${metric}{${exported}${matcher}} or ${metric}{${here}${matcher}})`;
  const certificateSeconds = `min by (name) (${either("certmanager_certificate_expiration_timestamp_seconds", "")}) - time()`;
  const volumeShare = `kubelet_volume_stats_available_bytes{${here}} / kubelet_volume_stats_capacity_bytes{${here}}`;
  return [
    ...(autoscaler === undefined ? [] : autoscalerAlerts(here, autoscaler)),
    {
      name: "APGJobFailed",
      severity: "critical",
      for: "1m",
      // A Job that was tried again and succeeded has failed pods too; only the condition is final.
      expr: `max by (namespace, job_name) (kube_job_failed{${here},condition="true",job_name=~"apg-cash-management-(migration|smoke-test).*"}) == 1`,
      summary: "A release's migration or smoke test failed",
      description: "The Job {{ $labels.job_name }} failed for good; the release is not complete.",
    },
    {
      name: "APGContainerOutOfMemory",
      severity: "warning",
      for: "1m",
      expr: [
        `sum by (namespace, pod, container) (increase(kube_pod_container_status_restarts_total{${here}}[15m])) > 0`,
        `and on (namespace, pod, container) kube_pod_container_status_last_terminated_reason{${here},reason="OOMKilled"} == 1`,
      ].join("\n"),
      summary: "A container was killed for its memory",
      description: "The container {{ $labels.container }} of {{ $labels.pod }} exceeded its memory limit.",
    },
    {
      name: "APGVolumeFillingUp",
      severity: "warning",
      for: "1h",
      expr: [
        `${volumeShare} < 0.2`,
        `and predict_linear(kubelet_volume_stats_available_bytes{${here}}[6h], 4 * 24 * 3600) < 0`,
      ].join("\n"),
      summary: "A volume will be full within four days",
      description:
        "{{ $labels.persistentvolumeclaim }} has {{ $value | humanizePercentage }} of its space left.",
    },
    {
      name: "APGVolumeAlmostFull",
      severity: "critical",
      for: "1m",
      // A database needs room for WAL to recover, so this is earlier than for other volumes.
      expr: `${volumeShare} < 0.1`,
      summary: "A volume is almost full",
      description:
        "{{ $labels.persistentvolumeclaim }} has {{ $value | humanizePercentage }} of its space left.",
    },
    {
      name: "APGCertificateNotRenewed",
      severity: "warning",
      for: "1h",
      // cert-manager renews 30 days before the end: at 21 it has failed for nine days.
      expr: `${certificateSeconds} < 21 * 24 * 3600`,
      summary: "A certificate has not been renewed",
      description: "The certificate {{ $labels.name }} ends in {{ $value | humanizeDuration }}.",
    },
    {
      name: "APGCertificateExpiring",
      severity: "critical",
      for: "5m",
      expr: `${certificateSeconds} < 7 * 24 * 3600`,
      summary: "A certificate ends within a week",
      description: "The certificate {{ $labels.name }} ends in {{ $value | humanizeDuration }}.",
    },
    {
      name: "APGSecretNotSynchronized",
      severity: "warning",
      for: "15m",
      expr: `max by (name) (${either("externalsecret_status_condition", ',condition="Ready",status="False"')}) == 1`,
      summary: "A Secret is not read from its store",
      description: "The ExternalSecret {{ $labels.name }} is not Ready; its Secret keeps the last value.",
    },
    {
      name: "APGPlatformMetricsMissing",
      severity: "warning",
      for: "15m",
      // Each with a label of its own: two results with the same labels make Prometheus give the whole rule up.
      expr: [
        missing("kube-state-metrics", `kube_pod_info{${here}}`),
        missing("kubelet", `kubelet_volume_stats_capacity_bytes{${here}}`),
        missing("cert-manager", "certmanager_certificate_expiration_timestamp_seconds"),
        missing("external-secrets", "externalsecret_status_condition"),
      ].join("\nor "),
      summary: "Metrics of the platform are missing",
      description: "{{ $labels.source }} is not scraped: the alerts that read its metrics see nothing.",
    },
  ];
}

function missing(source: string, series: string): string {
  return `label_replace(absent(${series}), "source", "${source}", "", "")`;
}

function autoscalerAlerts(here: string, autoscaler: string): readonly Alert[] {
  const target = `${here},horizontalpodautoscaler="${autoscaler}"`;
  return [
    {
      name: "APGAutoscalerAtMaximum",
      severity: "warning",
      for: "15m",
      expr: [
        `max by (namespace) (kube_horizontalpodautoscaler_status_current_replicas{${target}})`,
        `>= max by (namespace) (kube_horizontalpodautoscaler_spec_max_replicas{${target}})`,
      ].join("\n"),
      summary: "The autoscaler is at its maximum",
      description: "All {{ $value }} pods that are allowed run: more load makes requests slow.",
    },
    {
      name: "APGAutoscalerBlind",
      severity: "warning",
      for: "15m",
      // It still adds pods on the metrics that it has, and takes none away: cost and drift, no outage.
      expr: `max by (namespace) (kube_horizontalpodautoscaler_status_condition{${target},condition="ScalingActive",status="false"}) == 1`,
      summary: "The autoscaler does not get its metrics",
      description: "ScalingActive has been false for 15 minutes.",
    },
  ];
}
