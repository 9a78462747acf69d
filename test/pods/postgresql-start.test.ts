import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { postgresqlHosts } from "../../src/components/postgresql-hosts.ts";
import { needsRestart, readSettings } from "../../src/components/postgresql-settings.ts";
import { oddPasswords } from "./odd-passwords.ts";
import { type PostgresqlCluster, startPostgresqlCluster } from "./postgresql-cluster.ts";
import { firstRows, firstStartIsKilled, primary, seedRows } from "./postgresql-scenarios.ts";
import { postgresqlTree } from "./small-tree.ts";
import { smallPostgresql } from "./specs.ts";
import { until } from "./until.ts";

const replica = "postgres-replica-0";
const service = "postgres-primary-service";
const spec = { ...smallPostgresql(), replicas: 1 };
const config = postgresqlTree(spec).configMaps.get("apg-cash-management-postgres-config") ?? {};
let cluster: PostgresqlCluster;

beforeAll(async () => {
  cluster = await startPostgresqlCluster(spec);
  await firstStartIsKilled(cluster, 700);
  await firstRows(cluster, [replica]);
});

afterAll(async () => {
  await cluster.close();
});

describe("a started PostgreSQL", () => {
  test.each([
    [primary, "primary.conf"],
    [replica, "replica.conf"],
  ])("has every line of the mounted configuration in force on %s", async (pod, file) => {
    const texts = ["postgresql.conf", "sizes.conf", file].map((name) => config[name] ?? "");
    const written = new Map(texts.flatMap((text) => [...readSettings(text)]));
    const inForce = await cluster.ask(
      pod,
      // The three file locations are in force by the server's own override, which knows no line.
      `SELECT f.name || '=' || f.setting FROM pg_file_settings f JOIN pg_settings s ON lower(s.name) = lower(f.name)
        WHERE f.applied AND f.error IS NULL AND NOT s.pending_restart AND f.sourcefile LIKE '/etc/postgresql/%'
          AND (s.sourcefile = f.sourcefile AND s.sourceline = f.sourceline
               OR s.source = 'override' AND s.setting = f.setting)`,
    );
    expect(inForce.split("\n").toSorted()).toEqual(
      [...written].map(([name, value]) => `${name}=${value}`).toSorted(),
    );
  });

  test("needs a restart for exactly the settings that roll the pods", async () => {
    const names = Object.values(config).flatMap((text) => [...readSettings(text).keys()]);
    const answer = await cluster.ask(
      primary,
      "SELECT name FROM pg_settings WHERE context IN ('postmaster', 'internal')",
    );
    const postmaster = new Set(answer.split("\n"));
    expect(names.filter(needsRestart).toSorted()).toEqual(
      names.filter((name) => postmaster.has(name)).toSorted(),
    );
  });

  test("reads the mounted pg_hba.conf, every line of it", async () => {
    const lines = (config["pg_hba.conf"] ?? "")
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#"));
    const answer = await cluster.ask(
      primary,
      "SELECT count(*) || ' ' || count(error) FROM pg_hba_file_rules",
    );
    expect(answer).toBe(`${lines.length} 0`);
  });

  test("has a role for each purpose, and one superuser", async () => {
    const answer = await cluster.ask(
      primary,
      `SELECT rolname, rolsuper, rolreplication, rolcreatedb, rolcreaterole, left(rolpassword, 13)
         FROM pg_authid WHERE rolname !~ '^pg_' ORDER BY rolname`,
    );
    expect(answer.split("\n")).toEqual([
      "apg_user|f|f|f|f|SCRAM-SHA-256",
      "backup|f|t|f|f|",
      "monitoring|f|f|f|f|SCRAM-SHA-256",
      "pgbouncer|f|f|f|f|",
      "postgres|t|t|t|t|",
      "replicator|f|t|f|f|SCRAM-SHA-256",
    ]);
    const owner = "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'apg_cash_production'";
    expect(await cluster.ask(primary, owner)).toBe("apg_user");
    expect(await cluster.ask(primary, "SELECT count(*) > 0 FROM pg_stat_statements")).toBe("t");
  });

  test("lets nobody in but by the ways that pg_hba.conf names", async () => {
    const refused = async (conninfo: string, password: string) => {
      const words = [`PGPASSWORD=${password.trim()}`, "/usr/bin/psql", "-w", "-c", "SELECT 1", conninfo];
      const { code, stderr } = await cluster.pod("client").exec("client", ["/usr/bin/env", ...words]);
      expect(code).toBe(2);
      return stderr;
    };
    const tls = "sslmode=verify-full sslrootcert=/authority/ca.crt";
    const application = `host=${service} dbname=apg_cash_production user=apg_user`;
    expect(await refused(`${application} sslmode=disable`, oddPasswords["application-password"])).toContain(
      "no encryption",
    );
    expect(await refused(`${application} ${tls}`, "wrong")).toContain("password authentication failed");
    expect(await refused(`host=${service} dbname=postgres user=postgres ${tls}`, "x")).toContain(
      "pg_hba.conf rejects",
    );
    const replicator = `host=${service} dbname=apg_cash_production user=replicator ${tls}`;
    expect(await refused(replicator, oddPasswords["replication-password"])).toContain("pg_hba.conf rejects");
    const monitoring = `host=${service} dbname=apg_cash_production user=monitoring ${tls}`;
    expect(await refused(monitoring, oddPasswords["monitoring-password"])).toContain("pg_hba.conf rejects");
    const command = ["/usr/bin/psql", "-h", "/run/postgresql", "-U", "apg_user", "-d", "apg_cash_production"];
    expect((await cluster.pod(primary).exec("postgres", command)).stderr).toContain("no pg_hba.conf entry");
  });

  test("shows no password in a command line, a log, the volume or a statistics view", async () => {
    for (const password of Object.values(oddPasswords)) {
      const word = password.trim();
      for (const pod of [primary, replica]) {
        expect(cluster.pod(pod).log("postgres") + cluster.pod(pod).log("reload")).not.toContain(word);
        const script = `cat /proc/[0-9]*/cmdline | tr '\\0' ' '; grep -rlF -f /dev/stdin /var/lib/postgresql/data && echo FOU""ND`;
        const { stdout } = await cluster.pod(pod).exec("postgres", ["/bin/bash", "-c", script], word);
        expect(stdout).toContain("config_file=/etc/postgresql/");
        expect(stdout).not.toContain(word);
        expect(stdout).not.toContain("FOUND");
      }
    }
    const statements = "SELECT count(*) FROM pg_stat_statements WHERE query ILIKE '%password%SCRAM%'";
    expect(await cluster.ask(primary, statements)).toBe("0");
  });

  test("is alive and not ready while it recovers from a crash", async () => {
    const container = cluster.pod(primary).container("postgres");
    await cluster.ask(
      primary,
      "CREATE TABLE crash AS SELECT repeat('x', 500) FROM generate_series(1, 50000)",
    );
    // Holds the startup process, so that recovery lasts as long as the test wants.
    const held = cluster.shell(
      `net=$(stat -Lc %i /run/netns/${primary})
       for i in $(seq 4000); do for file in $(grep -ls '^postgres: startup' /proc/[0-9]*/cmdline); do
         process=\${file%/cmdline}
         [ "$(stat -Lc %i $process/ns/net)" = "$net" ] || continue
         kill -STOP \${process#/proc/}; echo \${process#/proc/}; exit 0
       done; done; exit 1`,
    );
    await container.signal("KILL");
    const pid = (await held).trim();
    const probe = async (kind: string) =>
      (await cluster.pod(primary).exec("postgres", ["/bin/bash", "/scripts/probe.sh", kind])).code;
    expect([await probe("live"), await probe("ready"), await probe("live")]).toEqual([0, 1, 0]);
    expect(
      (await cluster.pod(primary).exec("postgres", ["/usr/lib/postgresql/15/bin/pg_isready", "-q"])).code,
    ).toBe(1);
    await cluster.shell(`kill -CONT ${pid}`);
    await cluster.ready([primary]);
    expect(await cluster.ask(primary, "SELECT count(*) FROM crash")).toBe("50000");
    await cluster.ask(primary, "DROP TABLE crash");
  });

  test("keeps a replica that may not log in from being ready, but keeps its rows", async () => {
    await cluster.ready([replica]);
    await cluster.ask(primary, "ALTER ROLE replicator PASSWORD 'another'");
    await cluster.remove([replica]);
    await cluster.create([replica]);
    await cluster.eventually(replica, "SELECT count(*) FROM ledger", String(seedRows));
    const { stderr } = await cluster
      .pod(replica)
      .exec("postgres", ["/bin/bash", "/scripts/probe.sh", "ready"]);
    expect(stderr).toContain("not streaming");
    expect(cluster.pod(replica).ready()).toBe(false);
    await cluster.remove([replica], "killed");
    await cluster.claims.lose(`postgres-storage-${replica}`);
    await cluster.create([replica]);
    await until(
      () => "no exit",
      () => cluster.pod(replica).exits("postgres").length > 0,
    );
    expect(cluster.pod(replica).exits("postgres")[0]).toBe(1);
    expect(cluster.pod(replica).log("postgres")).toMatch(
      /ERROR: cannot log in to postgres-primary-0 as replicator: .*password authentication failed/,
    );
    expect(cluster.pod(replica).ready()).toBe(false);
  });

  test("applies changed passwords and a renewed certificate without a restart", async () => {
    const started = "SELECT pg_postmaster_start_time()";
    const serial = `openssl s_client -connect ${service}:5432 -starttls postgres < /dev/null 2> /dev/null | openssl x509 -noout -serial`;
    const servedSerial = async () =>
      (await cluster.pod("client").exec("client", ["/bin/bash", "-c", serial])).stdout;
    const before = [await cluster.ask(primary, started), await servedSerial()];
    const session = cluster.write(1_000_000);
    await session.reach(10);
    const changed = {
      "application-password": "new @:/ 'a",
      "replication-password": "new \\ r",
      "monitoring-password": "m",
    };
    cluster.setSecret("postgres-credentials", changed);
    cluster.setSecret("postgres-tls", cluster.authority.issue(postgresqlHosts("apg-cash-management")));
    await until(
      () => "the new certificate is not served",
      async () => (await servedSerial()) !== before[1],
    );
    const login = (password: string) => cluster.application(service, "SELECT 'in'", password);
    await until(
      () => "the new password is not accepted",
      async () => (await login("new @:/ 'a")).stdout.trim() === "in",
    );
    expect((await login(oddPasswords["application-password"].trim())).stderr).toContain(
      "password authentication failed",
    );
    await session.reach(session.acknowledged() + 10);
    await session.stop();
    expect(await cluster.ask(primary, started)).toBe(before[0]);
    // The replica could not log in with the password that it was given first; now it can.
    await cluster.ready([replica]);
  });
});
