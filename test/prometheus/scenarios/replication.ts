import type { FiringScenario, QuietScenario } from "../scenario.ts";

const primary = 'namespace="apg-cash-management",pod="postgres-primary-0"';
const replica = 'namespace="apg-cash-management",pod="postgres-replica-0"';
const sender = (name: string, state = "streaming") =>
  `pg_stat_replication_pg_wal_lsn_diff{${primary},application_name="${name}",slot_name="${name}",state="${state}"}`;
const active = (name: string) =>
  `pg_replication_slots_slot_is_active{${primary},slot_name="${name}",slot_type="physical"}`;
const safe = `pg_replication_slots_safe_wal_size_bytes{${primary},slot_name="postgres_replica_0",slot_type="physical"}`;
const keep = `pg_settings_max_slot_wal_keep_size_bytes{${primary}}`;
const status = (name: string) =>
  `pg_replication_slots_wal_status{${primary},slot_name="postgres_replica_0",wal_status="${name}"}`;

const megabytes = 1024 * 1024;

/** Courses of events after which the alerts fire. */
export const firing: readonly FiringScenario[] = [
  {
    alert: "APGPostgresReplicaMissing",
    when: "one of two replicas is gone",
    series: { [sender("postgres_replica_0")]: "0x60", [sender("postgres_replica_1")]: "0x19 stale" },
    holdsAfter: 600,
    fires: [{ description: "1 of 2 replicas stream from the primary." }],
  },
  {
    alert: "APGPostgresReplicaMissing",
    when: "a replica copies and an archiver streams",
    series: {
      [sender("postgres_replica_0")]: "0x60",
      [sender("postgres_replica_1", "backup")]: "0x60",
      [sender("pg_receivewal")]: "0x60",
    },
    fires: [{ description: "1 of 2 replicas stream from the primary." }],
  },
  {
    alert: "APGPostgresReplicaMissing",
    when: "the primary is gone",
    series: {},
    fires: [{ description: "0 of 2 replicas stream from the primary." }],
  },
  {
    alert: "APGPostgresReplicationLag",
    when: "a replica has 65 MiB to replay",
    series: {
      [sender("postgres_replica_0")]: `${65 * megabytes}x60`,
      [sender("postgres_replica_1")]: "0x60",
    },
    fires: [
      {
        labels: { application_name: "postgres_replica_0" },
        description: "postgres_replica_0 has 65MiB of WAL still to replay.",
      },
    ],
  },
  {
    alert: "APGPostgresReplicaStale",
    when: "a replica replays what is more than five minutes old",
    series: { [`pg_replication_lag_seconds{${replica}}`]: "310x60" },
    fires: [
      {
        labels: { pod: "postgres-replica-0" },
        description: "postgres-replica-0 replays what was written 5m 10s ago.",
      },
    ],
  },
  {
    alert: "APGPostgresReplicationSlotInactive",
    when: "a slot's consumer is gone",
    series: { [active("wal_archive")]: "0x60", [active("postgres_replica_0")]: "1x60" },
    fires: [
      {
        labels: { slot_name: "wal_archive" },
        description: "Nobody reads the slot wal_archive; the primary keeps its WAL on the disk.",
      },
    ],
  },
  {
    alert: "APGPostgresReplicationSlotAtRisk",
    when: "19% of the kept WAL is left for a slot",
    series: { [safe]: `${190 * megabytes}x60`, [keep]: `${1000 * megabytes}x60` },
    fires: [
      {
        labels: { pod: "postgres-primary-0", slot_name: "postgres_replica_0" },
        description:
          "The slot postgres_replica_0 has 19% of max_slot_wal_keep_size left; then its consumer has to start from a full copy.",
      },
    ],
  },
  {
    alert: "APGPostgresReplicationSlotLost",
    when: "the server gives a slot up",
    series: { [status("extended")]: "1x19 stale", [status("lost")]: "_x20 1x40" },
    holdsAfter: 600,
    fires: [
      {
        labels: { slot_name: "postgres_replica_0" },
        description: "The WAL that the consumer of postgres_replica_0 needs is gone.",
      },
    ],
  },
];

/** Courses of events during which the alerts stay quiet. */
export const quiet: readonly QuietScenario[] = [
  {
    alert: "APGPostgresReplicaMissing",
    when: "both replicas stream, one of them newly promoted from a pod named primary",
    series: { [sender("postgres_replica_0")]: "0x60", [sender("postgres_primary_0")]: "0x60" },
    during: 1800,
  },
  {
    alert: "APGPostgresReplicationLag",
    when: "an archiver is far behind: its own slot's alerts tell of it",
    series: { [sender("pg_receivewal")]: `${512 * megabytes}x60` },
    during: 1800,
  },
  {
    alert: "APGPostgresReplicaStale",
    when: "the primary is idle for an hour",
    series: {
      [`pg_replication_lag_seconds{${replica}}`]: "0x120",
      [`pg_replication_last_replay_seconds{${replica}}`]: "0+30x120",
    },
    during: 3600,
  },
  {
    alert: "APGPostgresReplicationSlotInactive",
    when: "a replica restarts",
    series: { [active("postgres_replica_0")]: "1x10 0x20 1x30" },
    during: 1800,
  },
  {
    alert: "APGPostgresReplicationSlotAtRisk",
    when: "slots may keep WAL without limit",
    series: { [safe]: "_x60", [keep]: "-1x60" },
    during: 1800,
  },
  {
    alert: "APGPostgresReplicationSlotLost",
    when: "a slot keeps more than usual",
    series: { [status("extended")]: "1x60" },
    during: 1800,
  },
  {
    alert: "APGPostgresReplicationLag",
    when: "a replica has 63 MiB to replay",
    series: { [sender("postgres_replica_0")]: `${63 * megabytes}x60` },
    during: 1800,
  },
  {
    alert: "APGPostgresReplicaStale",
    when: "a replica replays what is under five minutes old",
    series: { [`pg_replication_lag_seconds{${replica}}`]: "290x60" },
    during: 1800,
  },
  {
    alert: "APGPostgresReplicationSlotAtRisk",
    when: "21% of the kept WAL are left for a slot",
    series: { [safe]: `${210 * megabytes}x60`, [keep]: `${1000 * megabytes}x60` },
    during: 1800,
  },
];
