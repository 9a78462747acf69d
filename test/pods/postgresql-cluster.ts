import type { IPod } from "kubernetes-models/v1/Pod";
import type { Postgresql } from "../../src/components/postgresql.ts";
import { postgresqlHosts } from "../../src/components/postgresql-hosts.ts";
import { pgbouncerHosts } from "../../src/components/pgbouncer.ts";
import { type Authority, makeAuthority } from "./certificates.ts";
import { type Beside, type Cluster, startCluster } from "./cluster.ts";
import type { Outcome } from "./machine.ts";
import { oddPasswords } from "./odd-passwords.ts";
import type { Tree } from "./tree.ts";
import { until } from "./until.ts";
import { postgresqlTree } from "./small-tree.ts";

/** PostgreSQL's pods and a client pod. */
export interface PostgresqlCluster extends Cluster {
  readonly authority: Authority;
  /** Asks a pod's server as the superuser, over the socket; throws an Error with the server's message. */
  ask(pod: string, sql: string): Promise<string>;
  /** Runs SQL as the application, over TLS, through a Service or a pod's name. */
  application(host: string, sql: string, password?: string): Promise<Outcome>;
  /** Inserts rows one by one until the server goes away or `stop` is called. */
  write(first: number): Writer;
  /** Waits until an answer is as expected; throws an Error with the last answer after so many seconds. */
  eventually(pod: string, sql: string, expected: string, seconds?: number): Promise<void>;
}

/** Inserts under way. */
export interface Writer {
  /** Number of commits that the server has acknowledged so far. */
  acknowledged(): number;
  /** Waits for so many acknowledged commits. */
  reach(count: number): Promise<void>;
  /** Ends the session and returns the number of acknowledged commits. */
  stop(): Promise<number>;
}

const client: IPod = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "client", labels: { app: "apg-cash-management" } },
  spec: {
    securityContext: { runAsUser: 10_001, runAsGroup: 10_001, fsGroup: 10_001 },
    containers: [
      {
        name: "client",
        image: "docker.io/library/postgres:15-bookworm",
        command: ["/bin/sleep", "infinity"],
        volumeMounts: [
          { name: "authority", mountPath: "/authority", readOnly: true },
          { name: "password", mountPath: "/password", readOnly: true },
          { name: "tmp", mountPath: "/tmp" },
        ],
      },
    ],
    volumes: [
      {
        name: "authority",
        secret: { secretName: "postgres-tls", items: [{ key: "ca.crt", path: "ca.crt" }] },
      },
      { name: "password", secret: { secretName: "postgres-credentials" } },
      { name: "tmp", emptyDir: {} },
    ],
  },
};

const connect = `PGPASSWORD=\${WORD-$(</password/application-password)} exec stdbuf -oL psql -XAtqw -v ON_ERROR_STOP=1 \
  "host=$0 port=\${PORT-5432} user=apg_user dbname=apg_cash_production sslmode=verify-full sslrootcert=/authority/ca.crt connect_timeout=3"`;

/** Starts an empty cluster with the client; the pods of PostgreSQL are created by the test. */
export async function startPostgresqlCluster(
  spec: Postgresql,
  tree: Tree = postgresqlTree(spec),
  credentials: Readonly<Record<string, string>> = oddPasswords,
  beside: Beside = {},
): Promise<PostgresqlCluster> {
  const authority = makeAuthority();
  const secrets = new Map<string, Readonly<Record<string, string>>>([
    ["postgres-credentials", credentials],
    ["redis-credentials", credentials],
    ["postgres-tls", authority.issue(postgresqlHosts("apg-cash-management"))],
    ["pgbouncer-tls", authority.issue(pgbouncerHosts("apg-cash-management"))],
    ["postgres-backup-tls", authority.issue([], "backup")],
    ["pgbouncer-client-tls", authority.issue([], "pgbouncer")],
  ]);
  const cluster = await startCluster(tree, secrets, [client], beside);
  await cluster.create(["client"]);
  await cluster.ready(["client"]);
  const ask = async (pod: string, sql: string) => {
    const psql = [
      "/usr/bin/psql",
      "-XAtqw",
      "-h",
      "/run/postgresql",
      "-U",
      "postgres",
      "-d",
      "apg_cash_production",
    ];
    const { code, stdout, stderr } = await cluster.pod(pod).exec("postgres", [...psql, "-c", sql]);
    if (code !== 0) throw new Error(`${pod}: ${sql}: ${stderr.trim()}`);
    return stdout.trim();
  };
  return {
    ...cluster,
    authority,
    ask,
    application: (host, sql, password) => {
      const word = password === undefined ? "" : `WORD='${password.replaceAll("'", `'\\''`)}'; `;
      return cluster.pod("client").exec("client", ["/bin/bash", "-c", word + connect, host], sql);
    },
    write: (first) => startWriter(cluster, first),
    eventually: async (pod, sql, expected, seconds) => {
      let answer = "";
      const asExpected = async () => {
        answer = await ask(pod, sql).catch((error: unknown) => String(error));
        return answer === expected;
      };
      await until(() => `${pod}: ${sql}: expected ${expected}, got ${answer}`, asExpected, seconds);
    },
  };
}

function startWriter(cluster: Cluster, first: number): Writer {
  let count = 0;
  const container = cluster.pod("client").container("client");
  const child = container.start(["/bin/bash", "-c", connect, "postgres-primary-service"]);
  let next = first;
  const feed = () =>
    child.stdin?.write(`INSERT INTO ledger VALUES (${next++}, repeat('x', 200)) RETURNING 'ok';\n`);
  const over = new Promise<void>((resolve) => child.once("close", () => resolve()));
  child.stdin?.on("error", () => {});
  child.stdout?.on("data", (data: Buffer) => {
    const lines = data.toString().split("\n").length - 1;
    count += lines;
    for (let line = 0; line < lines; line += 1) feed();
  });
  const acknowledged = () => count;
  feed();
  return {
    acknowledged,
    reach: (wanted) =>
      until(
        () => `the writer got only ${count} of ${wanted} commits`,
        () => count >= wanted,
      ),
    stop: async () => {
      child.stdin?.end();
      await over;
      return count;
    },
  };
}
