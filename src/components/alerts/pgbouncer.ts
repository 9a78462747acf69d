import type { Alert } from "./alert.ts";

/** What the alerts on PgBouncer are measured against. */
export interface PgbouncerAlerts {
  /** Number of its pods. */
  readonly replicas: number;
}

/** Returns the alerts on PgBouncer. Metrics of pgbouncer_exporter 0.12. */
export function pgbouncerAlerts(namespace: string, { replicas }: PgbouncerAlerts): readonly Alert[] {
  const here = `namespace="${namespace}"`;
  const clients = `sum by (namespace, pod) (pgbouncer_pools_client_active_connections{${here}})\n  + sum by (namespace, pod) (pgbouncer_pools_client_waiting_connections{${here}})`;
  return [
    {
      name: "APGPgbouncerDown",
      severity: "critical",
      for: "1m",
      expr: `(sum(pgbouncer_up{${here}}) or vector(0)) == 0`,
      summary: "No PgBouncer answers",
      description: "The application's only way to the primary is closed.",
    },
    ...(replicas === 1
      ? []
      : [
          {
            name: "APGPgbouncerPodDown",
            severity: "warning",
            for: "5m",
            expr: `(sum(pgbouncer_up{${here}}) or vector(0)) < ${replicas}`,
            summary: "A PgBouncer is down",
            description: `{{ $value }} of ${replicas} PgBouncers answer.`,
          } as const,
        ]),
    {
      name: "APGPgbouncerClientsWaiting",
      severity: "critical",
      for: "2m",
      // query_wait_timeout ends a client's wait with an error after 60 seconds.
      expr: `max by (namespace, pod, database) (pgbouncer_pools_client_maxwait_seconds{${here}}) > 10`,
      summary: "Clients wait for a connection to the database",
      description:
        "On {{ $labels.pod }} a client of {{ $labels.database }} has waited for {{ $value | humanizeDuration }}; after a minute it gets an error.",
    },
    {
      name: "APGPgbouncerClientsHigh",
      severity: "warning",
      for: "5m",
      expr: [
        `(\n  ${clients}\n)`,
        `/ max by (namespace, pod) (pgbouncer_config_max_client_connections{${here}})`,
        "> 0.8",
      ].join("\n"),
      summary: "PgBouncer has almost as many clients as it accepts",
      description:
        "{{ $labels.pod }} has {{ $value | humanizePercentage }} of the clients that it accepts; beyond them connections are refused.",
    },
  ];
}
