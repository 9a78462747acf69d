/** The memory settings of one PostgreSQL server, in PostgreSQL's units (`1GB`, `8MB`). */
export interface MemorySettings {
  readonly sharedBuffers: string;
  readonly effectiveCacheSize: string;
  readonly workMem: string;
  readonly maintenanceWorkMem: string;
}

/** Settings that the primary and all replicas share: a replica with less than the primary refuses to start. */
export interface SharedSettings {
  readonly maxConnections: number;
  readonly minWalSize: string;
  readonly maxWalSize: string;
  /** WAL that the primary keeps for anybody. */
  readonly walKeepSize: string;
  /** WAL that the slot of an absent replica may hold back; beyond it the replica has to clone again. */
  readonly maxSlotWalKeepSize: string;
}

/**
 * Returns the text of sizes.conf, which every server reads beside postgresql.conf.
 * @param standbys pods of which any one must have a commit on its disk before it is acknowledged; none: no waiting.
 * They are named, because `*` would count the receiver of the WAL archive as a standby.
 */
export function sizesConf(shared: SharedSettings, standbys: readonly string[]): string {
  return lines([
    ["max_connections", shared.maxConnections],
    ["min_wal_size", shared.minWalSize],
    ["max_wal_size", shared.maxWalSize],
    ["wal_keep_size", shared.walKeepSize],
    ["max_slot_wal_keep_size", shared.maxSlotWalKeepSize],
    [
      "synchronous_standby_names",
      standbys.length === 0 ? "''" : `'ANY 1 (${standbys.map(slotName).join(", ")})'`,
    ],
  ]);
}

/**
 * Returns the text of primary.conf or replica.conf, the file that a server is started with. The last include is
 * written by the pod into memory: how a replica reaches the primary.
 */
export function serverConf(memory: MemorySettings): string {
  return (
    "include '/etc/postgresql/postgresql.conf'\ninclude '/etc/postgresql/sizes.conf'\n" +
    lines([
      ["shared_buffers", memory.sharedBuffers],
      ["effective_cache_size", memory.effectiveCacheSize],
      ["work_mem", memory.workMem],
      ["maintenance_work_mem", memory.maintenanceWorkMem],
    ]) +
    "include '/run/postgresql/standby.conf'\n"
  );
}

/** Returns the name of a pod's replication slot and connection, as the pods' scripts make it. */
function slotName(pod: string): string {
  return pod.replaceAll("-", "_");
}

function lines(settings: readonly (readonly [string, string | number])[]): string {
  return settings.map(([name, value]) => `${name} = ${value}\n`).join("");
}

// pg_settings.context = 'postmaster' among the settings that we write; test/pods asks the server whether it still is.
const restartSettings = new Set([
  "data_directory",
  "dynamic_shared_memory_type",
  "hba_file",
  "hot_standby",
  "huge_pages",
  "ident_file",
  "listen_addresses",
  "logging_collector",
  "max_connections",
  "max_replication_slots",
  "max_wal_senders",
  "max_worker_processes",
  "port",
  "shared_buffers",
  "shared_preload_libraries",
  "superuser_reserved_connections",
  "unix_socket_directories",
  "wal_buffers",
  "wal_level",
  "wal_log_hints",
]);

/** Whether a change of this setting takes effect only at a restart (the others are reloaded by the pod). */
export function needsRestart(setting: string): boolean {
  return restartSettings.has(setting);
}

/**
 * Returns the settings of a configuration file, by name; the last line of a name counts. Comments are dropped.
 * Includes are not followed.
 */
export function readSettings(text: string): ReadonlyMap<string, string> {
  const settings = new Map<string, string>();
  for (const line of text.split("\n")) {
    const match = /^\s*(?<name>[a-z_.]+)\s*=\s*(?<value>'(?:[^']|'')*'|[^#\s]+)/.exec(line)?.groups;
    if (match?.["name"] === undefined || match["value"] === undefined) continue;
    settings.set(match["name"], match["value"].replace(/^'(?<inner>.*)'$/, "$<inner>"));
  }
  return settings;
}

/** Returns the settings of these files that take effect only at a restart, as data for a checksum annotation. */
export function restartData(texts: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    texts.flatMap((text) => [...readSettings(text)]).filter(([name]) => needsRestart(name)),
  );
}
