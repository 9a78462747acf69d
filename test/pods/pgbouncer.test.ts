import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pgbouncer } from "../../src/components/pgbouncer.ts";
import { postgresql } from "../../src/components/postgresql.ts";
import { oddPasswords } from "./odd-passwords.ts";
import { type PostgresqlCluster, startPostgresqlCluster } from "./postgresql-cluster.ts";
import { firstRows, primary, seedRows } from "./postgresql-scenarios.ts";
import { renderedTree } from "./small-tree.ts";
import { smallPgbouncer, smallPostgresql } from "./specs.ts";
import { until } from "./until.ts";

const poolers = ["pgbouncer-0", "pgbouncer-1"];
const spec = { ...smallPostgresql(), replicas: 0 };
const conninfo =
  "host=pgbouncer port=6432 user=apg_user dbname=apg_cash_production sslmode=verify-full sslrootcert=/authority/ca.crt";
let cluster: PostgresqlCluster;

beforeAll(async () => {
  cluster = await startPostgresqlCluster(
    spec,
    renderedTree([...postgresql(spec), ...pgbouncer(smallPgbouncer())]),
  );
  await firstRows(cluster, []);
  await cluster.create(poolers);
  await cluster.ready(poolers);
});

afterAll(async () => {
  await cluster.close();
});

describe("PgBouncer from the rendered files", () => {
  test("lets the application in with its odd password, over TLS with a verified name", async () => {
    expect((await client(`psql -XAtqc 'SELECT count(*) FROM ledger' "${conninfo}"`)).stdout.trim()).toBe(
      String(seedRows),
    );
  });

  test("refuses a wrong password, no TLS, and every role that is not an application's", async () => {
    const refusals = [
      ["wrong", conninfo, "SASL authentication failed"],
      [
        oddPasswords["application-password"].trim(),
        conninfo.replace("verify-full", "disable"),
        "SSL required",
      ],
      ["x", conninfo.replace("apg_user", "postgres"), "no such user"],
      [oddPasswords["monitoring-password"], conninfo.replace("apg_user", "monitoring"), "no such user"],
      [
        oddPasswords["replication-password"].trim(),
        conninfo.replace("apg_user", "replicator"),
        "no such user",
      ],
      ["x", conninfo.replace("apg_user", "pgbouncer"), "authentication failed"],
    ] as const;
    for (const [password, target, message] of refusals) {
      const command = [
        "/usr/bin/env",
        `PGPASSWORD=${password}`,
        "/usr/bin/psql",
        "-w",
        "-c",
        "SELECT 1",
        target,
      ];
      const { code, stderr } = await cluster.pod("client").exec("client", command);
      expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
    }
  });

  test("keeps the server connections within the budget under many clients, with prepared statements", async () => {
    const { serverConnections } = smallPgbouncer();
    await client(`printf 'SELECT count(*), pg_sleep(0.3) FROM ledger;' > /tmp/script`);
    const bench = (address: string) =>
      client(`pgbench -n -M prepared -f /tmp/script -c 60 -j 2 -t 2 "hostaddr=${address} ${conninfo}"`);
    const addresses = await cluster.shell(
      `for p in ${poolers.join(" ")}; do ip -n $p -4 -o addr show eth0 | grep -o '10[.0-9]*' | head -1; done`,
    );
    const [first = "", second = ""] = addresses.trim().split("\n");
    const runs = Promise.all([bench(first), bench(second)]);
    let most = 0;
    const count = "SELECT count(*) FROM pg_stat_activity WHERE usename IN ('apg_user', 'pgbouncer')";
    const sampled = async () => {
      most = Math.max(most, Number(await cluster.ask(primary, count)));
      return (await Promise.race([runs, delay(10, "running")])) !== "running";
    };
    await until(() => "pgbench does not end", sampled);
    for (const { code, stdout, stderr } of await runs) {
      expect(stderr).not.toContain("ERROR");
      expect([code, stderr]).toEqual([0, expect.any(String)]);
      expect(stdout).toMatch(/number of failed transactions: 0 /);
    }
    expect(most).toBeGreaterThanOrEqual(serverConnections);
    expect(most).toBeLessThanOrEqual(serverConnections * poolers.length);
  });

  test("is a release in which no SCRAM user can log in as another", async () => {
    const { stdout } = await inPooler("pgbouncer --version");
    const [major = 0, minor = 0, patch = 0] = (/(\d+)\.(\d+)\.(\d+)/.exec(stdout) ?? []).slice(1).map(Number);
    expect(major * 1e6 + minor * 1e3 + patch).toBeGreaterThanOrEqual(1_026_001);
  });

  test("may open as many files as the node lets it, and does not start with fewer than its clients need", async () => {
    const { stdout } = await inPooler("grep 'open files' /proc/$(pgrep -x pgbouncer)/limits");
    const [, soft, hard] = /open files +(\d+) +(\d+)/.exec(stdout) ?? [];
    expect([soft, Number(hard)]).toEqual([hard, expect.any(Number)]);
    const { code, stderr } = await inPooler("ulimit -n 300; exec /bin/bash /scripts/start.sh");
    // 200 clients, 5 servers and 100 besides.
    expect([code, stderr]).toEqual([1, expect.stringContaining("300 files may be open, but 305 are needed")]);
  });

  test("holds nobody's password", async () => {
    for (const password of Object.values(oddPasswords)) {
      const script = `grep -rlF -f /dev/stdin /etc/pgbouncer /run /scripts && echo FOU""ND; cat /proc/[0-9]*/cmdline | tr '\\0' ' '`;
      const { stdout } = await cluster
        .pod("pgbouncer-0")
        .exec("pgbouncer", ["/bin/bash", "-c", script], password.trim());
      expect(stdout).toContain("pgbouncer /etc/pgbouncer/pgbouncer.ini");
      expect(stdout).not.toContain("FOUND");
      expect(stdout).not.toContain(password.trim());
    }
  });

  test("serves a renewed certificate without a restart, and finds the primary again after kill -9", async () => {
    const serial = `openssl s_client -connect pgbouncer:6432 -starttls postgres < /dev/null 2> /dev/null | openssl x509 -noout -serial`;
    const before = (await client(serial)).stdout;
    cluster.setSecret("pgbouncer-tls", cluster.authority.issue(["pgbouncer"]));
    await until(
      () => "the new certificate is not served",
      async () => {
        const { stdout } = await client(serial);
        return stdout !== "" && stdout !== before;
      },
    );
    for (const pooler of poolers) expect(cluster.pod(pooler).exits("pgbouncer")).toEqual([]);
    const container = cluster.pod(primary).container("postgres");
    await container.signal("KILL");
    await container.ended;
    await cluster.ready([primary]);
    await until(
      () => "no answer through PgBouncer",
      async () =>
        (await client(`psql -XAtqc 'SELECT count(*) FROM ledger' "${conninfo}"`)).stdout.trim() ===
        String(seedRows),
    );
  });
});

function inPooler(script: string) {
  return cluster.pod("pgbouncer-0").exec("pgbouncer", ["/bin/bash", "-c", script]);
}

function client(script: string) {
  const command = `export PGPASSWORD=$(</password/application-password) PATH=/usr/lib/postgresql/15/bin:$PATH; ${script}`;
  return cluster.pod("client").exec("client", ["/bin/bash", "-c", command]);
}
