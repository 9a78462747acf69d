import type { FiringScenario, QuietScenario } from "../scenario.ts";

const pod = (name: string) => `namespace="apg-cash-management",pod="${name}"`;
const primary = pod("postgres-primary-0");
const replica = pod("postgres-replica-0");
const database = `${primary},datname="apg_cash_production"`;
const client = `${database},backend_type="client backend"`;

// max_connections 200 less superuser_reserved_connections 5: ordinary users may open 195.
const limits = {
  [`pg_settings_max_connections{${primary}}`]: "200x60",
  [`pg_settings_superuser_reserved_connections{${primary}}`]: "5x60",
};
const connections = (state: string, user: string, values: string) => ({
  [`pg_stat_activity_count{${client},state="${state}",usename="${user}"}`]: values,
});
const committed = `pg_stat_database_xact_commit{${database}}`;
const rolledBack = `pg_stat_database_xact_rollback{${database}}`;
const age = `pg_database_wraparound_age_datfrozenxid_seconds{${database}}`;
const transaction = (wait: string) =>
  `pg_stat_activity_max_tx_duration{${client},usename="apg_user",state="active",wait_event="${wait}"}`;

/** Courses of events after which the alerts fire. */
export const firing: readonly FiringScenario[] = [
  {
    alert: "APGPostgresPrimaryMissing",
    when: "the primary is down and the replicas are well",
    series: {
      [`pg_up{${primary}}`]: "1x19 0x40",
      [`pg_replication_is_replica{${primary}}`]: "0x19 stale",
      [`pg_replication_is_replica{${replica}}`]: "1x60",
    },
    holdsAfter: 600,
    fires: [{ description: "No reachable PostgreSQL server accepts writes." }],
  },
  {
    alert: "APGPostgresPrimaryMissing",
    when: "no exporter has ever answered",
    series: {},
    fires: [{ description: "No reachable PostgreSQL server accepts writes." }],
  },
  {
    alert: "APGPostgresSeveralPrimaries",
    when: "a replica was promoted beside the primary",
    series: {
      [`pg_replication_is_replica{${primary}}`]: "0x60",
      [`pg_replication_is_replica{${replica}}`]: "1x19 0x40",
    },
    holdsAfter: 600,
    fires: [{ description: "2 servers accept writes: their data diverges with every commit." }],
  },
  {
    alert: "APGPostgresServerDown",
    when: "one server refuses connections and another's target has vanished",
    series: {
      [`pg_up{${primary}}`]: "1x60",
      [`pg_up{${replica}}`]: "0x60",
      [`pg_up{${pod("postgres-replica-1")}}`]: "1x1 stale",
    },
    fires: [{ description: "1 of 3 PostgreSQL servers answer." }],
  },
  {
    alert: "APGPostgresMetricsIncomplete",
    when: "a collector fails",
    series: {
      [`pg_scrape_collector_success{${primary},collector="replication_slots"}`]: "0x60",
      [`pg_scrape_collector_success{${primary},collector="wal"}`]: "1x60",
    },
    fires: [
      {
        labels: { pod: "postgres-primary-0", collector: "replication_slots" },
        description:
          "The collector replication_slots of postgres-primary-0 fails; alerts on its metrics see nothing.",
      },
    ],
  },
  {
    alert: "APGDatabaseConnectionsHigh",
    when: "160 of 195 are used, spread over states and users",
    series: {
      ...limits,
      ...connections("active", "apg_user", "30x60"),
      ...connections("idle", "apg_user", "110x60"),
      ...connections("idle in transaction", "apg_user", "10x60"),
      ...connections("idle", "monitoring", "10x60"),
    },
    fires: [
      {
        labels: { pod: "postgres-primary-0" },
        description:
          "postgres-primary-0 uses 82.05% of the connections that are not reserved for superusers.",
      },
    ],
  },
  {
    alert: "APGDatabaseConnectionsHigh",
    when: "max_connections is lower than the guide believes",
    series: {
      [`pg_settings_max_connections{${primary}}`]: "100x60",
      [`pg_settings_superuser_reserved_connections{${primary}}`]: "3x60",
      ...connections("active", "apg_user", "97x60"),
    },
    fires: [
      {
        labels: { pod: "postgres-primary-0" },
        description: "postgres-primary-0 uses 100% of the connections that are not reserved for superusers.",
      },
    ],
  },
  {
    alert: "APGPostgresLongTransaction",
    when: "one has been open for 15 minutes, whatever it waits for meanwhile",
    series: { [transaction("")]: "0+30x31 stale", [transaction("DataFileRead")]: "_x32 960+30x60" },
    holdsAfter: 930,
    fires: [
      {
        labels: { pod: "postgres-primary-0", datname: "apg_cash_production", usename: "apg_user" },
        description:
          "apg_user has had a transaction open in apg_cash_production on postgres-primary-0 for 16m 30s.",
      },
    ],
  },
  {
    alert: "APGPostgresDeadlocks",
    when: "a deadlock is resolved every half minute",
    series: { [`pg_stat_database_deadlocks{${database}}`]: "0+1x60" },
    holdsAfter: 180,
    fires: [
      {
        labels: { datname: "apg_cash_production" },
        description: "8 deadlocks in apg_cash_production within 10 minutes.",
      },
    ],
  },
  {
    alert: "APGPostgresRollbacksHigh",
    when: "11% of the transactions are rolled back",
    series: { [committed]: "0+89x60", [rolledBack]: "0+11x60" },
    holdsAfter: 30,
    fires: [
      {
        labels: { datname: "apg_cash_production" },
        description: "11% of the transactions in apg_cash_production are rolled back.",
      },
    ],
  },
  {
    alert: "APGPostgresTransactionIdsAging",
    when: "autovacuum has not frozen for 301 million transactions",
    series: { [age]: "301000000x60" },
    fires: [
      {
        labels: { datname: "apg_cash_production" },
        description: "The oldest unfrozen row in apg_cash_production is 301M transactions old.",
      },
    ],
  },
  {
    alert: "APGPostgresTransactionIdsExhausted",
    when: "half of the transaction ids are used up",
    series: { [age]: "1010000000x60" },
    fires: [
      {
        labels: { datname: "apg_cash_production" },
        description:
          "The oldest unfrozen row in apg_cash_production is 1.01G transactions old; at 2.1G PostgreSQL refuses writes.",
      },
    ],
  },
  {
    alert: "APGPostgresServerDown",
    when: "no exporter has ever answered",
    series: {},
    fires: [{ description: "0 of 3 PostgreSQL servers answer." }],
  },
];

/** Courses of events during which the alerts stay quiet. */
export const quiet: readonly QuietScenario[] = [
  {
    alert: "APGPostgresPrimaryMissing",
    when: "a replica has been promoted, and keeps its pod's label",
    series: {
      [`pg_replication_is_replica{${primary},role="primary"}`]: "1x60",
      [`pg_replication_is_replica{${replica},role="replica"}`]: "0x60",
    },
    during: 1800,
  },
  {
    alert: "APGPostgresSeveralPrimaries",
    when: "another namespace has a primary of its own",
    series: {
      [`pg_replication_is_replica{${primary}}`]: "0x60",
      'pg_replication_is_replica{namespace="other",pod="postgres-primary-0"}': "0x60",
    },
    during: 1800,
  },
  {
    alert: "APGPostgresServerDown",
    when: "each server restarts in turn",
    series: {
      [`pg_up{${primary}}`]: "1x40 0x8 1x20",
      [`pg_up{${replica}}`]: "1x20 0x8 1x40",
      [`pg_up{${pod("postgres-replica-1")}}`]: "1x5 0x8 1x55",
    },
    during: 1800,
  },
  {
    alert: "APGDatabaseConnectionsHigh",
    when: "155 of 195 are used, beside walsenders and parallel workers",
    series: {
      ...limits,
      ...connections("active", "apg_user", "155x60"),
      [`pg_stat_activity_count{${database},backend_type="parallel worker",usename="apg_user"}`]: "30x60",
      [`pg_stat_activity_count{${primary},backend_type="walsender",usename="replicator"}`]: "5x60",
    },
    during: 1800,
  },
  {
    alert: "APGPostgresLongTransaction",
    when: "autovacuum works for an hour",
    series: {
      [`pg_stat_activity_max_tx_duration{${database},backend_type="autovacuum worker",state="active"}`]:
        "0+30x120",
    },
    during: 3600,
  },
  {
    alert: "APGPostgresDeadlocks",
    when: "there were thousands, long ago",
    series: { [`pg_stat_database_deadlocks{${database}}`]: "5000x60" },
    during: 1800,
  },
  {
    alert: "APGPostgresRollbacksHigh",
    when: "nothing is written or read at all",
    series: { [committed]: "10x60", [rolledBack]: "10x60" },
    during: 1800,
  },
  {
    alert: "APGPostgresTransactionIdsAging",
    when: "autovacuum freezes at its usual 200 million",
    series: { [age]: "150000000+1000000x55 100000000x10" },
    during: 1800,
  },
  {
    alert: "APGPostgresRollbacksHigh",
    when: "9% of the transactions are rolled back",
    series: { [committed]: "0+91x60", [rolledBack]: "0+9x60" },
    during: 1800,
  },
  {
    alert: "APGPostgresTransactionIdsExhausted",
    when: "0.9 billion ids are used, which is a task and no page",
    series: { [age]: "900000000x60" },
    during: 1800,
  },
  {
    alert: "APGPostgresLongTransaction",
    when: "transactions take 14 minutes",
    series: { [transaction("")]: "0+30x28 0+30x28" },
    during: 1700,
  },
];
