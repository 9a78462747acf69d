import type { Alert } from "./alert.ts";
import type { PostgresqlAlerts } from "./postgresql.ts";

/**
 * Returns the alerts on PostgreSQL's replication. A replica that is cut off reports a lag of 0 seconds and the primary
 * nothing at all of it, so missing replicas and lagging ones are two alerts.
 */
export function replicationAlerts(namespace: string, { replicas }: PostgresqlAlerts): readonly Alert[] {
  const here = `namespace="${namespace}"`;
  // Replicas give the name of their slot, which is the pod's; backups and archivers have other names.
  const replica = 'application_name=~"postgres_(primary|replica)_[0-9]+"';
  return [
    ...(replicas === 0
      ? []
      : [
          {
            name: "APGPostgresReplicaMissing",
            severity: "warning",
            for: "5m",
            expr: `(count(count by (application_name) (pg_stat_replication_pg_wal_lsn_diff{${here},${replica},state="streaming"})) or vector(0)) < ${replicas}`,
            summary: "A PostgreSQL replica does not stream",
            description: `{{ $value }} of ${replicas} replicas stream from the primary.`,
          } as const,
        ]),
    {
      name: "APGPostgresReplicationLag",
      severity: "warning",
      for: "5m",
      // Bytes: on an idle primary the clock runs although nothing is missing. 64 MiB are four WAL segments.
      expr: `max by (namespace, application_name) (pg_stat_replication_pg_wal_lsn_diff{${here},${replica}}) > 64 * 1024 * 1024`,
      summary: "A PostgreSQL replica lags behind",
      description: "{{ $labels.application_name }} has {{ $value | humanize1024 }}B of WAL still to replay.",
    },
    {
      name: "APGPostgresReplicaStale",
      severity: "critical",
      for: "5m",
      expr: `max by (namespace, pod) (pg_replication_lag_seconds{${here}}) > 300`,
      summary: "A PostgreSQL replica serves old data",
      description: "{{ $labels.pod }} replays what was written {{ $value | humanizeDuration }} ago.",
    },
    {
      name: "APGPostgresReplicationSlotInactive",
      severity: "warning",
      for: "15m",
      expr: `max by (namespace, slot_name) (pg_replication_slots_slot_is_active{${here}}) == 0`,
      summary: "A replication slot has no consumer",
      description: "Nobody reads the slot {{ $labels.slot_name }}; the primary keeps its WAL on the disk.",
    },
    {
      name: "APGPostgresReplicationSlotAtRisk",
      severity: "critical",
      for: "1m",
      expr: [
        `min by (namespace, pod, slot_name) (pg_replication_slots_safe_wal_size_bytes{${here}})`,
        "/ on (namespace, pod) group_left ()",
        `max by (namespace, pod) (pg_settings_max_slot_wal_keep_size_bytes{${here}} > 0)`,
        "< 0.2",
      ].join("\n"),
      summary: "A replication slot is about to be lost",
      description:
        "The slot {{ $labels.slot_name }} has {{ $value | humanizePercentage }} of max_slot_wal_keep_size left; then its consumer has to start from a full copy.",
    },
    {
      name: "APGPostgresReplicationSlotLost",
      severity: "critical",
      for: "1m",
      expr: `max by (namespace, slot_name) (pg_replication_slots_wal_status{${here},wal_status="lost"}) == 1`,
      summary: "A replication slot is lost",
      description: "The WAL that the consumer of {{ $labels.slot_name }} needs is gone.",
    },
  ];
}
