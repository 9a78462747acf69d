import { type Mutant, remove, replace, set } from "../edits.ts";

const postgresql = "ConfigMap/apg-cash-management-postgres-config";
const redis = "ConfigMap/apg-cash-management-redis-config";
const primary = "StatefulSet/postgres-primary";
const replica = "StatefulSet/postgres-replica";
const postgres = "spec.template.spec.containers[postgres]";
const pod = "spec.template.spec";

/** Settings of PostgreSQL and Redis that lose data, open a door, or need too much memory. */
export const serverSettings: readonly Mutant[] = [
  {
    name: "P1: the server reads the configuration of its data directory",
    kind: "ignore a mounted file",
    edits: [
      replace(postgresql, 'data["postgresql.conf"]', ["hba_file = '/etc/postgresql/pg_hba.conf'", "# none"]),
    ],
    harm: "pg_hba.conf of the image is in force, which trusts",
    rule: "postgresql-settings",
  },
  {
    name: "the file of sizes is not included",
    kind: "ignore a mounted file",
    edits: [replace(postgresql, 'data["primary.conf"]', ["include '/etc/postgresql/sizes.conf'", ""])],
    harm: "max_connections is 100, and the pooler's connections are refused",
    rule: "postgresql-settings",
  },
  {
    name: "P12: anybody in the pod is the superuser",
    kind: "open a door",
    edits: [replace(postgresql, 'data["pg_hba.conf"]', ["peer", "trust"])],
    harm: "any process in the pod owns the database",
    rule: "postgresql-settings",
  },
  {
    name: "P12: passwords travel as md5",
    kind: "weaken a login",
    edits: [
      replace(postgresql, 'data["postgresql.conf"]', [
        "password_encryption = scram-sha-256",
        "password_encryption = md5",
      ]),
    ],
    harm: "a stored hash is as good as the password",
    rule: "postgresql-settings",
  },
  {
    name: "the database speaks without TLS",
    kind: "weaken a login",
    edits: [replace(postgresql, 'data["postgresql.conf"]', ["ssl = on", "ssl = off"])],
    harm: "passwords and payments cross the network in clear",
    rule: "postgresql-settings",
  },
  {
    name: "commits are not flushed",
    kind: "lose writes",
    edits: [replace(postgresql, 'data["postgresql.conf"]', ["fsync = on", "fsync = off"])],
    harm: "a crash corrupts the database",
    rule: "postgresql-settings",
  },
  {
    name: "P9: an absent replica may hold WAL without end",
    kind: "drop a limit",
    edits: [
      replace(postgresql, 'data["sizes.conf"]', [
        "max_slot_wal_keep_size = 20GB",
        "max_slot_wal_keep_size = -1",
      ]),
    ],
    harm: "the primary's volume fills, and it stops",
    rule: "postgresql-settings",
  },
  {
    name: "P13: work_mem as in the guide",
    kind: "raise a limit",
    edits: [replace(postgresql, 'data["replica.conf"]', ["work_mem = 4MB", "work_mem = 32MB"])],
    harm: "the replica is killed under a parallel query load",
    rule: "memory",
  },
  {
    name: "shared_buffers as large as the limit",
    kind: "raise a limit",
    edits: [replace(postgresql, 'data["primary.conf"]', ["shared_buffers = 1GB", "shared_buffers = 8GB"])],
    harm: "the primary is killed as soon as its cache fills",
    rule: "memory",
  },
  {
    name: "P14: no volume on /dev/shm",
    kind: "drop a volume",
    edits: [
      remove(primary, `${postgres}.volumeMounts[shared-memory]`),
      remove(primary, `${pod}.volumes[shared-memory]`),
    ],
    harm: "parallel hash joins fail with 64 MiB",
    rule: "postgresql-settings",
  },
  {
    name: "P5: the application's role is the superuser",
    kind: "raise a right",
    edits: [
      set(primary, `${postgres}.env[APPLICATION_ROLE].value`, "postgres"),
      set(replica, `${postgres}.env[APPLICATION_ROLE].value`, "postgres"),
    ],
    harm: "an injection owns the server",
    rule: "postgresql-settings",
  },
  {
    name: "a role may do everything",
    kind: "raise a right",
    edits: [
      replace("ConfigMap/postgres-init-scripts", 'data["roles.sql"]', [
        'ALTER ROLE :"application" LOGIN NOSUPERUSER',
        'ALTER ROLE :"application" LOGIN SUPERUSER',
      ]),
    ],
    harm: "an injection owns the server",
    rule: "postgresql-settings",
  },
  {
    name: "P6: the scripts go on after an error",
    kind: "ignore a failure",
    edits: [
      replace("ConfigMap/postgres-init-scripts", 'data["lib.sh"]', ["set -euo pipefail", "set -uo pipefail"]),
    ],
    harm: "a failed clone ends in an empty, writable database",
    rule: "scripts",
  },
  {
    name: "a script that a container runs is gone",
    kind: "drop a key that is read",
    edits: [remove("ConfigMap/postgres-init-scripts", 'data["start.sh"]')],
    harm: "no database starts",
    rule: "scripts",
  },
  {
    name: "R4: no append-only file",
    kind: "lose writes",
    edits: [replace(redis, 'data["redis.conf"]', ["appendonly yes", "appendonly no"])],
    harm: "a killed master comes back empty, and empties its replicas",
    rule: "redis-settings",
  },
  {
    name: "R1: everybody may log in",
    kind: "open a door",
    edits: [replace(redis, 'data["users.acl"]', ["user default off resetpass", "user default on nopass"])],
    harm: "no password is asked for",
    rule: "redis-settings",
  },
  {
    name: "the application may configure Redis",
    kind: "raise a right",
    edits: [replace(redis, 'data["users.acl"]', ["-@admin -@dangerous ", ""])],
    harm: "an injection may turn persistence off",
    rule: "redis-settings",
  },
  {
    name: "R6: keys without expiry are evicted",
    kind: "lose writes",
    edits: [replace(redis, 'data["sizes.conf"]', ["volatile-lru", "allkeys-lru"])],
    harm: "queues and locks vanish when memory is full",
    rule: "redis-settings",
  },
  {
    name: "R5: maxmemory as in the guide",
    kind: "raise a limit",
    edits: [replace(redis, 'data["sizes.conf"]', ["maxmemory 768mb", "maxmemory 1gb"])],
    harm: "a background save is killed, again and again",
    rule: "memory",
  },
  {
    name: "Redis without a limit of memory",
    kind: "drop a limit",
    edits: [replace(redis, 'data["sizes.conf"]', ["maxmemory 768mb\n", ""])],
    harm: "it grows until it is killed",
    rule: "memory",
  },
  {
    name: "the database's limit is halved",
    kind: "lower a limit",
    edits: [set(primary, `${postgres}.resources.limits.memory`, "4Gi")],
    harm: "the primary is killed under load",
    rule: "memory",
  },
];
