import { expect, test } from "vitest";
import { type Series, testRules } from "./promtool.ts";
import { metricsIn } from "./expression.ts";
import { alertsOf, renderedGroups } from "./rendered.ts";
import { everFiring } from "./scenario.ts";
import { allScenarios } from "./scenarios/all.ts";

const here = 'namespace="apg-cash-management"';
const application = `${here},job="apg-cash-management-service"`;
const autoscaler = `${here},horizontalpodautoscaler="apg-cash-management-hpa"`;
const hour = 3600;
const minute = 60;
const patient = { timeout: 600_000 };

// Two hours, one value a minute, of a system in which nothing is wrong.
const constant = (value: number) => `${value}x120`;
const rising = (step: number) => `0+${step}x120`;

function server(kind: "postgres" | "redis", name: string, series: Readonly<Record<string, string>>): Series {
  const labels = `${here},job="${kind}-nodes",pod="${name}"`;
  return Object.fromEntries(
    Object.entries(series).map(([metric, values]) => {
      const [name_ = "", own = ""] = metric.split("{");
      return [`${name_}{${labels}${own === "" ? "}" : `,${own}`}`, values];
    }),
  );
}

function postgresql(name: string, replica: boolean): Series {
  return server("postgres", name, {
    pg_up: constant(1),
    'pg_scrape_collector_success{collector="wal"}': constant(1),
    pg_replication_is_replica: constant(replica ? 1 : 0),
    pg_replication_lag_seconds: constant(0),
    pg_settings_max_connections: constant(200),
    pg_settings_superuser_reserved_connections: constant(5),
    pg_settings_max_slot_wal_keep_size_bytes: constant(20 * 2 ** 30),
    'pg_stat_activity_count{datname="apg",usename="apg_user",backend_type="client backend",state="idle"}':
      constant(80),
    'pg_stat_activity_max_tx_duration{datname="apg",usename="apg_user",backend_type="client backend",state="active"}':
      constant(2),
    'pg_stat_database_deadlocks{datname="apg"}': constant(3),
    'pg_stat_database_xact_commit{datname="apg"}': rising(6000),
    'pg_stat_database_xact_rollback{datname="apg"}': rising(6),
    'pg_database_wraparound_age_datfrozenxid_seconds{datname="apg"}': constant(1.5e8),
  });
}

function streaming(replica: string): Series {
  return server("postgres", "postgres-primary-0", {
    [`pg_stat_replication_pg_wal_lsn_diff{application_name="${replica}",slot_name="${replica}",state="streaming"}`]:
      constant(0),
    [`pg_replication_slots_slot_is_active{slot_name="${replica}",slot_type="physical"}`]: constant(1),
    [`pg_replication_slots_safe_wal_size_bytes{slot_name="${replica}",slot_type="physical"}`]: constant(
      20 * 2 ** 30,
    ),
    [`pg_replication_slots_wal_status{slot_name="${replica}",wal_status="reserved"}`]: constant(1),
  });
}

function redis(name: string, role: "master" | "slave"): Series {
  return server("redis", name, {
    redis_up: constant(1),
    [`redis_instance_info{exported_role="${role}",maxmemory_policy="volatile-lru"}`]: constant(1),
    redis_connected_slaves: constant(role === "master" ? 2 : 0),
    ...(role === "slave" ? { 'redis_master_link_up{master_host="redis-master-0"}': constant(1) } : {}),
    redis_memory_used_bytes: constant(4e8),
    redis_memory_max_bytes: constant(8e8),
    redis_evicted_keys_total: constant(0),
    redis_rejected_connections_total: constant(0),
    redis_aof_enabled: constant(1),
    redis_aof_last_write_status: constant(1),
    redis_aof_last_bgrewrite_status: constant(1),
    redis_rdb_last_bgsave_status: constant(1),
    'redis_db_keys{db="db0"}': constant(5000),
  });
}

function pooler(name: string): Series {
  const labels = `${here},job="pgbouncer",pod="${name}"`;
  const pool = `${labels},database="apg",user="apg_user"`;
  return {
    [`pgbouncer_up{${labels}}`]: constant(1),
    [`pgbouncer_config_max_client_connections{${labels}}`]: constant(3000),
    [`pgbouncer_pools_client_active_connections{${pool}}`]: constant(400),
    [`pgbouncer_pools_client_waiting_connections{${pool}}`]: constant(0),
    [`pgbouncer_pools_client_maxwait_seconds{${pool}}`]: constant(0),
  };
}

/** A CronJob that ran and succeeded a moment before the two hours. */
function backup(name: string): Series {
  const labels = `${here},cronjob="${name}"`;
  return {
    [`kube_cronjob_created{${labels}}`]: constant(-1e6),
    [`kube_cronjob_next_schedule_time{${labels}}`]: constant(86_100),
    [`kube_cronjob_status_active{${labels}}`]: constant(0),
    [`kube_cronjob_status_last_schedule_time{${labels}}`]: constant(-300),
    [`kube_cronjob_status_last_successful_time{${labels}}`]: constant(-100),
  };
}

const healthy: Series = {
  [`up{${application},pod="a"}`]: constant(1),
  [`up{${application},pod="b"}`]: constant(1),
  [`http_requests_total{${application},pod="a",status="200"}`]: rising(6000),
  [`http_requests_total{${application},pod="a",status="404"}`]: rising(60),
  [`http_request_duration_seconds_bucket{${application},pod="a",le="0.1"}`]: rising(5900),
  [`http_request_duration_seconds_bucket{${application},pod="a",le="1.0"}`]: rising(6000),
  [`http_request_duration_seconds_bucket{${application},pod="a",le="+Inf"}`]: rising(6000),
  [`http_request_duration_seconds_count{${application},pod="a"}`]: rising(6000),
  ...postgresql("postgres-primary-0", false),
  ...postgresql("postgres-replica-0", true),
  ...postgresql("postgres-replica-1", true),
  ...streaming("postgres_replica_0"),
  ...streaming("postgres_replica_1"),
  [`pg_rehearsals_last_success_timestamp_seconds{${here},job="postgres-nodes",pod="postgres-primary-0"}`]:
    constant(-100),
  ...pooler("pgbouncer-a"),
  ...pooler("pgbouncer-b"),
  ...backup("postgres-base-backup"),
  ...backup("postgres-restore-rehearsal"),
  ...backup("redis-dump"),
  ...backup("redis-restore-rehearsal"),
  ...redis("redis-master-0", "master"),
  ...redis("redis-replica-0", "slave"),
  ...redis("redis-replica-1", "slave"),
  'argocd_app_info{name="apg-cash-management-production",sync_status="Synced",health_status="Healthy"}':
    constant(1),
  [`kube_pod_info{${here},pod="a"}`]: constant(1),
  [`kube_horizontalpodautoscaler_status_current_replicas{${autoscaler}}`]: constant(3),
  [`kube_horizontalpodautoscaler_spec_max_replicas{${autoscaler}}`]: constant(20),
  [`kube_horizontalpodautoscaler_status_condition{${autoscaler},condition="ScalingActive",status="false"}`]:
    constant(0),
  [`kube_job_failed{${here},job_name="apg-cash-management-migration-1",condition="true"}`]: constant(0),
  [`kube_pod_container_status_restarts_total{${here},pod="a",container="c"}`]: constant(1),
  [`kube_pod_container_status_last_terminated_reason{${here},pod="a",container="c",reason="Error"}`]:
    constant(1),
  [`kubelet_volume_stats_available_bytes{${here},persistentvolumeclaim="v"}`]: constant(300),
  [`kubelet_volume_stats_capacity_bytes{${here},persistentvolumeclaim="v"}`]: constant(500),
  [`certmanager_certificate_expiration_timestamp_seconds{namespace="cert-manager",exported_namespace="apg-cash-management",name="tls"}`]:
    constant(60 * 24 * hour),
  [`externalsecret_status_condition{namespace="external-secrets",exported_namespace="apg-cash-management",name="s",condition="Ready",status="False"}`]:
    constant(0),
};

/** Returns the same series, which end after half an hour. */
function vanishing(series: Series): Series {
  return Object.fromEntries(
    Object.entries(series).map(([name, values]) => [name, values.replace(/x120$/, "x30 stale")]),
  );
}

test("a healthy system has no alert that fires or is about to", patient, async () => {
  const verdict = await testRules({
    groups: renderedGroups(),
    series: healthy,
    interval: minute,
    queries: [{ at: 2 * hour, query: "count by (alertname) (last_over_time(ALERTS[2h]))", samples: [] }],
  });
  expect(verdict.output).toContain("SUCCESS");
});

test("the healthy system has every metric that a rule reads, so that silence means something", () => {
  const present = new Set(Object.keys(healthy).map((series) => series.split("{")[0]));
  const records = new Set(renderedGroups().flatMap(({ rules }) => rules.map(({ body }) => body["record"])));
  const read = renderedGroups().flatMap(({ rules }) => rules.flatMap(({ expr }) => metricsIn(expr)));
  const absent = read.filter(({ metric }) => !present.has(metric) && !records.has(metric));
  expect(absent.map(({ metric }) => metric)).toEqual([]);
});

// When a series is gone nothing is measured, so each part of the system has alerts that notice the silence itself.
const silenceAlerts = [
  "APGApplicationMetricsMissing",
  "APGCashManagementDown",
  "APGDeliveryMetricsMissing",
  "APGPgbouncerDown",
  "APGPgbouncerPodDown",
  "APGPlatformMetricsMissing",
  "APGPostgresPrimaryMissing",
  "APGPostgresReplicaMissing",
  "APGPostgresServerDown",
  "APGRedisMasterMissing",
  "APGRedisReplicaMissing",
  "APGRedisServerDown",
];

/** Returns the series of a neighbour in the same Prometheus, where everything is named alike but for one label. */
function neighbour(series: Series, from: string, to: string): Series {
  return Object.fromEntries(
    Object.entries(series)
      .filter(([name]) => name.includes(from))
      .map(([name, values]) => [name.replaceAll(from, to), values]),
  );
}

const nothing: Series = {};
const otherNamespace = ['namespace="apg-cash-management"', 'namespace="neighbour"'] as const;
const otherJob = ['job="apg-cash-management-service"', 'job="neighbour"'] as const;

test.for([
  ["every series vanishes", vanishing(healthy)],
  ["there has never been a series", nothing],
  ["only a neighbour is well", neighbour(healthy, ...otherNamespace)],
  ["only another job of the namespace is well", neighbour(healthy, ...otherJob)],
] as const)("when %s, the alerts on silence fire and no other", patient, async ([, series]) => {
  // cert-manager and External Secrets are there once for the whole cluster.
  const platform = Object.keys(series).some(
    (name) => name.startsWith("certmanager") && !series[name]?.endsWith("stale"),
  );
  const names = silenceAlerts.map((alertname) => ({
    labels: `{alertname="${alertname}"}`,
    value: alertname === "APGPlatformMetricsMissing" ? (platform ? 2 : 4) : 1,
  }));
  const verdict = await testRules({
    groups: renderedGroups(),
    series,
    interval: minute,
    queries: [{ at: 2 * hour, query: everFiring(2 * hour), samples: names }],
  });
  expect(verdict.output).toContain("SUCCESS");
  expect(alertsOf(renderedGroups()).map(({ alert }) => alert)).toEqual(expect.arrayContaining(silenceAlerts));
});

test("a neighbour with all of these troubles at once disturbs nobody here", patient, async () => {
  const troubles = allScenarios
    .flatMap(({ firing }) => firing)
    .flatMap(({ series }, index) =>
      [neighbour(series, ...otherNamespace), neighbour(series, ...otherJob)].flatMap((each) =>
        Object.entries(each).map(
          ([name, values]) => [name.replace("{", `{case="${index}",`), values] as const,
        ),
      ),
    );
  expect(troubles.length).toBeGreaterThan(100);
  const verdict = await testRules({
    groups: renderedGroups(),
    series: { ...healthy, ...Object.fromEntries(troubles) },
    interval: minute,
    queries: [{ at: 2 * hour, query: everFiring(2 * hour), samples: [] }],
  });
  expect(verdict.output).toContain("SUCCESS");
});
