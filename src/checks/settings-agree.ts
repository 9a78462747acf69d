import { at, find, number, objects, text } from "./read.ts";
import type { Finding, Rule } from "./rule.ts";
import { type Server, servers } from "./server-settings.ts";
import { workloads } from "./workloads.ts";

// PostgreSQL 15, Hot Standby, Administrator's Overview: a standby with less than its primary refuses to start.
const notLower: Readonly<Record<string, number>> = {
  max_connections: 100,
  max_prepared_transactions: 0,
  max_locks_per_transaction: 64,
  max_wal_senders: 10,
  max_worker_processes: 8,
};

/** Settings that two objects share, or that have to nest, do. */
export const settingsAgree: Rule = {
  id: "settings-agree",
  reason:
    "each setting is right by itself; apart they stop replication, cut requests off, or answer with 502",
  source: "PostgreSQL 15, Hot Standby and Replication; Uvicorn, Settings; Traefik, ServersTransport",
  values: [
    "postgresql.settings",
    "postgresql.readReplicas.replicaCount",
    "ingress.timeouts",
    "app.termination",
    "env",
  ],
  *check(manifests) {
    const all = servers(manifests, "postgres");
    const primary = all.find(({ role }) => role === "primary");
    const replicas = all.filter(({ role }) => role === "replica");
    if (primary) {
      for (const replica of replicas) yield* lower(primary, replica);
      yield* tooFew(
        primary,
        replicas.reduce((sum, { workload }) => sum + workload.largest, 0),
      );
    }
    const variables = find(manifests, "ConfigMap", "apg-cash-management-config");
    const transport = find(manifests, "ServersTransport", "application");
    if (!variables || !transport) return;
    const variable = (name: string): number => Number(text(at(variables.body, "data", name)) || Number.NaN);
    const timeout = (name: string): number =>
      seconds(text(at(transport.body, "spec", "forwardingTimeouts", name)));
    const tell = (name: string, message: string): Finding => ({
      manifest: variables,
      path: `data.${name}`,
      message,
    });
    const [idle, response] = [timeout("idleConnTimeout"), timeout("responseHeaderTimeout")];
    const keepAlive = variable("UVICORN_TIMEOUT_KEEP_ALIVE");
    if (!(keepAlive > idle))
      yield tell(
        "UVICORN_TIMEOUT_KEEP_ALIVE",
        `is ${keepAlive} s, but the edge keeps a connection for ${idle} s and then finds it closed (502); set it above ${idle}`,
      );
    const pool = variable("DATABASE_POOL_TIMEOUT");
    if (!(pool < response))
      yield tell(
        "DATABASE_POOL_TIMEOUT",
        `is ${pool} s, but the edge gives up after ${response} s and hides the reason; set it below ${response}`,
      );
    const drain = variable("UVICORN_TIMEOUT_GRACEFUL_SHUTDOWN");
    if (!(drain >= response))
      yield tell(
        "UVICORN_TIMEOUT_GRACEFUL_SHUTDOWN",
        `is ${drain} s, but a request may take ${response} s at the edge; set it to at least ${response}`,
      );
    for (const { manifest, pod, path, labels } of workloads(manifests)) {
      if (labels["app"] !== "apg-cash-management") continue;
      const grace = number(pod["terminationGracePeriodSeconds"]) ?? 30;
      const sleep = Math.max(
        0,
        ...objects(pod["containers"]).map(
          (container) => number(at(container, "lifecycle", "preStop", "sleep", "seconds")) ?? 0,
        ),
      );
      if (grace < sleep + drain)
        yield {
          manifest,
          path: `${path}.terminationGracePeriodSeconds`,
          message: `is ${grace} s, less than the preStop of ${sleep} s and the shutdown of ${drain} s; set it above ${sleep + drain}`,
        };
    }
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

/** A clone streams WAL beside the copy, so each replica may need two senders at once; a slot each. */
function* tooFew({ workload, configuration, settings }: Server, replicas: number): Iterable<Finding> {
  for (const [name, each] of [
    ["max_wal_senders", 2],
    ["max_replication_slots", 1],
  ] as const) {
    const has = Number(settings.get(name) ?? "10");
    if (has < replicas * each)
      yield {
        manifest: workload.manifest,
        path: `ConfigMap/${configuration.name} ${name}`,
        message: `is ${has}, but ${replicas} replicas that clone at once need ${replicas * each}`,
      };
  }
}

function seconds(duration: string): number {
  const { amount, unit } = /^(?<amount>\d+)(?<unit>s|m)?$/.exec(duration)?.groups ?? {};
  return Number(amount ?? Number.NaN) * (unit === "m" ? 60 : 1);
}
