import type { Alert } from "./alert.ts";

/** Name of the application's Service, and so the value of the label `job` of its series. */
export const applicationJob = "apg-cash-management-service";

/**
 * Returns the alerts on the application's own metrics. The application exports http_requests_total (label `status`)
 * and the histogram http_request_duration_seconds with a bound at 1 second: that is the contract with its image.
 */
export function applicationAlerts(namespace: string): readonly Alert[] {
  const target = `namespace="${namespace}",job="${applicationJob}"`;
  return [
    {
      name: "APGCashManagementDown",
      severity: "critical",
      for: "5m",
      // vector(0): with the last target gone from service discovery there is no `up` left to be 0.
      expr: `(sum(up{${target}}) or vector(0)) == 0`,
      summary: "APG Cash Management is down",
      description: "Prometheus has reached no pod of the application for 5 minutes.",
    },
    {
      name: "APGCashManagementPodsUnreachable",
      severity: "warning",
      for: "10m",
      expr: `sum by (namespace) (up{${target}} == bool 0) > 0`,
      summary: "Pods of APG Cash Management cannot be scraped",
      description: "{{ $value }} pods of the application do not answer on their metrics port.",
    },
    {
      name: "APGHighResponseTime",
      severity: "warning",
      for: "10m",
      // Over all pods and paths, or one rarely used slow path fires. At or above: where 1 second is the histogram's
      // highest bound, the quantile of slower requests is exactly 1.
      expr: `histogram_quantile(0.95, sum by (namespace, le) (rate(http_request_duration_seconds_bucket{${target}}[5m]))) >= 1`,
      summary: "High response time",
      description:
        "The 95th percentile of response times is {{ $value | humanizeDuration }}; the limit is 1 second.",
    },
    {
      name: "APGHighErrorRate",
      severity: "critical",
      for: "5m",
      expr: [
        `sum by (namespace) (rate(http_requests_total{${target},status=~"5.."}[5m]))`,
        "/",
        `sum by (namespace) (rate(http_requests_total{${target}}[5m]))`,
        "> 0.1",
      ].join("\n"),
      summary: "High error rate",
      description: "{{ $value | humanizePercentage }} of requests fail with a 5xx status; the limit is 10%.",
    },
    {
      name: "APGApplicationMetricsMissing",
      severity: "warning",
      for: "15m",
      expr: [
        `absent(http_requests_total{${target}})`,
        `or absent(http_request_duration_seconds_bucket{${target},le=~"1|1[.]0"})`,
      ].join("\n"),
      summary: "The application exports no request metrics",
      description:
        "The alerts on errors and response times see nothing: a metric of the contract is missing.",
    },
  ];
}
