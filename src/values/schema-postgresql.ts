import { z } from "zod";
import { bytes, described, persistence, postgresqlSize, resources, seconds } from "./fields.ts";
import { backup, pooler } from "./schema-database.ts";
import { demandExternal, external, timings } from "./schema-servers.ts";

const memory = z.strictObject({
  sharedBuffers: described(postgresqlSize, "shared_buffers.", "1GB"),
  effectiveCacheSize: described(postgresqlSize, "effective_cache_size.", "3GB"),
  workMem: described(
    postgresqlSize,
    "work_mem; a query may take a multiple of it per node of its plan.",
    "32MB",
  ),
  maintenanceWorkMem: described(postgresqlSize, "maintenance_work_mem.", "256MB"),
});

const postgresqlServer = {
  persistence: described(persistence, "Volume of each pod."),
  resources: described(resources, "CPU and memory of each pod's server."),
  memory: described(memory, "Memory settings, which have to fit the limit."),
  sharedMemory: described(bytes, "Size of /dev/shm, part of the memory limit."),
};

/** PostgreSQL: the guide's `postgresql`. */
export const postgresql = z
  .strictObject({
    enabled: described(
      z.boolean(),
      "Whether PostgreSQL runs here; when not, `external` says where it is.",
      true,
    ),
    external: described(external.exactOptional(), "The database where it runs elsewhere."),
    auth: z.strictObject({
      username: described(
        z.string().regex(/^[a-z_][a-z0-9_]{0,62}$/, "expected a role name such as apg_user"),
        "The application's role, which owns its database.",
        "apg_user",
      ),
      database: described(
        z.string().regex(/^[a-z_][a-z0-9_]{0,62}$/, "expected a database name such as apg_cash_production"),
        "The application's database.",
        "apg_cash_production",
      ),
    }),
    primaryPod: described(
      z
        .string()
        .regex(/^postgres-(?:primary-0|replica-\d)$/, "expected postgres-primary-0 or postgres-replica-N"),
      "Pod that is the primary; changed to promote a replica.",
    ),
    dataSize: described(
      bytes,
      "The database's size that all volumes and backups are made for; the rule `disk` holds each of them against it.",
    ),
    primary: z.strictObject(postgresqlServer),
    readReplicas: z.strictObject({
      replicaCount: described(z.int().min(0).max(8), "Number of streaming replicas.", 2),
      ...postgresqlServer,
    }),
    pooler: described(pooler, "PgBouncer between the application and the primary."),
    backup: described(backup, "Backups of PostgreSQL, and their rehearsal."),
    settings: described(
      z.strictObject({
        maxConnections: described(
          z.int().min(20).max(5000),
          "max_connections, of the primary and the replicas alike.",
          200,
        ),
        minWalSize: described(postgresqlSize, "min_wal_size.", "256MB"),
        maxWalSize: described(postgresqlSize, "max_wal_size.", "2GB"),
        walKeepSize: described(postgresqlSize, "wal_keep_size: WAL that the primary keeps for anybody."),
        maxSlotWalKeepSize: described(
          postgresqlSize,
          "max_slot_wal_keep_size: WAL that an absent replica may hold back.",
        ),
      }),
      "Settings that the primary and the replicas share.",
    ),
    synchronous: described(
      z.boolean(),
      "Whether a commit waits for a replica: no acknowledged commit is lost over a promotion, but writes wait while no replica is there.",
    ),
    readyLagBytes: described(
      z
        .int()
        .min(1)
        .max(2 ** 30),
      "Bytes of WAL by which a Ready replica may be behind.",
    ),
    waitSeconds: described(
      seconds,
      "Seconds that a replica without data waits for the primary before its container starts again.",
    ),
    ...timings,
  })
  .check((context) => demandExternal(context))
  .refine(
    ({ primaryPod, readReplicas }) =>
      primaryPod === "postgres-primary-0" || Number(primaryPod.split("-")[2]) < readReplicas.replicaCount,
    {
      path: ["primaryPod"],
      message: "names a replica that readReplicas.replicaCount does not have",
    },
  );
