import { at, objects, text } from "./read.ts";
import type { Finding, Rule } from "./rule.ts";
import { bytes, mebibytes, type Server, servers } from "./server-settings.ts";

type Part = readonly [what: string, amount: number];

/** PostgreSQL and Redis, each at its worst realistic load, stay below the memory limit of their container. */
export const memory: Rule = {
  id: "memory",
  reason: "a database above its limit is killed in the middle of its work, and again when it recovers",
  source: "PostgreSQL 15, Resource Consumption; Redis, Memory optimization and Persistence (fork)",
  values: ["postgresql.primary", "postgresql.readReplicas", "postgresql.settings", "redis"],
  *check(manifests) {
    for (const server of servers(manifests, "postgres")) yield* exceeded(server, postgresqlParts(server));
    for (const server of servers(manifests, "redis")) yield* exceeded(server, redisParts(server));
  },
};

/**
 * Parallel use: a query may use twice work_mem for one hash (hash_mem_multiplier 2.0, PostgreSQL 15), and a backend holds
 * about 5 MB besides. The volume on /dev/shm counts against the container that writes it.
 */
function postgresqlParts({ settings, workload }: Server): readonly Part[] {
  const size = (name: string, standard: string): number => bytes(settings.get(name) ?? standard);
  const connections = Number(settings.get("max_connections") ?? "100");
  const workers = Number(settings.get("autovacuum_max_workers") ?? "3");
  const hashes = Number(settings.get("hash_mem_multiplier") ?? "2");
  const each = hashes * size("work_mem", "4MB") + 5 * 2 ** 20;
  const shared = objects(workload.pod["volumes"]).find(
    (volume) =>
      at(volume, "emptyDir", "medium") === "Memory" &&
      mountedAt(workload, text(volume["name"])) === "/dev/shm",
  );
  const limit = text(at(shared, "emptyDir", "sizeLimit"));
  return [
    ["shared_buffers", size("shared_buffers", "128MB")],
    [`${connections} connections × (${hashes} × work_mem + 5 MB)`, connections * each],
    [`${workers} autovacuum workers × maintenance_work_mem`, workers * size("maintenance_work_mem", "64MB")],
    ["/dev/shm", limit === "" ? 64 * 2 ** 20 : bytes(limit)],
  ];
}

/** A fork for a rewrite of the append-only file copies what is written meanwhile: up to all of it. */
function redisParts({ settings, role }: Server): readonly Part[] {
  const maximum = settings.get("maxmemory") ?? "0";
  const [, kind, hard] =
    /(?<kind>replica)\s+(?<hard>\S+)/.exec(settings.get("client-output-buffer-limit") ?? "") ?? [];
  return [
    ["2 × maxmemory", maximum === "0" ? Number.POSITIVE_INFINITY : 2 * bytes(maximum)],
    ["repl-backlog-size", bytes(settings.get("repl-backlog-size") ?? "1mb")],
    [
      `output buffer of a ${kind ?? "replica"}${role === "replica" ? ", once it is master" : ""}`,
      bytes(hard ?? "256mb"),
    ],
  ];
}

function* exceeded({ workload, memoryLimit, limitPath }: Server, parts: readonly Part[]): Iterable<Finding> {
  const needed = parts.reduce((sum, [, amount]) => sum + amount, 0);
  if (needed <= memoryLimit) return;
  const table = parts.map(([what, amount]) => `    ${mebibytes(amount).padStart(12)}  ${what}`);
  yield {
    manifest: workload.manifest,
    path: limitPath,
    message: [
      `is ${mebibytes(memoryLimit)}, but the server may need ${mebibytes(needed)}; raise the limit, or lower a part:`,
      ...table,
    ].join("\n"),
  };
}

function mountedAt({ pod }: Server["workload"], volume: string): string {
  const mounts = objects(pod["containers"]).flatMap((container) => objects(container["volumeMounts"]));
  return text(mounts.find((mount) => mount["name"] === volume)?.["mountPath"]);
}
