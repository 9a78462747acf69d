import type { Alert } from "./alert.ts";

/** What the alerts on Redis are measured against. */
export interface RedisAlerts {
  /** Number of replicas that should follow the master. */
  readonly replicas: number;
}

/** Returns the alerts on Redis. Metrics of redis_exporter 1.88. */
export function redisAlerts(namespace: string, { replicas }: RedisAlerts): readonly Alert[] {
  const here = `namespace="${namespace}"`;
  // The pod's label `role` says what a pod was deployed as; Prometheus keeps the server's own word as exported_role.
  const master = `redis_instance_info{${here},exported_role="master"}`;
  const masterPods = `max by (namespace, pod) (${master})`;
  // A cache that may evict every key is meant to be full.
  const notJustCache = `unless on (namespace, pod) redis_instance_info{${here},maxmemory_policy=~"allkeys-.*"}`;
  return [
    {
      name: "APGRedisMasterMissing",
      severity: "critical",
      for: "1m",
      expr: `(count(${masterPods}) or vector(0)) == 0`,
      summary: "Redis has no master",
      description: "No reachable Redis server accepts writes.",
    },
    {
      name: "APGRedisSeveralMasters",
      severity: "critical",
      for: "1m",
      expr: `count by (namespace) (${masterPods}) > 1`,
      summary: "Redis has more than one master",
      description: "{{ $value }} Redis servers are masters: one of them does not follow.",
    },
    {
      name: "APGRedisServerDown",
      severity: "warning",
      for: "5m",
      expr: `(sum(redis_up{${here}}) or vector(0)) < ${1 + replicas}`,
      summary: "A Redis server is down",
      description: `{{ $value }} of ${1 + replicas} Redis servers answer.`,
    },
    ...(replicas === 0
      ? []
      : [
          {
            name: "APGRedisReplicaMissing",
            severity: "warning",
            for: "5m",
            expr: `(max(redis_connected_slaves{${here}}) or vector(0)) < ${replicas}`,
            summary: "A Redis replica does not follow the master",
            description: `{{ $value }} of ${replicas} replicas are connected to the master.`,
          } as const,
        ]),
    {
      name: "APGRedisReplicaLinkDown",
      severity: "warning",
      for: "2m",
      expr: `min by (namespace, pod) (redis_master_link_up{${here}}) == 0`,
      summary: "A Redis replica has lost its master",
      description: "{{ $labels.pod }} has no link to the master and serves old data.",
    },
    {
      name: "APGRedisMemoryUsageHigh",
      severity: "critical",
      for: "2m",
      // > 0: maxmemory 0 is "no limit", and a division by it +Inf.
      expr: `redis_memory_used_bytes{${here}} / (redis_memory_max_bytes{${here}} > 0) > 0.9\n${notJustCache}`,
      summary: "Redis memory usage is critical",
      description:
        "{{ $labels.pod }} uses {{ $value | humanizePercentage }} of maxmemory; beyond it keys are evicted or writes refused.",
    },
    {
      name: "APGRedisMemoryUnlimited",
      severity: "warning",
      for: "5m",
      expr: `redis_memory_max_bytes{${here}} == 0`,
      summary: "Redis has no memory limit of its own",
      description: "maxmemory is not set on {{ $labels.pod }}: it grows until the kernel kills it.",
    },
    {
      name: "APGRedisKeysEvicted",
      severity: "warning",
      for: "10m",
      expr: `sum by (namespace, pod) (rate(redis_evicted_keys_total{${here}}[10m])) > 0\n${notJustCache}`,
      summary: "Redis evicts keys before they expire",
      description: "{{ $labels.pod }} evicts {{ $value | humanize }} keys a second; sessions end early.",
    },
    {
      name: "APGRedisConnectionsRejected",
      severity: "critical",
      for: "1m",
      expr: `sum by (namespace, pod) (increase(redis_rejected_connections_total{${here}}[5m])) > 0`,
      summary: "Redis rejects connections",
      description:
        "{{ $labels.pod }} rejected {{ $value | humanize }} connections in 5 minutes: maxclients is reached.",
    },
    {
      name: "APGRedisPersistenceFailing",
      severity: "critical",
      for: "5m",
      expr: [
        `redis_aof_last_write_status{${here}} == 0`,
        `or redis_aof_last_bgrewrite_status{${here}} == 0`,
        `or redis_rdb_last_bgsave_status{${here}} == 0`,
      ].join("\n"),
      summary: "Redis cannot write to its disk",
      description: "The last write of the append-only file or snapshot of {{ $labels.pod }} failed.",
    },
    {
      name: "APGRedisPersistenceOff",
      severity: "critical",
      for: "5m",
      expr: `redis_aof_enabled{${here}} == 0`,
      summary: "Redis keeps no append-only file",
      description: "{{ $labels.pod }} runs without its append-only file: a restart loses data.",
    },
    {
      name: "APGRedisKeysLost",
      severity: "critical",
      for: "1m",
      // A master that came back empty passes its emptiness on to every replica. Fewer than 100 keys prove nothing.
      expr: [
        `sum by (namespace) (redis_db_keys{${here}} and on (namespace, pod) ${master})`,
        "< 0.1 *",
        `(sum by (namespace) (redis_db_keys{${here}} offset 1h and on (namespace, pod) ${master} offset 1h) > 100)`,
      ].join("\n"),
      summary: "Redis has lost most of its keys",
      description: "{{ $value }} keys are left on the master, less than a tenth of an hour ago.",
    },
  ];
}
