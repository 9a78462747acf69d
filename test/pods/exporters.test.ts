import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pgbouncer } from "../../src/components/pgbouncer.ts";
import { postgresqlBackup } from "../../src/components/postgresql-backup.ts";
import { postgresql } from "../../src/components/postgresql.ts";
import { redis } from "../../src/components/redis.ts";
import { inventory } from "../prometheus/inventory.ts";
import { mustRunJob } from "./jobs.ts";
import { oddPasswords } from "./odd-passwords.ts";
import { type PostgresqlCluster, startPostgresqlCluster } from "./postgresql-cluster.ts";
import { firstRows, primary, seedRows } from "./postgresql-scenarios.ts";
import { renderedTree } from "./small-tree.ts";
import { smallPgbouncer, smallPostgresql, smallPostgresqlBackup, smallRedis } from "./specs.ts";
import { until } from "./until.ts";

const spec = { ...smallPostgresql(), replicas: 1 };
const replica = "postgres-replica-0";
let cluster: PostgresqlCluster;

beforeAll(async () => {
  const models = [
    ...postgresql(spec),
    ...postgresqlBackup(smallPostgresqlBackup()),
    ...pgbouncer(smallPgbouncer()),
    ...redis({ ...smallRedis(), replicas: 1 }),
  ];
  cluster = await startPostgresqlCluster(spec, renderedTree(models), oddPasswords, { exporters: true });
  await firstRows(cluster, [replica]);
  await cluster.create(["postgres-backup-0", "pgbouncer-0", "redis-master-0", "redis-replica-0"]);
  await cluster.ready(["pgbouncer-0", "redis-master-0", "redis-replica-0"]);
});

afterAll(async () => {
  await cluster.close();
});

describe("the exporters in the rendered pods", () => {
  test("log in as their own users, with odd passwords, and say that the servers are up", async () => {
    expect(await value(primary, 9187, "pg_up")).toEqual(["1"]);
    expect(await value(primary, 9187, "pg_replication_is_replica")).toEqual(["0"]);
    expect(await value(replica, 9187, "pg_replication_is_replica")).toEqual(["1"]);
    expect(await value("redis-master-0", 9121, "redis_up")).toEqual(["1"]);
    expect(await value("redis-master-0", 9121, "redis_connected_slaves")).toEqual(["1"]);
    expect(await value("redis-replica-0", 9121, "redis_master_link_up")).toEqual(["1"]);
    expect(await value("pgbouncer-0", 9127, "pgbouncer_up")).toEqual(["1"]);
  });

  test("serve what the alerts ask of PgBouncer", async () => {
    const { clientConnections } = smallPgbouncer();
    expect(await value("pgbouncer-0", 9127, "pgbouncer_config_max_client_connections")).toEqual([
      String(clientConnections),
    ]);
    const held = cluster
      .pod("client")
      .exec(
        "client",
        ["/bin/bash", "-c", `PGPASSWORD=$(</password/application-password) psql -XAtqw "${through}"`],
        "SELECT pg_sleep(4)",
      );
    await until(
      () => "no active client",
      async () =>
        (await value("pgbouncer-0", 9127, "pgbouncer_pools_client_active_connections")).includes("1"),
    );
    expect((await held).code).toBe(0);
    const served = new Set((await metrics("pgbouncer-0", 9127)).map(({ name }) => name));
    for (const name of inventory(["pgbouncer_exporter-0.12.1.txt"]).keys())
      expect([...served]).toContain(name);
  });

  test("serve the result of the last rehearsal that succeeded", async () => {
    expect(await value(primary, 9187, "pg_rehearsals_last_success_timestamp_seconds")).toEqual([]);
    await mustRunJob(cluster, "postgres-base-backup", "base");
    await mustRunJob(cluster, "postgres-restore-rehearsal", "rehearse");
    expect(await value(primary, 9187, "pg_rehearsals_last_rows")).toEqual([String(seedRows)]);
    const [time = ""] = await value(primary, 9187, "pg_rehearsals_last_success_timestamp_seconds");
    const written = await cluster.ask(
      primary,
      "SELECT floor(extract(epoch FROM max(finished))) FROM operations.rehearsals WHERE succeeded",
    );
    expect(Math.floor(Number(time))).toBe(Number(written));
  });

  test("notice a server that does not answer", async () => {
    await cluster.pod("redis-replica-0").container("redis").signal("STOP");
    await until(
      () => "the exporter says nothing",
      async () => (await replicaUp())[0] === "0",
    );
    expect(await replicaUp()).toEqual(["0"]);
    await cluster.pod("redis-replica-0").container("redis").signal("CONT");
  });
});

const replicaUp = () => value("redis-replica-0", 9121, "redis_up");

const through =
  "host=pgbouncer port=6432 user=apg_user dbname=apg_cash_production sslmode=verify-full sslrootcert=/authority/ca.crt";

interface Sample {
  readonly name: string;
  readonly value: string;
}

/** What an exporter serves on its pod's port, as Prometheus reads it. */
async function metrics(pod: string, port: number): Promise<readonly Sample[]> {
  const address = (
    await cluster.shell(`ip -n ${pod} -4 -o addr show eth0 | grep -o '10[.0-9]*' | head -1`)
  ).trim();
  const get = `exec 3<>/dev/tcp/${address}/${port}; printf 'GET /metrics HTTP/1.0\\r\\n\\r\\n' >&3; cat <&3`;
  const text = await cluster.shell(get);
  return [...text.matchAll(/^(?<name>[a-zA-Z_:][\w:]*)(?:\{.*\})? (?<value>\S+)\r?$/gm)].map(
    ({ groups }) => ({
      name: groups?.["name"] ?? "",
      value: groups?.["value"] ?? "",
    }),
  );
}

async function value(pod: string, port: number, name: string): Promise<readonly string[]> {
  return (await metrics(pod, port)).filter((sample) => sample.name === name).map((sample) => sample.value);
}
