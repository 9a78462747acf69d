import type { Draw } from "./draw.ts";
import { block, container, gibibytes, host, type PlainMap, resources, schedule } from "./parts.ts";

/** A budget of PostgreSQL: what its memory, connections and volume are split from. */
export interface PostgresqlBudget {
  readonly enabled: boolean;
  readonly maxConnections: number;
  readonly poolers: number;
  readonly serverConnections: number;
  readonly clientConnections: number;
  readonly pooled: boolean;
  readonly replicas: number;
  /** Memory limits in MiB. */
  readonly memory: { readonly primary: number; readonly replica: number };
  /** GiB of one server's volume. */
  readonly volume: number;
}

interface Context {
  readonly budget: PostgresqlBudget;
  readonly storageClass: () => PlainMap;
}

// Besides the pools: reserved for the superuser, the migration, exporters, backups, probes and people.
const besides = 40;
// MiB that one backend needs besides its hashes, and the least work_mem, twice.
const backend = 7;

/** Draws memory first, then how many connections it bears, then how the connections are divided. */
export function postgresqlBudget(
  draw: Draw,
  { production }: { readonly production: boolean },
): PostgresqlBudget {
  const enabled = !draw.once(4);
  const memory = {
    primary: draw.int(1024, container.memory[1]),
    replica: draw.int(1024, container.memory[1]),
  };
  const bearable = Math.floor((Math.min(memory.primary, memory.replica) * 0.6) / backend);
  const poolers = draw.int(production ? 2 : 1, 10);
  const maxConnections = enabled
    ? draw.int(besides + 2 * poolers + 12, Math.max(bearable, 80))
    : draw.int(20, 5000);
  const room = Math.floor((maxConnections - besides) / (2 * poolers + 2));
  return {
    enabled,
    maxConnections,
    poolers,
    serverConnections: enabled ? draw.int(1, Math.max(1, room)) : draw.int(1, 1000),
    // One of them is the exporter's.
    clientConnections: draw.int(2, 20_000),
    pooled: draw.bool(),
    replicas: draw.int(0, enabled ? 6 : 8),
    memory,
    volume: draw.int(8, 2000),
  };
}

/** Draws `postgresql`. */
export function postgresql(draw: Draw, { budget, storageClass }: Context): PlainMap {
  const { enabled, replicas, memory, volume } = budget;
  const keep = draw.int(1, 365);
  const leader = draw.int(0, replicas);
  const size = gibibytes(draw, [volume, volume]);
  return {
    enabled,
    ...(enabled
      ? {}
      : {
          external: {
            host: host(draw),
            port: draw.int(1, 65_535),
            blocks: draw.list(1, 3, () => block(draw)),
          },
        }),
    auth: { username: `u_${draw.name()}`, database: `d_${draw.name()}` },
    // WAL takes 15 % of the volume at most, or 1 GiB, and a tenth stays free.
    dataSize: `${draw.int(1, Math.max(1, Math.floor(volume * 0.7) - 1))}Gi`,
    primaryPod: leader === 0 ? "postgres-primary-0" : `postgres-replica-${leader - 1}`,
    primary: { persistence: { size, ...storageClass() }, ...server(draw, budget, memory.primary) },
    readReplicas: {
      replicaCount: replicas,
      persistence: { size, ...storageClass() },
      ...server(draw, budget, memory.replica),
    },
    pooler: {
      enabled: budget.pooled,
      replicas: budget.poolers,
      serverConnections: budget.serverConnections,
      clientConnections: budget.clientConnections,
      resources: resources(draw, draw.int(128, container.memory[1])),
    },
    backup: {
      enabled: draw.bool(),
      keep,
      backupSchedule: schedule(draw),
      rehearsalSchedule: schedule(draw),
      persistence: { size: `${(keep + 2) * volume * 2}Gi`, ...storageClass() },
      rehearsalPersistence: { size: `${volume * 2}Gi`, ...storageClass() },
      resources: resources(draw),
      rehearsalResources: resources(draw, draw.int(1024, container.memory[1])),
    },
    settings: {
      maxConnections: budget.maxConnections,
      minWalSize: `${draw.int(1, 8) * 32}MB`,
      maxWalSize: `${Math.max(512, Math.floor(volume * 1024 * 0.05))}MB`,
      walKeepSize: `${Math.max(128, Math.floor(volume * 1024 * 0.05))}MB`,
      maxSlotWalKeepSize: `${Math.max(512, Math.floor(volume * 1024 * 0.1))}MB`,
    },
    synchronous: draw.bool(),
    readyLagBytes: draw.int(1, 2 ** 30),
    waitSeconds: draw.int(1, 86_400),
    ...timings(draw, enabled),
  };
}

/** Splits a server's memory: a share for the cache, /dev/shm and maintenance; the rest for the connections. */
function server(draw: Draw, { enabled, maxConnections }: PostgresqlBudget, limit: number): PlainMap {
  const shared = draw.int(16, Math.floor(limit * 0.15));
  const maintenance = draw.int(1, Math.floor((limit * 0.1) / 3));
  const rest = enabled ? Math.floor(limit * 0.62) / maxConnections - 5 : 64;
  return {
    resources: resources(draw, limit),
    memory: {
      sharedBuffers: `${shared}MB`,
      effectiveCacheSize: `${draw.int(1, limit)}MB`,
      workMem: `${draw.int(64, Math.max(64, Math.floor((rest / 2) * 1024)))}kB`,
      maintenanceWorkMem: `${maintenance}MB`,
    },
    sharedMemory: `${draw.int(1, Math.floor(limit * 0.1))}Mi`,
  };
}

/** What Redis gets: memory first, of which its data is less than half. */
export function redis(draw: Draw, { enabled, replicas, storageClass }: RedisContext): PlainMap {
  const limit = draw.int(600, container.memory[1]);
  const backlog = draw.int(1, 64);
  const data = draw.int(1, Math.max(1, Math.floor((limit - backlog - 280) / 2)));
  const leader = draw.int(0, replicas);
  // The append-only file grows to twice the data, with its rewrite and a replica's copy beside it; a tenth stays free.
  const disk = (): PlainMap => ({
    persistence: { size: `${Math.ceil((4.5 * data) / 1024) + draw.int(1, 500)}Gi`, ...storageClass() },
  });
  return {
    enabled,
    ...(enabled
      ? {}
      : {
          external: {
            host: host(draw),
            port: draw.int(1, 65_535),
            tls: draw.bool(),
            blocks: draw.list(1, 3, () => block(draw)),
          },
        }),
    masterPod: leader === 0 ? "redis-master-0" : `redis-replica-${leader - 1}`,
    master: { ...disk(), resources: resources(draw, limit) },
    replica: { replicaCount: replicas, ...disk(), resources: resources(draw, limit) },
    backup: backup(draw, data, storageClass),
    settings: {
      maxMemory: `${data}mb`,
      maxMemoryPolicy: draw.pick([
        "noeviction",
        "volatile-lru",
        "volatile-lfu",
        "volatile-ttl",
        "volatile-random",
        // Where Redis runs here, keys without expiry are never evicted.
        ...(enabled ? [] : ["allkeys-lru", "allkeys-lfu", "allkeys-random"]),
      ]),
      replicationBacklog: `${backlog}mb`,
      ioThreads: draw.int(1, 16),
      minReplicasToWrite: draw.int(0, enabled ? replicas : 8),
    },
    ...timings(draw, enabled),
  };
}

interface RedisContext {
  readonly enabled: boolean;
  readonly replicas: number;
  readonly storageClass: () => PlainMap;
}

function backup(draw: Draw, data: number, storageClass: () => PlainMap): PlainMap {
  const keep = draw.int(1, 365);
  return {
    enabled: draw.bool(),
    keep,
    backupSchedule: schedule(draw),
    rehearsalSchedule: schedule(draw),
    persistence: { size: `${Math.ceil((1.12 * (keep + 2) * data) / 1024) + 1}Gi`, ...storageClass() },
    resources: resources(draw, draw.int(Math.max(64, Math.ceil(1.5 * data)), container.memory[1])),
  };
}

function timings(draw: Draw, enabled: boolean): PlainMap {
  return {
    spread: { nodes: draw.pick(["required", "preferred"]) },
    guardSeconds: draw.int(1, 86_400),
    // Often enough to notice a dead server within five minutes, seldom enough to forgive a stall of half a minute.
    probeSeconds: enabled ? draw.int(3, 100) : draw.int(1, 86_400),
    reloadSeconds: draw.int(1, 86_400),
  };
}
