import type { FiringScenario, QuietScenario } from "../scenario.ts";

const pod = (name: string) => `namespace="apg-cash-management",pod="${name}"`;
const master = pod("redis-master-0");
const replica = pod("redis-replica-0");
const info = (name: string, role: "master" | "slave", policy = "volatile-lru", process = "1") =>
  `redis_instance_info{${pod(name)},role="as-deployed",exported_role="${role}",maxmemory_policy="${policy}",process_id="${process}"}`;
const used = `redis_memory_used_bytes{${master},role="master"}`;
const most = `redis_memory_max_bytes{${master},role="master"}`;
const keys = (name: string) => `redis_db_keys{${pod(name)},db="db0"}`;
const evicted = `redis_evicted_keys_total{${master}}`;
const masterPod = { pod: "redis-master-0" };
const master0 = { ...masterPod, role: "master" };

/** Courses of events after which the alerts fire. */
export const firing: readonly FiringScenario[] = [
  {
    alert: "APGRedisMasterMissing",
    when: "the master is down and the replicas are well",
    series: {
      [info("redis-master-0", "master")]: "1x19 stale",
      [info("redis-replica-0", "slave")]: "1x60",
    },
    holdsAfter: 600,
    fires: [{ description: "No reachable Redis server accepts writes." }],
  },
  {
    alert: "APGRedisMasterMissing",
    when: "no exporter has ever answered",
    series: {},
    fires: [{ description: "No reachable Redis server accepts writes." }],
  },
  {
    alert: "APGRedisSeveralMasters",
    when: "a replica stops following",
    series: {
      [info("redis-master-0", "master")]: "1x60",
      [info("redis-replica-0", "slave")]: "1x19 stale",
      [info("redis-replica-0", "master")]: "_x20 1x40",
    },
    holdsAfter: 600,
    fires: [{ description: "2 Redis servers are masters: one of them does not follow." }],
  },
  {
    alert: "APGRedisServerDown",
    when: "one server of three refuses connections",
    series: {
      [`redis_up{${master}}`]: "1x60",
      [`redis_up{${replica}}`]: "0x60",
      [`redis_up{${pod("redis-replica-1")}}`]: "1x60",
    },
    fires: [{ description: "2 of 3 Redis servers answer." }],
  },
  {
    alert: "APGRedisReplicaMissing",
    when: "one of two replicas has left the master",
    series: {
      [`redis_connected_slaves{${master}}`]: "2x19 1x40",
      [`redis_connected_slaves{${replica}}`]: "0x60",
    },
    holdsAfter: 600,
    fires: [{ description: "1 of 2 replicas are connected to the master." }],
  },
  {
    alert: "APGRedisReplicaLinkDown",
    when: "a replica cannot reach its master",
    series: { [`redis_master_link_up{${replica},master_host="redis-master-0"}`]: "0x60" },
    fires: [
      {
        labels: { pod: "redis-replica-0" },
        description: "redis-replica-0 has no link to the master and serves old data.",
      },
    ],
  },
  {
    alert: "APGRedisMemoryUsageHigh",
    when: "95% of maxmemory is used under the policy volatile-lru",
    series: { [used]: "95x60", [most]: "100x60", [info("redis-master-0", "master")]: "1x60" },
    fires: [
      {
        labels: master0,
        description: "redis-master-0 uses 95% of maxmemory; beyond it keys are evicted or writes refused.",
      },
    ],
  },
  {
    alert: "APGRedisMemoryUsageHigh",
    when: "95% of maxmemory is used under the policy noeviction",
    series: { [used]: "95x60", [most]: "100x60", [info("redis-master-0", "master", "noeviction")]: "1x60" },
    fires: [
      {
        labels: master0,
        description: "redis-master-0 uses 95% of maxmemory; beyond it keys are evicted or writes refused.",
      },
    ],
  },
  {
    alert: "APGRedisMemoryUnlimited",
    when: "maxmemory is 0",
    series: { [most]: "0x60" },
    fires: [
      {
        labels: master0,
        description: "maxmemory is not set on redis-master-0: it grows until the kernel kills it.",
      },
    ],
  },
  {
    alert: "APGRedisKeysEvicted",
    when: "keys that still had time are evicted",
    series: { [evicted]: "0+3000x60", [info("redis-master-0", "master")]: "1x60" },
    holdsAfter: 30,
    fires: [
      { labels: masterPod, description: "redis-master-0 evicts 100 keys a second; sessions end early." },
    ],
  },
  {
    alert: "APGRedisConnectionsRejected",
    when: "maxclients is reached",
    series: { [`redis_rejected_connections_total{${master}}`]: "0+1x60" },
    holdsAfter: 30,
    fires: [
      {
        labels: masterPod,
        description: "redis-master-0 rejected 3 connections in 5 minutes: maxclients is reached.",
      },
    ],
  },
  ...["redis_aof_last_write_status", "redis_aof_last_bgrewrite_status", "redis_rdb_last_bgsave_status"].map(
    (metric) => ({
      alert: "APGRedisPersistenceFailing",
      when: `${metric} is 0`,
      series: { [`${metric}{${master}}`]: "0x60" },
      fires: [
        {
          labels: masterPod,
          description: "The last write of the append-only file or snapshot of redis-master-0 failed.",
        },
      ],
    }),
  ),
  {
    alert: "APGRedisPersistenceOff",
    when: "the append-only file is not enabled, as in the guide",
    series: { [`redis_aof_enabled{${master}}`]: "0x60" },
    fires: [
      {
        labels: masterPod,
        description: "redis-master-0 runs without its append-only file: a restart loses data.",
      },
    ],
  },
  {
    alert: "APGRedisKeysLost",
    when: "the master comes back empty and its replicas follow",
    series: {
      [info("redis-master-0", "master")]: "1x240",
      [info("redis-replica-0", "slave")]: "1x240",
      [keys("redis-master-0")]: "5000x149 490x90",
      [keys("redis-replica-0")]: "5000x149 490x90",
    },
    holdsAfter: 4500,
    fires: [{ description: "490 keys are left on the master, less than a tenth of an hour ago." }],
  },
  {
    alert: "APGRedisKeysLost",
    when: "110 keys become none",
    series: { [info("redis-master-0", "master")]: "1x240", [keys("redis-master-0")]: "110x149 0x90" },
    holdsAfter: 4500,
    fires: [{ description: "0 keys are left on the master, less than a tenth of an hour ago." }],
  },
  {
    alert: "APGRedisServerDown",
    when: "no exporter has ever answered",
    series: {},
    fires: [{ description: "0 of 3 Redis servers answer." }],
  },
  {
    alert: "APGRedisReplicaMissing",
    when: "no exporter has ever answered",
    series: {},
    fires: [{ description: "0 of 2 replicas are connected to the master." }],
  },
];

/** Courses of events during which the alerts stay quiet. */
export const quiet: readonly QuietScenario[] = [
  {
    alert: "APGRedisMasterMissing",
    when: "a replica was promoted, and its pod is still labelled a replica",
    series: {
      [info("redis-master-0", "slave")]: "1x60",
      [info("redis-replica-0", "master")]: "1x60",
    },
    during: 1800,
  },
  {
    alert: "APGRedisSeveralMasters",
    when: "the master's process is a new one",
    series: {
      [info("redis-master-0", "master", "volatile-lru", "1")]: "1x20",
      [info("redis-master-0", "master", "volatile-lru", "2")]: "_x20 1x40",
    },
    during: 1800,
  },
  {
    alert: "APGRedisMemoryUsageHigh",
    when: "there is no maxmemory",
    series: { [used]: "95x60", [most]: "0x60", [info("redis-master-0", "master")]: "1x60" },
    during: 1800,
  },
  {
    alert: "APGRedisMemoryUsageHigh",
    when: "a cache that may evict every key is full",
    series: { [used]: "100x60", [most]: "100x60", [info("redis-master-0", "master", "allkeys-lru")]: "1x60" },
    during: 1800,
  },
  {
    alert: "APGRedisKeysEvicted",
    when: "a cache that may evict every key does so",
    series: { [evicted]: "0+3000x60", [info("redis-master-0", "master", "allkeys-lru")]: "1x60" },
    during: 1800,
  },
  {
    alert: "APGRedisReplicaMissing",
    when: "a replica is master, with two followers",
    series: {
      [`redis_connected_slaves{${master}}`]: "0x60",
      [`redis_connected_slaves{${replica}}`]: "2x60",
    },
    during: 1800,
  },
  {
    alert: "APGRedisKeysLost",
    when: "90 keys become none",
    series: { [info("redis-master-0", "master")]: "1x240", [keys("redis-master-0")]: "90x149 0x90" },
    during: 7200,
  },
  {
    alert: "APGRedisKeysLost",
    when: "half of the keys expire",
    series: { [info("redis-master-0", "master")]: "1x240", [keys("redis-master-0")]: "5000x149 2500x90" },
    during: 7200,
  },
  {
    alert: "APGRedisKeysLost",
    when: "four fifths of the keys expire, on the replicas too",
    series: {
      [info("redis-master-0", "master")]: "1x240",
      [info("redis-replica-0", "slave")]: "1x240",
      [info("redis-replica-1", "slave")]: "1x240",
      [keys("redis-master-0")]: "5000x149 1000x90",
      [keys("redis-replica-0")]: "5000x149 1000x90",
      [keys("redis-replica-1")]: "5000x149 1000x90",
    },
    during: 7200,
  },
  {
    alert: "APGRedisKeysLost",
    when: "11% of the keys are left",
    series: { [info("redis-master-0", "master")]: "1x240", [keys("redis-master-0")]: "5000x149 550x90" },
    during: 7200,
  },
  {
    alert: "APGRedisMemoryUsageHigh",
    when: "89% of maxmemory is used",
    series: { [used]: "89x60", [most]: "100x60", [info("redis-master-0", "master")]: "1x60" },
    during: 1800,
  },
];
