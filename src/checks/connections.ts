import { asObject, type Manifest } from "../kubernetes/manifest.ts";
import { at, find, objects, text } from "./read.ts";
import type { Finding, Rule } from "./rule.ts";
import { readSettings, type Server, servers } from "./server-settings.ts";
import { autoscalerOf, containersOf, surgeOf, type Workload, workloads } from "./workloads.ts";

type Client = readonly [who: string, connections: number];

// redis.conf, maxclients: Redis's own default.
const redisDefault = "10000";
// Probes and the reload container of each server, a person with a runbook: they use what is left beside the pools.
const headRoom = 10;

/** All clients together, in the largest permitted state, fit the connections that PostgreSQL and Redis accept. */
export const connections: Rule = {
  id: "connections",
  reason: "the pod that gets no connection is the one that scaled up because of the load",
  source: "PostgreSQL 15, Connections and Authentication; SQLAlchemy, QueuePool; Redis, Client handling",
  values: [
    "postgresql.settings.maxConnections",
    "postgresql.pooler",
    "app.autoscaling.maxReplicas",
    "app.replicaCount",
    "env.UVICORN_WORKERS",
    "env.DATABASE_POOL_SIZE",
    "env.DATABASE_MAX_OVERFLOW",
    "env.REDIS_POOL_SIZE",
  ],
  *check(manifests) {
    const postgresql = servers(manifests, "postgres");
    const redis = servers(manifests, "redis");
    const clients = workloads(manifests);
    for (const server of postgresql) {
      const replicas = total(postgresql) - 1;
      yield* exceeded(
        server,
        "max_connections",
        postgresqlClients(manifests, clients, replicas),
        reserved(server),
      );
    }
    for (const pooler of poolersOf(manifests, clients)) yield* poolerFindings(manifests, clients, pooler);
    for (const server of redis)
      yield* exceeded(server, "maxclients", redisClients(manifests, clients, total(redis) - 1), 0);
  },
};

/** Connections that a server accepts from its clients, and how many they may open in the largest permitted state. */
export interface ConnectionUse {
  readonly server: Server;
  readonly setting: "max_connections" | "maxclients";
  readonly accepted: number;
  readonly needed: number;
}

/** Returns for each PostgreSQL and Redis server among the objects what it accepts and what may be opened. */
export function connectionUse(manifests: readonly Manifest[]): readonly ConnectionUse[] {
  const [postgresql, redis] = [servers(manifests, "postgres"), servers(manifests, "redis")];
  const clients = workloads(manifests);
  return [
    ...postgresql.map((server): ConnectionUse => ({
      server,
      setting: "max_connections",
      accepted: accepts(server, "max_connections") - reserved(server),
      needed: countOf(postgresqlClients(manifests, clients, total(postgresql) - 1)),
    })),
    ...redis.map((server): ConnectionUse => ({
      server,
      setting: "maxclients",
      accepted: accepts(server, "maxclients"),
      needed: countOf(redisClients(manifests, clients, total(redis) - 1)),
    })),
  ];
}

function countOf(found: readonly Client[]): number {
  return found.reduce((sum, [, count]) => sum + count, 0);
}

function accepts({ settings }: Server, setting: ConnectionUse["setting"]): number {
  return Number(settings.get(setting) ?? (setting === "maxclients" ? redisDefault : "100"));
}

interface Pooler {
  readonly workload: Workload;
  readonly configuration: Manifest;
  readonly settings: ReadonlyMap<string, string>;
}

/** PgBouncer, where the tree has it: a Deployment that mounts a configuration with its limits. */
function poolersOf(manifests: readonly Manifest[], all: readonly Workload[]): readonly Pooler[] {
  return all.flatMap((workload) =>
    objects(workload.pod["volumes"]).flatMap((volume) => {
      const configuration = find(manifests, "ConfigMap", text(at(volume, "configMap", "name")));
      const file = Object.values(asObject(configuration?.body["data"]))
        .map(text)
        .find((content) => /^max_db_connections\b/m.test(content));
      return configuration && file !== undefined
        ? [{ workload, configuration, settings: readSettings(file) }]
        : [];
    }),
  );
}

/** PgBouncer accepts what the application may open, and opens no more than its own limit for the database. */
function* poolerFindings(
  manifests: readonly Manifest[],
  all: readonly Workload[],
  pooler: Pooler,
): Iterable<Finding> {
  const accepted = Number(pooler.settings.get("max_client_conn") ?? "100") * pooler.workload.largest;
  const clients = databaseClients(manifests, all);
  const needed = countOf(clients);
  if (needed > accepted)
    yield {
      manifest: pooler.configuration,
      path: "data max_client_conn",
      message: [
        `lets ${accepted} clients into ${pooler.workload.largest} pods, but they may open ${needed}; raise it, or lower a pool:`,
        ...clients.map(([who, count]) => `    ${String(count).padStart(8)}  ${who}`),
      ].join("\n"),
    };
}

/** Streaming connections use max_wal_senders, which come on top of max_connections (PostgreSQL ≥ 12). */
function postgresqlClients(
  manifests: readonly Manifest[],
  all: readonly Workload[],
  replicas: number,
): readonly Client[] {
  const poolers = poolersOf(manifests, all);
  return [
    ...(poolers.length > 0
      ? poolers.map(({ workload, settings }): Client => {
          const { most, note } = mostPods(manifests, workload);
          const each = Number(settings.get("max_db_connections") ?? Number.POSITIVE_INFINITY);
          return [`${note} × ${each} server connections`, most * each];
        })
      : databaseClients(manifests, all)),
    ["1 × migration, direct", 1],
    ["1 × exporter", 1],
    [`head-room for probes, reloads of ${replicas + 1} servers, and people`, headRoom],
  ];
}

function databaseClients(manifests: readonly Manifest[], all: readonly Workload[]): readonly Client[] {
  return all.flatMap((workload): readonly Client[] => {
    const variables = variablesOf(manifests, workload);
    if (!variables.has("DATABASE_URL") || workload.manifest.kind !== "Deployment") return [];
    const { most, note } = mostPods(manifests, workload);
    const [workers, pool, overflow] = [
      amount(variables, "UVICORN_WORKERS", 1),
      amount(variables, "DATABASE_POOL_SIZE", 5),
      amount(variables, "DATABASE_MAX_OVERFLOW", 10),
    ];
    const each = workers * (pool + overflow);
    return [[`${note} × ${workers} workers × (pool ${pool} + overflow ${overflow})`, most * each]];
  });
}

function redisClients(
  manifests: readonly Manifest[],
  all: readonly Workload[],
  replicas: number,
): readonly Client[] {
  return [
    ...all.flatMap((workload): readonly Client[] => {
      const variables = variablesOf(manifests, workload);
      if (!variables.has("REDIS_URL")) return [];
      const { most, note } = mostPods(manifests, workload);
      const workers = amount(variables, "UVICORN_WORKERS", 1);
      const pool = amount(variables, "REDIS_POOL_SIZE", Number.POSITIVE_INFINITY);
      return [[`${note} × ${workers} workers × pool ${pool}`, most * workers * pool]];
    }),
    [`${replicas} × replication, and again while a replica copies`, 2 * replicas],
    ["1 × exporter", 1],
    ["head-room for probes, reloads, and people", headRoom],
  ];
}

/**
 * At the end of a rollout all old pods may be ending, with their connections open, beside all new ones. An autoscaled
 * workload may scale down at that moment: then the surge comes on top.
 */
function mostPods(
  manifests: readonly Manifest[],
  workload: Workload,
): { readonly most: number; readonly note: string } {
  const { largest, manifest } = workload;
  const surge = autoscalerOf(manifests, manifest) ? surgeOf(workload) : 0;
  const parts = [
    `${largest} ${manifest.name}`,
    ...(surge > 0 ? [`${surge} surge`] : []),
    `${largest} terminating`,
  ];
  return { most: 2 * largest + surge, note: `(${parts.join(" + ")})` };
}

function reserved({ settings }: Server): number {
  return Number(settings.get("superuser_reserved_connections") ?? "3");
}

function total(all: readonly Server[]): number {
  return all.reduce((sum, { workload }) => sum + workload.largest, 0);
}

function* exceeded(
  server: Server,
  setting: ConnectionUse["setting"],
  clients: readonly Client[],
  kept: number,
): Iterable<Finding> {
  const accepted = accepts(server, setting);
  const needed = countOf(clients);
  if (needed <= accepted - kept) return;
  yield {
    manifest: server.workload.manifest,
    path: `ConfigMap/${server.configuration.name} ${setting}`,
    message: [
      `is ${accepted}, of which ${kept} are reserved, but clients may open ${needed}; lower a pool, or raise it:`,
      ...clients.map(([who, count]) => `    ${String(count).padStart(8)}  ${who}`),
    ].join("\n"),
  };
}

/** The environment of a workload's containers; undefined where the value is not in the tree. */
function variablesOf(
  manifests: readonly Manifest[],
  workload: Workload,
): ReadonlyMap<string, string | undefined> {
  return new Map(
    containersOf(workload).flatMap(({ container }) => [
      ...objects(container["envFrom"]).flatMap((source) =>
        Object.entries(
          asObject(find(manifests, "ConfigMap", text(at(source, "configMapRef", "name")))?.body["data"]),
        ).map(([name, value]) => [name, text(value)] as const),
      ),
      ...objects(container["env"]).map(
        ({ name, value }) => [text(name), value === undefined ? undefined : text(value)] as const,
      ),
    ]),
  );
}

function amount(variables: ReadonlyMap<string, string | undefined>, name: string, standard: number): number {
  return Number(variables.get(name) ?? standard);
}
