import { asObject, type Manifest } from "../kubernetes/manifest.ts";
import { at, objects, ofKind, text } from "./read.ts";
import type { Finding, Rule } from "./rule.ts";
import { bytes, type Server, servers } from "./server-settings.ts";

const mounted = "/etc/postgresql/";
const wanted: readonly (readonly [name: string, value: RegExp, reason: string])[] = [
  ["hba_file", /^\/etc\/postgresql\/pg_hba\.conf$/, "the image's own pg_hba.conf trusts everybody"],
  ["ident_file", /^\/etc\/postgresql\/pg_ident\.conf$/, "the data directory's file is in force"],
  ["fsync", /^on$/, "a crash corrupts the database"],
  ["full_page_writes", /^on$/, "a torn page is not repaired"],
  ["synchronous_commit", /^(?:on|remote_apply|remote_write)$/, "an acknowledged commit may be lost"],
  ["ssl", /^on$/, "passwords and data cross the network in clear"],
  ["ssl_min_protocol_version", /^TLSv1\.[23]$/, "broken protocols are accepted"],
  ["password_encryption", /^scram-sha-256$/, "a stored hash is as good as the password"],
  ["wal_level", /^(?:replica|logical)$/, "no replica can stream"],
  ["hot_standby", /^on$/, "replicas answer nobody"],
];
const methods = new Set(["scram-sha-256", "cert", "peer", "reject"]);
// Roles of the scripts, and of the server itself; none of them is an application's.
const reserved = new Set(["postgres", "replicator", "monitoring", "pgbouncer", "backup"]);
// CREATE ROLE refuses these (src/backend/utils/adt/acl.c, check_rolespec_name; catalog.c, IsReservedName).
const refused = /^(?:public|none|pg_.*)$/;
// What initdb makes (CREATE DATABASE, Template Databases), and what PgBouncer calls its own console.
const taken = new Set(["postgres", "template0", "template1", "pgbouncer"]);

/** PostgreSQL runs with the mounted files, loses no commit, lets nobody in without proof, and has room for its hashes. */
export const postgresqlSettings: Rule = {
  id: "postgresql-settings",
  reason:
    "a server that ignores its files trusts whoever asks, and one without fsync loses what it acknowledged",
  source: "PostgreSQL 15, Server Configuration: File Locations, Write Ahead Log, Client Authentication",
  values: [
    "postgresql.settings",
    "postgresql.auth.username",
    "postgresql.auth.database",
    "postgresql.primary.sharedMemory",
  ],
  *check(manifests) {
    for (const server of servers(manifests, "postgres")) {
      yield* files(server);
      yield* settings(server);
      yield* rights(server);
    }
    const configurations = new Set(servers(manifests, "postgres").map(({ configuration }) => configuration));
    for (const configuration of configurations) yield* doors(configuration);
    for (const manifest of ofKind(manifests, "ConfigMap")) yield* roles(manifest);
  },
};

function* files({ configuration, role }: Server): Iterable<Finding> {
  const file = `${role}.conf`;
  const content = text(asObject(configuration.body["data"])[file]);
  for (const name of ["postgresql.conf", "sizes.conf"]) {
    if (!content.includes(`include '${mounted}${name}'`))
      yield {
        manifest: configuration,
        path: `data["${file}"]`,
        message: `does not include ${mounted}${name}, so none of its settings is in force`,
      };
  }
}

function* settings({ configuration, settings: own, workload }: Server): Iterable<Finding> {
  const tell = (name: string, message: string): Finding => ({
    manifest: configuration,
    path: `data ${name}`,
    message,
  });
  for (const [name, value, reason] of wanted) {
    const is = own.get(name) ?? "";
    if (!value.test(is)) yield tell(name, `is ${is || "not set"}: ${reason}`);
  }
  const kept = own.get("max_slot_wal_keep_size") ?? "-1";
  if (!(bytes(kept) > 0))
    yield tell(
      "max_slot_wal_keep_size",
      `is ${kept}: an absent replica fills the primary's volume; a size fits`,
    );
  const shared = objects(workload.pod["volumes"])
    .filter((volume) => at(volume, "emptyDir", "medium") === "Memory")
    .map(({ name }) => name);
  const server = workload.containers.find(({ name }) => name === "postgres");
  const mount = objects(server?.container["volumeMounts"]).find(({ mountPath }) => mountPath === "/dev/shm");
  if (!mount || !shared.includes(mount["name"] ?? ""))
    yield {
      manifest: workload.manifest,
      path: `${workload.path}.volumes`,
      message: "has no memory on /dev/shm: the runtime's 64 MiB break parallel hash joins",
    };
}

function* rights({ workload }: Server): Iterable<Finding> {
  for (const { container, path } of workload.containers) {
    for (const { name, value } of objects(container["env"])) {
      const problem = nameProblem(text(name), text(value));
      if (problem !== undefined) yield { manifest: workload.manifest, path: `${path}.env`, message: problem };
    }
  }
}

function nameProblem(variable: string, name: string): string | undefined {
  if (variable === "APPLICATION_ROLE" && reserved.has(name))
    return `gives the application the role ${name}, which may do more than its own database; name another`;
  if (variable === "APPLICATION_ROLE" && refused.test(name))
    return `names the application's role ${name}, which PostgreSQL keeps for itself; name another`;
  return variable === "DATABASE" && taken.has(name)
    ? `gives the application the database ${name}, which has a meaning of its own; name another`
    : undefined;
}

function* doors(configuration: Manifest): Iterable<Finding> {
  const lines = text(asObject(configuration.body["data"])["pg_hba.conf"]).split("\n");
  const tell = (line: string, message: string): Finding => ({
    manifest: configuration,
    path: 'data["pg_hba.conf"]',
    message: `${line.trim().replaceAll(/\s+/g, " ")}: ${message}`,
  });
  let clear = false;
  for (const line of lines) {
    const [type = "", database = "", user = "", ...rest] = line.trim().split(/\s+/);
    if (type === "" || type.startsWith("#")) continue;
    const method = type === "local" ? (rest[0] ?? "") : (rest[1] ?? "");
    if (!methods.has(method)) yield tell(line, `${method} asks for no proof; scram-sha-256 or cert does`);
    if (type === "local" && method !== "peer") yield tell(line, "anybody in the pod gets in; peer fits");
    if (type !== "local" && user === "postgres" && method !== "reject")
      yield tell(line, "lets the superuser in over the network; reject fits");
    if (type === "host" && method !== "reject")
      yield tell(line, "accepts connections without TLS; hostssl fits");
    clear ||= type === "hostnossl" && database === "all" && user === "all" && method === "reject";
  }
  if (!clear)
    yield tell("hostnossl", "connections without TLS are not rejected; hostnossl all all all reject fits");
}

function* roles(manifest: Manifest): Iterable<Finding> {
  for (const [name, content] of Object.entries(asObject(manifest.body["data"]))) {
    if (!name.endsWith(".sql")) continue;
    const given = text(content).match(/(?<![\w$])(?:SUPERUSER|BYPASSRLS|CREATEROLE|CREATEDB)\b/);
    if (given)
      yield {
        manifest,
        path: `data["${name}"]`,
        message: `gives a role ${given[0]}; NO${given[0]} fits every one`,
      };
  }
}
