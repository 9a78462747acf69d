import { type Mutant, remove, replace, set } from "../edits.ts";

const config = "ConfigMap/apg-cash-management-config";
const postgresql = "ConfigMap/apg-cash-management-postgres-config";
const pooler = "ConfigMap/pgbouncer-config";
const replica = "StatefulSet/postgres-replica";
const postgres = "spec.template.spec.containers[postgres]";

/** Settings that do not fit each other. */
export const agreements: readonly Mutant[] = [
  {
    name: "P10: five senders for two replicas that clone and the backups",
    kind: "lower a limit",
    edits: [replace(postgresql, 'data["postgresql.conf"]', ["max_wal_senders = 24", "max_wal_senders = 5"])],
    harm: "a clone or a backup is refused",
    rule: "settings-agree",
  },
  {
    name: "P15: max_connections is raised on the primary alone",
    kind: "break a pair of settings",
    edits: [replace(postgresql, 'data["primary.conf"]', ["work_mem", "max_connections = 300\nwork_mem"])],
    harm: "replicas refuse to start",
    rule: "settings-agree",
  },
  {
    name: "primary and replicas run different releases",
    kind: "break a pair of settings",
    edits: [set(replica, `${postgres}.image`, `docker.io/library/postgres:16@sha256:${"a".repeat(64)}`)],
    harm: "replicas cannot read the primary's WAL",
    rule: "settings-agree",
  },
  {
    name: "the primary's pod name is another than the Service's",
    kind: "break a pair of settings",
    edits: [set(replica, `${postgres}.env[PRIMARY_POD].value`, "postgres-replica-0")],
    harm: "two servers believe to be the primary",
    rule: "settings-agree",
  },
  {
    name: "the Service of the primary follows another pod",
    kind: "break a pair of settings",
    edits: [
      set(
        "Service/postgres-primary-service",
        'spec.selector["statefulset.kubernetes.io/pod-name"]',
        "postgres-replica-0",
      ),
    ],
    harm: "writes go to a read-only server",
    rule: "settings-agree",
  },
  {
    name: "P16: the pooler opens more than the database takes",
    kind: "raise a maximum",
    edits: [replace(pooler, 'data["sizes.ini"]', ["max_db_connections = 45", "max_db_connections = 200"])],
    harm: "connections are refused when the load is highest",
    rule: "connections",
  },
  {
    name: "P16: pools as in the guide",
    kind: "raise a maximum",
    edits: [set(config, "data.DATABASE_POOL_SIZE", "50"), set(config, "data.DATABASE_MAX_OVERFLOW", "100")],
    harm: "12,000 connections against the pooler's 6,000",
    rule: "connections",
  },
  {
    name: "max_connections below what the pooler opens",
    kind: "lower a limit",
    edits: [replace(postgresql, 'data["sizes.conf"]', ["max_connections = 200", "max_connections = 100"])],
    harm: "connections are refused when the load is highest",
    rule: "connections",
  },
  {
    name: "more clients of Redis than it accepts",
    kind: "raise a maximum",
    edits: [set(config, "data.REDIS_POOL_SIZE", "200")],
    harm: "Redis refuses connections when the load is highest",
    rule: "connections",
  },
  {
    name: "the pooler listens on another port than its container",
    kind: "swap a port",
    edits: [replace(pooler, 'data["pgbouncer.ini"]', ["listen_port = 6432", "listen_port = 6433"])],
    harm: "the application has no database",
    rule: "settings-agree",
  },
  {
    name: "the application gives up before the pool does",
    kind: "turn a timeout around",
    edits: [set(config, "data.DATABASE_POOL_TIMEOUT", "300")],
    harm: "the edge answers 504, and nobody sees why",
    rule: "timeouts",
  },
  {
    name: "K23: the application closes idle connections before the edge",
    kind: "turn a timeout around",
    edits: [set(config, "data.UVICORN_TIMEOUT_KEEP_ALIVE", "5")],
    harm: "clients get 502",
    rule: "timeouts",
  },
  {
    name: "the application is cut off while it answers",
    kind: "turn a timeout around",
    edits: [set(config, "data.UVICORN_TIMEOUT_GRACEFUL_SHUTDOWN", "10")],
    harm: "requests are cut off at every rollout",
    rule: "timeouts",
  },
  {
    name: "the pooler waits longer than the edge",
    kind: "turn a timeout around",
    edits: [replace(pooler, 'data["sizes.ini"]', ["query_wait_timeout = 30", "query_wait_timeout = 600"])],
    harm: "the edge answers 504 while the query still waits",
    rule: "timeouts",
  },
  {
    name: "K23: the limit of requests is set by a name that acts on nothing",
    kind: "ignore a setting",
    edits: [remove(config, "data.UVICORN_LIMIT_MAX_REQUESTS")],
    harm: "workers are never replaced, and leak",
    rule: "application-settings",
  },
  {
    name: "metrics are served on another port than the container's",
    kind: "swap a port",
    edits: [set(config, "data.PROMETHEUS_METRICS_PORT", "9001")],
    harm: "nothing is scraped",
    rule: "application-settings",
  },
  {
    name: "no worker",
    kind: "lower a limit",
    edits: [set(config, "data.UVICORN_WORKERS", "0")],
    harm: "nobody serves",
    rule: "application-settings",
  },
];
