import type { JsonObject, Manifest } from "../kubernetes/manifest.ts";
import { at, find, objects, ofKind, text } from "../checks/read.ts";
import { bytes, type Server, servers } from "../checks/server-settings.ts";
import { type Workload, workloads } from "../checks/workloads.ts";
import type { Budget, BudgetPart } from "./budget.ts";
import { containerAmount, containerDefaults } from "./pod-usage.ts";

// The alert APGVolumeAlmostFull fires below it; PostgreSQL needs room for WAL to recover.
const freeShare = 0.1;
// Of a database of this kind a tenth changes in a day at most; each change is in the WAL once.
const changedPerDay = 0.1;

/** Annotation of the Namespace: the size of the database that its volumes and backups are made for. */
const sizeAnnotation = "database-size";

/** Returns every volume with what it has to hold, and each pod's temporary directories with what its node keeps for them. */
export function diskBudgets(manifests: readonly Manifest[]): readonly Budget[] {
  const [postgresql, redis] = [servers(manifests, "postgres"), servers(manifests, "redis")];
  const declared = ofKind(manifests, "Namespace").map(({ body }) =>
    at(body, "metadata", "annotations", sizeAnnotation),
  );
  const size = text(declared.find((one) => one !== undefined));
  const [primary] = postgresql;
  const [master] = redis;
  return [
    ...postgresql.flatMap((server) =>
      volumeBudgets(server.workload, (volume) => databaseParts(server, size, volume), ["postgresql"]),
    ),
    ...redis.flatMap((server) => volumeBudgets(server.workload, () => appendOnlyParts(server), ["redis"])),
    ...workloads(manifests).flatMap((workload) => [
      ...(primary
        ? backupBudgets(manifests, workload, "PRIMARY_POD", (keep, volume) =>
            archiveParts(primary, keep, sizeOf(size, volume / (keep + 1))),
          )
        : []),
      ...(master ? backupBudgets(manifests, workload, "SOURCE", (keep) => dumpParts(master, keep)) : []),
      ...(primary ? restoreBudgets(workload, (volume) => databaseParts(primary, size, volume)) : []),
    ]),
    ...workloads(manifests).flatMap((workload) => temporaryBudgets(manifests, workload)),
  ];
}

type Parts = (volume: number) => readonly BudgetPart[];

/** Where the tree does not say how large the database may be, it may fill half of what is there. */
function sizeOf(declared: string, available: number): BudgetPart {
  return declared === ""
    ? ["the database (half of the volume, the Namespace declares no size)", available / 2]
    : ["the database", bytes(declared)];
}

/**
 * WAL of a server, beside its data: up to max_wal_size between checkpoints, and what a slot of an absent replica, of the
 * archive or wal_keep_size holds back. A failing archive_command would hold back everything (PostgreSQL 15, Continuous
 * Archiving), as slots do without max_slot_wal_keep_size. A replica that clones again removes its old copy first.
 */
function databaseParts({ settings }: Server, declared: string, volume: number): readonly BudgetPart[] {
  const size = (name: string, standard: string): number => bytes(settings.get(name) ?? standard);
  const slots = settings.get("max_slot_wal_keep_size") ?? "-1";
  const held = slots === "-1" ? Number.POSITIVE_INFINITY : bytes(slots);
  const archiving = ["on", "always"].includes(settings.get("archive_mode") ?? "off");
  return [
    sizeOf(declared, volume),
    ["max_wal_size", size("max_wal_size", "1GB")],
    [
      "WAL that slots hold back, the archive's too (max_slot_wal_keep_size)",
      Math.max(held, size("wal_keep_size", "0MB")),
    ],
    ...(archiving ? [["WAL that archive_command does not take", Number.POSITIVE_INFINITY] as const] : []),
  ];
}

/**
 * The append-only file doubles before it is rewritten (auto-aof-rewrite-percentage), the new one is made beside it, and
 * a replica keeps what it copies until it is complete.
 */
function appendOnlyParts({ settings }: Server): readonly BudgetPart[] {
  const maximum = settings.get("maxmemory") ?? "0";
  const memory = maximum === "0" ? Number.POSITIVE_INFINITY : bytes(maximum);
  const growth = 1 + Number(settings.get("auto-aof-rewrite-percentage") ?? "100") / 100;
  return [
    [`the append-only file, ${growth} × maxmemory`, growth * memory],
    ["its rewrite", memory],
    ["a copy for a replica", memory],
  ];
}

function archiveParts(
  { settings }: Server,
  keep: number,
  [what, database]: BudgetPart,
): readonly BudgetPart[] {
  const backlog = bytes(settings.get("max_slot_wal_keep_size") ?? "0");
  return [
    [`${keep} base backups and one in the making, each like ${what}`, (keep + 1) * database],
    [
      `WAL of ${keep} days, a tenth of the database each, and at least what a slot holds back`,
      Math.max(keep * changedPerDay * database, backlog),
    ],
  ];
}

function dumpParts({ settings }: Server, keep: number): readonly BudgetPart[] {
  const memory = bytes(settings.get("maxmemory") ?? "0");
  return [[`${keep} dumps, one in the making and one restored, each like maxmemory`, (keep + 2) * memory]];
}

function volumeBudgets(workload: Workload, parts: Parts, values: readonly string[]): readonly Budget[] {
  return objects(at(workload.manifest.body, "spec", "volumeClaimTemplates")).map((template, index) =>
    volumeBudget(
      workload.manifest,
      `spec.volumeClaimTemplates[${index}].spec`,
      template["spec"],
      parts,
      values,
    ),
  );
}

function volumeBudget(
  manifest: Manifest,
  path: string,
  spec: JsonObject[string] | undefined,
  ...[parts, values]: readonly [Parts, readonly string[]]
): Budget {
  const size = bytes(text(at(spec, "resources", "requests", "storage")));
  return {
    what: `volume of ${manifest.name}`,
    manifest,
    path: `${path}.resources.requests.storage`,
    allowed: size,
    parts: [...parts(size * (1 - freeShare)), [`${100 * freeShare} % that stay free`, size * freeShare]],
    unit: "bytes",
    values,
  };
}

/** The volume that a Job fills with copies: it is told how many to keep, and mounts the claim of a StatefulSet. */
function backupBudgets(
  manifests: readonly Manifest[],
  workload: Workload,
  ...[source, parts]: readonly [
    source: string,
    parts: (keep: number, volume: number) => readonly BudgetPart[],
  ]
): readonly Budget[] {
  const keep = Number(variable(workload, "KEEP") ?? Number.NaN);
  if (variable(workload, source) === undefined || Number.isNaN(keep)) return [];
  return objects(workload.pod["volumes"]).flatMap((volume) => {
    const claim = text(at(volume, "persistentVolumeClaim", "claimName"));
    const holder = ofKind(manifests, "StatefulSet").find(({ body, name }) =>
      objects(at(body, "spec", "volumeClaimTemplates")).some((template) =>
        claim.startsWith(`${text(at(template, "metadata", "name"))}-${name}-`),
      ),
    );
    const [template] = objects(at(holder?.body, "spec", "volumeClaimTemplates"));
    const own = find(manifests, "PersistentVolumeClaim", claim);
    const values =
      source === "SOURCE"
        ? ["redis.backup", "redis.settings.maxMemory"]
        : ["postgresql.dataSize", "postgresql.backup"];
    if (holder)
      return [
        volumeBudget(
          holder,
          "spec.volumeClaimTemplates[0].spec",
          template?.["spec"],
          (size) => parts(keep, size),
          values,
        ),
      ];
    return own ? [volumeBudget(own, "spec", own.body["spec"], (size) => parts(keep, size), values)] : [];
  });
}

/** The volume of its own into which a Job restores a backup of PostgreSQL. */
function restoreBudgets(workload: Workload, parts: Parts): readonly Budget[] {
  if (variable(workload, "PRIMARY_POD") === undefined || !workload.manifest.kind.endsWith("Job")) return [];
  return objects(workload.pod["volumes"]).flatMap((volume, index) =>
    volume["ephemeral"] === undefined
      ? []
      : [
          volumeBudget(
            workload.manifest,
            `${workload.path}.volumes[${index}].ephemeral.volumeClaimTemplate.spec`,
            at(volume, "ephemeral", "volumeClaimTemplate", "spec"),
            parts,
            ["postgresql.dataSize", "postgresql.backup.rehearsalPersistence"],
          ),
        ],
  );
}

/**
 * What a pod may write to its node's disk is kept for it there: the scheduler looks at requests, and kubelet evicts the
 * pods that use more than those first (Kubernetes, Local ephemeral storage).
 */
function temporaryBudgets(manifests: readonly Manifest[], workload: Workload): readonly Budget[] {
  const directories = objects(workload.pod["volumes"]).filter(
    ({ emptyDir }) => emptyDir !== undefined && at(emptyDir, "medium") !== "Memory",
  );
  if (directories.length === 0) return [];
  const defaults = containerDefaults(manifests);
  const requested = workload.containers
    .filter(({ init }) => !init)
    .map(({ container }) => containerAmount(container, defaults, "requests", "ephemeral-storage"));
  return [
    {
      what: `temporary storage of ${workload.manifest.name}`,
      manifest: workload.manifest,
      path: `${workload.path}.containers`,
      allowed: requested.reduce((sum, amount) => sum + amount, 0) / 1000,
      note: "what the containers request",
      parts: directories.map(({ name, emptyDir }): BudgetPart => {
        const limit = text(at(emptyDir, "sizeLimit"));
        return [`directory ${text(name)}`, limit === "" ? Number.POSITIVE_INFINITY : bytes(limit)];
      }),
      unit: "bytes",
      values: ["app.volumes", "app.resources", "migration"],
    },
  ];
}

function variable(workload: Workload, name: string): string | undefined {
  const found = workload.containers
    .flatMap(({ container }) => objects(container["env"]))
    .find((one) => one["name"] === name);
  return found === undefined ? undefined : text(found["value"]);
}
