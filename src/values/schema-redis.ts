import { z } from "zod";
import { parseQuantity } from "../kubernetes/quantity.ts";
import { described, persistence, redisSize, resources } from "./fields.ts";
import { redisBackup } from "./schema-database.ts";
import { demandExternal, external, timings } from "./schema-servers.ts";

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
    backup: described(redisBackup, "Backups of Redis, and their rehearsal."),
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
  )
  .refine(({ backup, settings }) => !backup.enabled || dumpFits(backup.resources, settings.maxMemory), {
    path: ["backup", "resources", "limits", "memory"],
    message: "must be at least 1.5 x settings.maxMemory: a dump counts when it has been loaded",
  });

/** A loaded dump takes maxMemory at most; half as much again for the server, its clients and a fragmented heap. */
function dumpFits({ limits }: z.infer<typeof resources>, maxMemory: string): boolean {
  return (
    parseQuantity(limits.memory) >=
    1.5 * parseQuantity(maxMemory.replace(/[kmg]b$/, (unit) => binary[unit] ?? ""))
  );
}

// Redis' units are powers of 1024 where they end in b (redis.conf).
const binary: Readonly<Record<string, string>> = { kb: "Ki", mb: "Mi", gb: "Gi" };
