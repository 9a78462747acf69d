import { asObject, type Manifest } from "../kubernetes/manifest.ts";
import { at, objects, ofKind, text } from "./read.ts";
import type { Finding, Rule } from "./rule.ts";
import { listed } from "./selection.ts";
import { type Server, servers } from "./server-settings.ts";
import { type Workload, workloads } from "./workloads.ts";

// PostgreSQL 15, Hot Standby, Administrator's Overview: a standby with less than its primary refuses to start.
const notLower: Readonly<Record<string, number>> = {
  max_connections: 100,
  max_prepared_transactions: 0,
  max_locks_per_transaction: 64,
  max_wal_senders: 10,
  max_worker_processes: 8,
};

/** Settings that servers, their Services, their pooler and their backups share are the same everywhere. */
export const settingsAgree: Rule = {
  id: "settings-agree",
  reason:
    "each setting is right by itself; apart they stop replication, or send writes to a server that refuses them",
  source: "PostgreSQL 15, Hot Standby and Replication; Redis, Replication; PgBouncer, Configuration",
  values: [
    "postgresql.settings",
    "postgresql.readReplicas.replicaCount",
    "postgresql.primaryPod",
    "postgresql.backup.enabled",
    "redis.masterPod",
  ],
  *check(manifests) {
    const all = servers(manifests, "postgres");
    const primary = all.find(({ role }) => role === "primary");
    const replicas = all.filter(({ role }) => role === "replica");
    if (primary) {
      for (const replica of replicas) yield* lower(primary, replica);
      yield* tooFew(primary, {
        clones: replicas.reduce((sum, { workload }) => sum + workload.largest, 0),
        backups: backups(manifests, all),
      });
    }
    yield* sameServers(manifests, all);
    yield* sameServers(manifests, servers(manifests, "redis"));
    yield* poolers(manifests);
  },
};

function* lower(primary: Server, replica: Server): Iterable<Finding> {
  for (const [name, standard] of Object.entries(notLower)) {
    const [wanted, own] = [primary, replica].map(({ settings }) => Number(settings.get(name) ?? standard));
    if (wanted !== undefined && own !== undefined && own < wanted)
      yield {
        manifest: replica.workload.manifest,
        path: `ConfigMap/${replica.configuration.name} ${name}`,
        message: `is ${own}, but ${wanted} on the primary: the replica refuses to start; one setting for both`,
      };
  }
}

/** A clone streams WAL beside the copy, so each replica may need two senders at once, and a slot; so may a backup. */
function* tooFew(
  { workload, configuration, settings }: Server,
  { clones, backups: copies }: { readonly clones: number; readonly backups: number },
): Iterable<Finding> {
  for (const [name, needed] of [
    ["max_wal_senders", 2 * (clones + copies)],
    ["max_replication_slots", clones + copies],
  ] as const) {
    const has = Number(settings.get(name) ?? "10");
    if (!(has >= needed))
      yield {
        manifest: workload.manifest,
        path: `ConfigMap/${configuration.name} ${name}`,
        message: `is ${has}, but ${clones} replicas that clone at once and ${copies} backups need ${needed}`,
      };
  }
}

/** Workloads besides the servers that ask the primary by its pod: they stream WAL or take a copy. */
function backups(manifests: readonly Manifest[], all: readonly Server[]): number {
  const own = new Set(all.map(({ workload }) => workload.manifest));
  return workloads(manifests)
    .filter(({ manifest }) => !own.has(manifest))
    .filter((workload) => variable(workload, "PRIMARY_POD") !== undefined)
    .reduce((sum, { largest }) => sum + largest, 0);
}

/** Servers of one kind run one image, and agree on who leads them; so do the Service of the leader and the backups. */
function* sameServers(manifests: readonly Manifest[], all: readonly Server[]): Iterable<Finding> {
  const [first] = all;
  if (!first) return;
  const app = text(first.workload.labels["app"]);
  const name = app === "redis" ? "MASTER_POD" : "PRIMARY_POD";
  const image = (workload: Workload): string =>
    text(workload.containers.find((container) => container.name === app)?.container["image"]);
  const leader = variable(first.workload, name);
  for (const { workload } of all) {
    if (image(workload) !== image(first.workload))
      yield {
        manifest: workload.manifest,
        path: `${workload.path}.containers`,
        message: `run ${image(workload)}, but ${first.workload.manifest.name} runs ${image(first.workload)}; one release for all`,
      };
  }
  for (const workload of workloads(manifests)) {
    const own = variable(workload, name);
    if (own !== undefined && own !== leader)
      yield {
        manifest: workload.manifest,
        path: `${workload.path}.containers`,
        message: `take ${own} for the leader, but ${first.workload.manifest.name} takes ${leader ?? "nobody"}; one ${name} for all`,
      };
  }
  for (const manifest of ofKind(manifests, "Service")) {
    const selector = asObject(at(manifest.body, "spec", "selector"));
    const pod = selector["statefulset.kubernetes.io/pod-name"];
    if (selector["app"] === app && pod !== undefined && pod !== leader)
      yield {
        manifest,
        path: "spec.selector",
        message: `follows ${text(pod)}, but the leader is ${leader ?? "nobody"}: writes go to a read-only server`,
      };
  }
}

function* poolers(manifests: readonly Manifest[]): Iterable<Finding> {
  for (const manifest of ofKind(manifests, "ConfigMap")) {
    const file = text(at(manifest.body, "data", "pgbouncer.ini"));
    if (file === "") continue;
    const port = /^listen_port\s*=\s*(?<port>\d+)/m.exec(file)?.groups?.["port"] ?? "6432";
    const mounting = workloads(manifests).filter(({ pod }) =>
      objects(pod["volumes"]).some((volume) => at(volume, "configMap", "name") === manifest.name),
    );
    const open = mounting
      .flatMap(({ containers }) => containers)
      .flatMap(({ container }) => objects(container["ports"]));
    if (!open.some((one) => text(one["containerPort"]) === port))
      yield {
        manifest,
        path: 'data["pgbouncer.ini"]',
        message: `listens on ${port}, which its pods do not open; they open ${listed(open.map((one) => text(one["containerPort"])))}`,
      };
  }
}

function variable(workload: Workload, name: string): string | undefined {
  for (const { container } of workload.containers) {
    const found = objects(container["env"]).find((one) => one["name"] === name);
    if (found) return text(found["value"]);
  }
  return undefined;
}
