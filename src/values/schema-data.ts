import { z } from "zod";
import {
  addressBlock,
  described,
  label,
  persistence,
  port,
  postgresqlSize,
  quantity,
  redisSize,
  resources,
  seconds,
  server,
} from "./fields.ts";
import { backup, pooler } from "./schema-database.ts";

const external = z.strictObject({
  host: described(server, "Host name or address."),
  port: described(port, "Port."),
  blocks: described(
    z.array(addressBlock).min(1),
    "Addresses behind the host, which the network policies open.",
  ),
});

const spread = z.strictObject({
  nodes: described(
    z.enum(["required", "preferred"]),
    "`required` needs as many nodes as pods; `preferred` starts on one node too.",
  ),
});

const timings = {
  spread: described(spread, "How the pods keep away from each other."),
  guardSeconds: described(
    seconds,
    "Seconds for which every peer has to refuse before an empty server believes that there is no data.",
  ),
  probeSeconds: described(seconds, "Seconds between two readiness probes; liveness asks half as often."),
  reloadSeconds: described(
    seconds,
    "Seconds between two looks at changed passwords, certificates and settings.",
  ),
};

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
  sharedMemory: described(quantity, "Size of /dev/shm, part of the memory limit."),
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
    readyLagBytes: described(z.int().min(1), "Bytes of WAL by which a Ready replica may be behind."),
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

const redisServer = {
  persistence: described(persistence, "Volume of each pod."),
  resources: described(resources, "CPU and memory of each pod's server."),
};

/** Redis: the guide's `redis`. */
export const redis = z
  .strictObject({
    enabled: described(z.boolean(), "Whether Redis runs here; when not, `external` says where it is.", true),
    external: described(
      external.extend({ tls: described(z.boolean(), "Whether it speaks TLS.") }).exactOptional(),
      "Redis where it runs elsewhere.",
    ),
    masterPod: described(
      z.string().regex(/^redis-(?:master-0|replica-\d)$/, "expected redis-master-0 or redis-replica-N"),
      "Pod that is the master; changed to promote a replica.",
    ),
    master: z.strictObject(redisServer),
    replica: z.strictObject({
      replicaCount: described(z.int().min(0).max(8), "Number of replicas.", 2),
      ...redisServer,
    }),
    settings: described(
      z.strictObject({
        maxMemory: described(redisSize, "maxmemory; a background save may need twice as much.", "1gb"),
        maxMemoryPolicy: described(
          z.enum([
            "noeviction",
            "volatile-lru",
            "volatile-lfu",
            "volatile-ttl",
            "volatile-random",
            "allkeys-lru",
            "allkeys-lfu",
            "allkeys-random",
          ]),
          "What is evicted when memory is full; the volatile ones leave keys without expiry alone.",
          "allkeys-lru",
        ),
        replicationBacklog: described(
          redisSize,
          "repl-backlog-size: what a replica may miss before it copies everything.",
        ),
        ioThreads: described(z.int().min(1).max(16), "io-threads.", 2),
        minReplicasToWrite: described(
          z.int().min(0).max(8),
          "Replicas without which the master takes no writes; 0 takes them always.",
        ),
      }),
      "Settings that the master and the replicas share.",
    ),
    ...timings,
  })
  .check((context) => demandExternal(context))
  .refine(
    ({ masterPod, replica }) =>
      masterPod === "redis-master-0" || Number(masterPod.split("-")[2]) < replica.replicaCount,
    {
      path: ["masterPod"],
      message: "names a replica that replica.replicaCount does not have",
    },
  );

/** Where passwords and keys come from; a value of an environment as a whole. */
export const store = z.discriminatedUnion("provider", [
  z.strictObject({
    provider: described(z.literal("google"), "Google Secret Manager, by workload identity."),
    project: described(label, "Project that holds the secrets."),
    prefix: described(label, "First part of every secret's name."),
    account: described(
      z.email().exactOptional(),
      "Google service account that is acted for; absent where the Kubernetes account itself may read.",
    ),
  }),
  z.strictObject({
    provider: described(z.literal("vault"), "HashiCorp Vault, by its Kubernetes authentication."),
    server: described(z.url({ protocol: /^https$/ }), "Address of the server."),
    engine: described(z.string().min(1), "Mount of the key-value engine, version 2."),
    mount: described(z.string().min(1), "Mount of the Kubernetes authentication."),
    role: described(z.string().min(1), "Role that is logged in as."),
    prefix: described(z.string().min(1), "First part of every secret's path."),
    authority: described(
      z
        .strictObject({
          configMap: described(label, "ConfigMap."),
          key: described(z.string().min(1), "Its key."),
        })
        .exactOptional(),
      "ConfigMap with the authority that signed the server's certificate, where private.",
    ),
  }),
  z.strictObject({
    provider: described(z.literal("generated"), "Invented in the cluster; for development only."),
  }),
]);

interface CheckContext {
  readonly value: { readonly enabled: boolean; readonly external?: object | undefined };
  readonly issues: {
    push: (issue: { code: "custom"; input: unknown; path: string[]; message: string }) => unknown;
  };
}

function demandExternal({ value, issues }: CheckContext): void {
  if (value.enabled === (value.external === undefined)) return;
  const message = value.enabled
    ? "is not used while it runs here; set enabled to false or leave this out"
    : "is needed while it does not run here: host, port and blocks";
  issues.push({ code: "custom", input: value.external, path: ["external"], message });
}
