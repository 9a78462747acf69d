/** Sizes of Redis, the same for the master and every replica: any replica may become the master. */
export interface RedisSettings {
  /** In Redis' units (`768mb`). */
  readonly maxMemory: string;
  /** What is evicted when memory is full; `volatile-lru` leaves keys without an expiry alone. */
  readonly maxMemoryPolicy: string;
  /** WAL of Redis: what a replica may miss before it has to copy everything (`64mb`). */
  readonly replicationBacklog: string;
  readonly ioThreads: number;
  /** Replicas that must be connected for the master to take a write; 0 takes writes without any. */
  readonly minReplicasToWrite: number;
}

/** Returns the text of sizes.conf, which redis.conf includes. */
export function redisSizesConf(settings: RedisSettings): string {
  return [
    `maxmemory ${settings.maxMemory}`,
    `maxmemory-policy ${settings.maxMemoryPolicy}`,
    `repl-backlog-size ${settings.replicationBacklog}`,
    `io-threads ${settings.ioThreads}`,
    `io-threads-do-reads ${settings.ioThreads > 1 ? "yes" : "no"}`,
    `min-replicas-to-write ${settings.minReplicasToWrite}`,
    "min-replicas-max-lag 10",
    "",
  ].join("\n");
}
