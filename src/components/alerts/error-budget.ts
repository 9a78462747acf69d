import type { IRule } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/Rule";
import type { Alert } from "./alert.ts";
import { applicationJob } from "./application.ts";

/** The promises to the application's users, each a share between 0 and 1 of the requests of 30 days. */
export interface Objectives {
  /** Requests answered without a 5xx status. */
  readonly availability: number;
  /** Requests answered within 1 second. */
  readonly latency: number;
}

const windows = ["5m", "30m", "1h", "2h", "6h", "1d", "3d"] as const;

// Google's SRE Workbook, "Alerting on SLOs", 30 days: a page at 2% of the budget in an hour or 5% in six hours, a
// ticket at 10% in a day or in three days. The short window ends the alert soon after the burning ends.
const burnRates = {
  Fast: [
    { long: "1h", short: "5m", factor: 14.4 },
    { long: "6h", short: "30m", factor: 6 },
  ],
  Slow: [
    { long: "1d", short: "2h", factor: 3 },
    { long: "3d", short: "6h", factor: 1 },
  ],
} as const;

// Below 360 requests an hour one failed request is a large share of them and says nothing.
const leastRequestsPerSecond = 0.1;

interface Indicator {
  readonly name: "Availability" | "Latency";
  readonly record: string;
  /** Counter of the requests that the ratio is a share of. */
  readonly counter: string;
  readonly objective: number;
  readonly what: string;
}

function indicators({ availability, latency }: Objectives): readonly Indicator[] {
  return [
    {
      name: "Availability",
      record: "errors",
      counter: "http_requests_total",
      objective: availability,
      what: "failed with a 5xx status",
    },
    {
      name: "Latency",
      record: "slow",
      counter: "http_request_duration_seconds_count",
      objective: latency,
      what: "took longer than 1 second",
    },
  ];
}

/**
 * Returns the recording rules that alerts and dashboards on error budgets read, by namespace: one ratio per window, and
 * the ratio that the objective allows.
 */
export function errorBudgetRecords(namespace: string, objectives: Objectives): readonly IRule[] {
  const target = `namespace="${namespace}",job="${applicationJob}"`;
  const allowed = indicators(objectives).map(({ record, objective }) => ({
    record: `namespace:http_requests_${record}:allowed_ratio`,
    expr: `vector(${round(1 - objective)})`,
    labels: { namespace },
  }));
  const ratios = windows.flatMap((window): IRule[] => {
    const sum = (metric: string, matcher = "") =>
      `sum by (namespace) (rate(${metric}{${target}${matcher}}[${window}]))`;
    const all = sum("http_requests_total");
    const measured = sum("http_request_duration_seconds_count");
    return [
      {
        record: `namespace:http_requests_errors:ratio_rate${window}`,
        // An application that never failed has no series of failures: that is a ratio of 0, not of nothing.
        expr: `(${sum("http_requests_total", ',status=~"5.."')} or 0 * ${all})\n/ ${all}`,
      },
      {
        record: `namespace:http_requests_slow:ratio_rate${window}`,
        expr: `1 - ${sum("http_request_duration_seconds_bucket", ',le=~"1|1[.]0"')}\n/ ${measured}`,
      },
    ];
  });
  return [...allowed, ...ratios];
}

/** Returns the alerts on how fast the error budgets of the objectives are used up. */
export function errorBudgetAlerts(namespace: string, objectives: Objectives): readonly Alert[] {
  return indicators(objectives).flatMap((indicator) => [
    burn(namespace, indicator, "Fast"),
    burn(namespace, indicator, "Slow"),
  ]);
}

function burn(
  namespace: string,
  { name, record, counter, objective, what }: Indicator,
  speed: keyof typeof burnRates,
): Alert {
  const ratio = (window: string) =>
    `namespace:http_requests_${record}:ratio_rate${window}{namespace="${namespace}"}`;
  const [quick, slow] = burnRates[speed];
  const burning = [quick, slow].map(({ long, short, factor }) => {
    const limit = round(factor * (1 - objective));
    return `(${ratio(long)} > ${limit} and ${ratio(short)} > ${limit})`;
  });
  const traffic = `sum by (namespace) (rate(${counter}{namespace="${namespace}",job="${applicationJob}"}[1h]))`;
  return {
    name: `APG${name}BudgetBurn${speed}`,
    severity: speed === "Fast" ? "critical" : "warning",
    for: speed === "Fast" ? "2m" : "1h",
    expr: `(\n  ${burning.join("\n  or\n  ")}\n)\nand ${traffic} > ${leastRequestsPerSecond}`,
    summary: `The error budget for ${name.toLowerCase()} is used up ${speed === "Fast" ? "fast" : "slowly"}`,
    description: `{{ $value | humanizePercentage }} of the requests ${what}; ${round(100 * (1 - objective))}% are allowed over 30 days.`,
  };
}

// 14.4 * (1 - 0.999) is 0.014400000000000013 in binary floating point.
function round(value: number): number {
  return Number(value.toPrecision(6));
}
