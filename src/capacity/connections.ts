import { asObject, type Manifest } from "../kubernetes/manifest.ts";
import { oncePerTree } from "../checks/once.ts";
import { at, find, objects, ofKind, text } from "../checks/read.ts";
import { readSettings, type Server, servers } from "../checks/server-settings.ts";
import { autoscalerOf, surgeOf, type Workload, workloads } from "../checks/workloads.ts";
import type { Budget, BudgetPart } from "./budget.ts";

// redis.conf, maxclients: Redis's own default.
const redisDefault = "10000";
// Probes and the reload container of each server, a person with a runbook: they use what is left beside the pools.
const headRoom = 10;

/**
 * Returns the connections that PostgreSQL, PgBouncer and Redis accept with those that all clients may open in the largest
 * permitted state: pods that are still ending included, because they keep theirs until they are gone.
 */
export function connectionBudgets(manifests: readonly Manifest[]): readonly Budget[] {
  const postgresql = servers(manifests, "postgres");
  const redis = servers(manifests, "redis");
  const poolers = poolersOf(manifests);
  return [
    ...postgresql.map((server) => {
      const reserved = Number(server.settings.get("superuser_reserved_connections") ?? "3");
      const accepted = Number(server.settings.get("max_connections") ?? "100");
      return {
        ...serverBudget(server, "max_connections", postgresqlClients(manifests, poolers, total(postgresql))),
        allowed: accepted - reserved,
        note: `${accepted}, of which ${reserved} are reserved`,
        values: ["postgresql.settings.maxConnections", "postgresql.pooler", ...poolValues],
      };
    }),
    ...poolers.flatMap((pooler) => poolerBudgets(manifests, pooler)),
    ...redis.map((server) => ({
      ...serverBudget(server, "maxclients", redisClients(manifests, total(redis) - 1)),
      allowed: Number(server.settings.get("maxclients") ?? redisDefault),
      values: ["env.REDIS_POOL_SIZE", ...scaleValues],
    })),
  ];
}

const scaleValues = ["app.autoscaling.maxReplicas", "app.replicaCount", "env.UVICORN_WORKERS"];
const poolValues = ["env.DATABASE_POOL_SIZE", "env.DATABASE_MAX_OVERFLOW", ...scaleValues];

function serverBudget(
  { workload, configuration }: Server,
  setting: string,
  parts: readonly BudgetPart[],
): Pick<Budget, "what" | "manifest" | "path" | "parts" | "unit"> {
  return {
    what: `${setting} of ${workload.manifest.name}`,
    manifest: workload.manifest,
    path: `ConfigMap/${configuration.name} ${setting}`,
    parts,
    unit: "connections",
  };
}

interface Pooler {
  readonly workload: Workload;
  readonly configuration: Manifest;
  readonly settings: ReadonlyMap<string, string>;
}

/** PgBouncer, where the tree has it: a Deployment that mounts a configuration with its limits. */
function poolersOf(manifests: readonly Manifest[]): readonly Pooler[] {
  const limits = new Map(
    ofKind(manifests, "ConfigMap").flatMap((configuration) => {
      const files = Object.values(asObject(configuration.body["data"])).map(text);
      const file = files.find((content) => /^max_db_connections\b/m.test(content));
      return file === undefined
        ? []
        : [[configuration.name, { configuration, settings: readSettings(file) }] as const];
    }),
  );
  return workloads(manifests).flatMap((workload) =>
    objects(workload.pod["volumes"]).flatMap((volume) => {
      const found = limits.get(text(at(volume, "configMap", "name")));
      return found ? [{ workload, ...found }] : [];
    }),
  );
}

/**
 * All poolers together accept what the application may open, its ending pods included; and while one of several poolers
 * is away, such as for a drain, the others accept what the application opens then.
 */
function poolerBudgets(manifests: readonly Manifest[], pooler: Pooler): readonly Budget[] {
  const { configuration, workload, settings } = pooler;
  const each = Number(settings.get("max_client_conn") ?? "100");
  const budget = (count: number, parts: readonly BudgetPart[]): Budget => ({
    what: `max_client_conn of ${count} ${workload.manifest.name}`,
    manifest: configuration,
    path: "data max_client_conn",
    allowed: count * each,
    note: `${each} in each of ${count} pods`,
    parts: [...parts, [`${count} × exporter`, count]],
    unit: "connections",
    values: ["postgresql.pooler.clientConnections", ...poolValues],
  });
  return [
    budget(workload.largest, databaseClients(manifests, "ending")),
    ...(workload.largest > 1 ? [budget(workload.largest - 1, databaseClients(manifests, "running"))] : []),
  ];
}

/** Streaming connections use max_wal_senders, which come on top of max_connections (PostgreSQL ≥ 12). */
function postgresqlClients(
  manifests: readonly Manifest[],
  poolers: readonly Pooler[],
  count: number,
): readonly BudgetPart[] {
  return [
    ...(poolers.length > 0
      ? poolers.map(({ workload, settings }): BudgetPart => {
          const { most, note } = mostPods(manifests, workload, "ending");
          const each = Number(settings.get("max_db_connections") ?? Number.POSITIVE_INFINITY);
          return [`${note} × ${each} server connections`, most * each];
        })
      : databaseClients(manifests, "ending")),
    ["1 × migration, direct", 1],
    ["1 × exporter", 1],
    ...jobsThatAsk(manifests, "PRIMARY_POD"),
    [`head-room for probes, reloads of ${count} servers, and people`, headRoom],
  ];
}

function databaseClients(manifests: readonly Manifest[], state: State): readonly BudgetPart[] {
  return workloads(manifests).flatMap((workload): readonly BudgetPart[] => {
    const variables = variablesOf(manifests, workload);
    if (!variables.has("DATABASE_URL") || workload.manifest.kind !== "Deployment") return [];
    const { most, note } = mostPods(manifests, workload, state);
    const [workers, pool, overflow] = [
      amount(variables, "UVICORN_WORKERS", 1),
      amount(variables, "DATABASE_POOL_SIZE", 5),
      amount(variables, "DATABASE_MAX_OVERFLOW", 10),
    ];
    const each = workers * (pool + overflow);
    return [[`${note} × ${workers} workers × (pool ${pool} + overflow ${overflow})`, most * each]];
  });
}

function redisClients(manifests: readonly Manifest[], replicas: number): readonly BudgetPart[] {
  return [
    ...workloads(manifests).flatMap((workload): readonly BudgetPart[] => {
      const variables = variablesOf(manifests, workload);
      if (!variables.has("REDIS_URL")) return [];
      const { most, note } = mostPods(manifests, workload, "ending");
      const workers = amount(variables, "UVICORN_WORKERS", 1);
      const pool = amount(variables, "REDIS_POOL_SIZE", Number.POSITIVE_INFINITY);
      return [[`${note} × ${workers} workers × pool ${pool}`, most * workers * pool]];
    }),
    [`${replicas} × replication, and again while a replica copies`, 2 * replicas],
    ["1 × exporter", 1],
    ...jobsThatAsk(manifests, "SOURCE"),
    ["head-room for probes, reloads, and people", headRoom],
  ];
}

/** Jobs that are told a server by this variable ask it over one connection at a time. */
function jobsThatAsk(manifests: readonly Manifest[], name: string): readonly BudgetPart[] {
  return workloads(manifests)
    .filter(
      (workload) => workload.manifest.kind.endsWith("Job") && variablesOf(manifests, workload).has(name),
    )
    .map((workload): BudgetPart => [`${workload.largest} × ${workload.manifest.name}`, workload.largest]);
}

type State = "running" | "ending";

/**
 * At the end of a rollout all old pods may be ending, with their connections open, beside all new ones. An autoscaled
 * workload may scale down at that moment: then the surge comes on top.
 */
function mostPods(
  manifests: readonly Manifest[],
  workload: Workload,
  state: State,
): { readonly most: number; readonly note: string } {
  const { largest, manifest } = workload;
  const surge = autoscalerOf(manifests, manifest) ? surgeOf(workload) : 0;
  const ending = state === "ending" ? largest : 0;
  const parts = [
    `${largest} ${manifest.name}`,
    ...(surge > 0 ? [`${surge} surge`] : []),
    ...(ending > 0 ? [`${ending} terminating`] : []),
  ];
  return { most: largest + surge + ending, note: `(${parts.join(" + ")})` };
}

function total(all: readonly Server[]): number {
  return all.reduce((sum, { workload }) => sum + workload.largest, 0);
}

/** The environment of a workload's containers; undefined where the value is not in the tree. */
type Variables = ReadonlyMap<string, string | undefined>;

const allVariables = oncePerTree(
  (manifests): ReadonlyMap<Workload, Variables> =>
    new Map(workloads(manifests).map((workload) => [workload, readVariables(manifests, workload)])),
);

function variablesOf(manifests: readonly Manifest[], workload: Workload): Variables {
  return allVariables(manifests).get(workload) ?? new Map<string, string>();
}

function readVariables(manifests: readonly Manifest[], workload: Workload): Variables {
  return new Map(
    workload.containers.flatMap(({ container }) => [
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

function amount(variables: Variables, name: string, standard: number): number {
  return Number(variables.get(name) ?? standard);
}
