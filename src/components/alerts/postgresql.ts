import type { Alert } from "./alert.ts";

/** What the alerts on PostgreSQL are measured against. */
export interface PostgresqlAlerts {
  /** Number of replicas that should stream from the primary. */
  readonly replicas: number;
}

/** Returns the alerts on PostgreSQL itself: servers, connections, transactions. Metrics of postgres_exporter 0.20. */
export function postgresqlAlerts(namespace: string, { replicas }: PostgresqlAlerts): readonly Alert[] {
  const here = `namespace="${namespace}"`;
  return [
    {
      name: "APGPostgresPrimaryMissing",
      severity: "critical",
      for: "1m",
      // The server's own word for its role, not the pod's label: a promoted replica keeps its label.
      expr: `(count(pg_replication_is_replica{${here}} == 0) or vector(0)) == 0`,
      summary: "PostgreSQL has no primary",
      description: "No reachable PostgreSQL server accepts writes.",
    },
    {
      name: "APGPostgresSeveralPrimaries",
      severity: "critical",
      for: "1m",
      expr: `count by (namespace) (pg_replication_is_replica{${here}} == 0) > 1`,
      summary: "PostgreSQL has more than one primary",
      description: "{{ $value }} servers accept writes: their data diverges with every commit.",
    },
    {
      name: "APGPostgresServerDown",
      severity: "warning",
      for: "5m",
      expr: `(sum(pg_up{${here}}) or vector(0)) < ${1 + replicas}`,
      summary: "A PostgreSQL server is down",
      description: `{{ $value }} of ${1 + replicas} PostgreSQL servers answer.`,
    },
    {
      name: "APGPostgresMetricsIncomplete",
      severity: "warning",
      for: "15m",
      expr: `min by (namespace, pod, collector) (pg_scrape_collector_success{${here}}) == 0`,
      summary: "The PostgreSQL exporter cannot read all of its metrics",
      description:
        "The collector {{ $labels.collector }} of {{ $labels.pod }} fails; alerts on its metrics see nothing.",
    },
    {
      name: "APGDatabaseConnectionsHigh",
      severity: "warning",
      for: "5m",
      // Only client backends count against max_connections (PostgreSQL 15, max_wal_senders has its own slots).
      expr: [
        `sum by (namespace, pod) (pg_stat_activity_count{${here},backend_type="client backend"})`,
        "/",
        "(",
        `  max by (namespace, pod) (pg_settings_max_connections{${here}})`,
        `  - max by (namespace, pod) (pg_settings_superuser_reserved_connections{${here}})`,
        ")",
        "> 0.8",
      ].join("\n"),
      summary: "Database connections are high",
      description:
        "{{ $labels.pod }} uses {{ $value | humanizePercentage }} of the connections that are not reserved for superusers.",
    },
    {
      name: "APGPostgresLongTransaction",
      severity: "warning",
      for: "1m",
      expr: `max by (namespace, pod, datname, usename) (pg_stat_activity_max_tx_duration{${here},backend_type="client backend"}) > 900`,
      summary: "A transaction has been open for more than 15 minutes",
      description:
        "{{ $labels.usename }} has had a transaction open in {{ $labels.datname }} on {{ $labels.pod }} for {{ $value | humanizeDuration }}.",
    },
    {
      name: "APGPostgresDeadlocks",
      severity: "warning",
      for: "1m",
      expr: `sum by (namespace, datname) (increase(pg_stat_database_deadlocks{${here}}[10m])) > 5`,
      summary: "PostgreSQL resolves deadlocks",
      description: "{{ $value | humanize }} deadlocks in {{ $labels.datname }} within 10 minutes.",
    },
    {
      name: "APGPostgresRollbacksHigh",
      severity: "warning",
      for: "10m",
      expr: [
        `sum by (namespace, datname) (rate(pg_stat_database_xact_rollback{${here}}[10m]))`,
        "/",
        "(",
        `  sum by (namespace, datname) (rate(pg_stat_database_xact_commit{${here}}[10m]))`,
        `  + sum by (namespace, datname) (rate(pg_stat_database_xact_rollback{${here}}[10m]))`,
        ")",
        "> 0.1",
      ].join("\n"),
      summary: "Many transactions are rolled back",
      description:
        "{{ $value | humanizePercentage }} of the transactions in {{ $labels.datname }} are rolled back.",
    },
    // autovacuum_freeze_max_age is 200 million: beyond 300 million autovacuum has had its turn and did not succeed.
    {
      name: "APGPostgresTransactionIdsAging",
      severity: "warning",
      for: "15m",
      // Transactions, in spite of the metric's name: the exporter exports age(datfrozenxid).
      expr: `max by (namespace, datname) (pg_database_wraparound_age_datfrozenxid_seconds{${here}}) > 300e6`,
      summary: "PostgreSQL does not freeze old rows",
      description:
        "The oldest unfrozen row in {{ $labels.datname }} is {{ $value | humanize }} transactions old.",
    },
    {
      name: "APGPostgresTransactionIdsExhausted",
      severity: "critical",
      for: "5m",
      expr: `max by (namespace, datname) (pg_database_wraparound_age_datfrozenxid_seconds{${here}}) > 1e9`,
      summary: "PostgreSQL approaches the transaction id limit",
      description:
        "The oldest unfrozen row in {{ $labels.datname }} is {{ $value | humanize }} transactions old; at 2.1G PostgreSQL refuses writes.",
    },
  ];
}
