import type { Manifest } from "../kubernetes/manifest.ts";
import { at, objects, text } from "../checks/read.ts";
import { bytes, type Server, servers } from "../checks/server-settings.ts";
import type { Budget, BudgetPart } from "./budget.ts";

/** Returns the memory limit of each PostgreSQL and Redis server with what it needs at its worst realistic load. */
export function memoryBudgets(manifests: readonly Manifest[]): readonly Budget[] {
  return [
    ...servers(manifests, "postgres").map((server) =>
      budget(server, postgresqlParts(server), ["postgresql"]),
    ),
    ...servers(manifests, "redis").map((server) => budget(server, redisParts(server), ["redis"])),
  ];
}

function budget(server: Server, parts: readonly BudgetPart[], values: readonly string[]): Budget {
  const { workload, memoryLimit, limitPath } = server;
  return {
    what: `memory of ${workload.manifest.name}`,
    manifest: workload.manifest,
    path: limitPath,
    allowed: memoryLimit,
    parts,
    unit: "bytes",
    values,
  };
}

/**
 * Parallel use: a query may use twice work_mem for one hash (hash_mem_multiplier 2.0, PostgreSQL 15), and a backend holds
 * about 5 MB besides. Volumes in memory, such as /dev/shm, count against the container that writes them.
 */
function postgresqlParts(server: Server): readonly BudgetPart[] {
  const { settings } = server;
  const size = (name: string, standard: string): number => bytes(settings.get(name) ?? standard);
  const connections = Number(settings.get("max_connections") ?? "100");
  const workers = Number(settings.get("autovacuum_max_workers") ?? "3");
  const hashes = Number(settings.get("hash_mem_multiplier") ?? "2");
  const each = hashes * size("work_mem", "4MB") + 5 * 2 ** 20;
  const volumes = memoryVolumes(server);
  const sharedMemory = volumes.some(([name]) => name === "/dev/shm");
  return [
    ["shared_buffers", size("shared_buffers", "128MB")],
    [`${connections} connections × (${hashes} × work_mem + 5 MB)`, connections * each],
    [`${workers} autovacuum workers × maintenance_work_mem`, workers * size("maintenance_work_mem", "64MB")],
    ...volumes,
    ...(sharedMemory ? [] : [["/dev/shm", 64 * 2 ** 20] as const]),
  ];
}

/**
 * A fork for a rewrite of the append-only file copies what is written meanwhile: up to all of it. Replicas share one
 * output buffer (Redis 7.0), so it counts once.
 */
function redisParts(server: Server): readonly BudgetPart[] {
  const { settings, role } = server;
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
    ...memoryVolumes(server),
  ];
}

/** Volumes in memory that the server's container mounts, by the directory; one without a limit has none. */
function memoryVolumes({ workload: { pod, labels } }: Server): readonly BudgetPart[] {
  const server = objects(pod["containers"]).find(({ name }) => name === labels["app"]);
  return objects(server?.["volumeMounts"]).flatMap((mount): readonly BudgetPart[] => {
    const volume = objects(pod["volumes"]).find(({ name }) => name === mount["name"]);
    if (at(volume, "emptyDir", "medium") !== "Memory") return [];
    const limit = text(at(volume, "emptyDir", "sizeLimit"));
    return [[text(mount["mountPath"]), limit === "" ? Number.POSITIVE_INFINITY : bytes(limit)]];
  });
}
