/*
 * Taken from a real server: Redis 7.0.15 (Debian 5:7.0.15-1~deb12u10), by CONFIG SET of each parameter that CONFIG GET *
 * lists to the value that it has. Immutable ones answer "can't set immutable config", protected ones (dbfilename, dir)
 * "can't set protected config" unless enable-protected-configs allows them.
 */
const startOnly = `
    aclfile always-show-logo aof_rewrite_cpulist appenddirname appendfilename bgsave_cpulist bio_cpulist
    cluster-config-file cluster-enabled cluster-port daemonize databases dbfilename dir disable-thp enable-
    debug-command enable-module-command enable-protected-configs io-threads io-threads-do-reads logfile
    pidfile rdbchecksum replicaof server_cpulist set-proc-title slaveof socket-mark-id supervised syslog-
    enabled syslog-facility syslog-ident tcp-backlog unixsocket unixsocketperm
    include loadmodule rename-command user`;
const settable = `
    acl-pubsub-default acllog-max-len active-defrag-cycle-max active-defrag-cycle-min active-defrag-ignore-
    bytes active-defrag-max-scan-fields active-defrag-threshold-lower active-defrag-threshold-upper active-
    expire-effort activedefrag activerehashing aof-disable-auto-gc aof-load-truncated aof-rewrite-
    incremental-fsync aof-timestamp-enabled aof-use-rdb-preamble appendfsync appendonly auto-aof-rewrite-
    min-size auto-aof-rewrite-percentage bind bind-source-addr busy-reply-threshold client-output-buffer-
    limit client-query-buffer-limit cluster-allow-pubsubshard-when-down cluster-allow-reads-when-down
    cluster-allow-replica-migration cluster-announce-bus-port cluster-announce-hostname cluster-announce-ip
    cluster-announce-port cluster-announce-tls-port cluster-link-sendbuf-limit cluster-migration-barrier
    cluster-node-timeout cluster-preferred-endpoint-type cluster-replica-no-failover cluster-replica-
    validity-factor cluster-require-full-coverage cluster-slave-no-failover cluster-slave-validity-factor
    crash-log-enabled crash-memcheck-enabled dynamic-hz hash-max-listpack-entries hash-max-listpack-value
    hash-max-ziplist-entries hash-max-ziplist-value hll-sparse-max-bytes hz ignore-warnings jemalloc-bg-
    thread latency-monitor-threshold latency-tracking latency-tracking-info-percentiles lazyfree-lazy-
    eviction lazyfree-lazy-expire lazyfree-lazy-server-del lazyfree-lazy-user-del lazyfree-lazy-user-flush
    lfu-decay-time lfu-log-factor list-compress-depth list-max-listpack-size list-max-ziplist-size loglevel
    lua-time-limit masterauth masteruser maxclients maxmemory maxmemory-clients maxmemory-eviction-tenacity
    maxmemory-policy maxmemory-samples min-replicas-max-lag min-replicas-to-write min-slaves-max-lag min-
    slaves-to-write no-appendfsync-on-rewrite notify-keyspace-events oom-score-adj oom-score-adj-values port
    proc-title-template propagation-error-behavior protected-mode proto-max-bulk-len rdb-del-sync-files rdb-
    save-incremental-fsync rdbcompression repl-backlog-size repl-backlog-ttl repl-disable-tcp-nodelay repl-
    diskless-load repl-diskless-sync repl-diskless-sync-delay repl-diskless-sync-max-replicas repl-ping-
    replica-period repl-ping-slave-period repl-timeout replica-announce-ip replica-announce-port replica-
    announced replica-ignore-disk-write-errors replica-ignore-maxmemory replica-lazy-flush replica-priority
    replica-read-only replica-serve-stale-data requirepass sanitize-dump-payload save set-max-intset-entries
    shutdown-on-sigint shutdown-on-sigterm shutdown-timeout slave-announce-ip slave-announce-port slave-
    ignore-maxmemory slave-lazy-flush slave-priority slave-read-only slave-serve-stale-data slowlog-log-
    slower-than slowlog-max-len stop-writes-on-bgsave-error stream-node-max-bytes stream-node-max-entries
    tcp-keepalive timeout tls-auth-clients tls-ca-cert-dir tls-ca-cert-file tls-cert-file tls-ciphers tls-
    ciphersuites tls-client-cert-file tls-client-key-file tls-client-key-file-pass tls-cluster tls-dh-
    params-file tls-key-file tls-key-file-pass tls-port tls-prefer-server-ciphers tls-protocols tls-
    replication tls-session-cache-size tls-session-cache-timeout tls-session-caching tracking-table-max-keys
    zset-max-listpack-entries zset-max-listpack-value zset-max-ziplist-entries zset-max-ziplist-value`;

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** Parameters that Redis takes only when it starts. */
export const redisStartOnly: ReadonlySet<string> = words(startOnly);
/** Parameters that CONFIG SET changes in a running server. */
export const redisSettable: ReadonlySet<string> = words(settable);
