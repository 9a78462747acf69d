import { existsSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import type { Tree } from "./tree.ts";
import type { PostgresqlCluster } from "./postgresql-cluster.ts";
import { until } from "./until.ts";

/** The pods of the small PostgreSQL. */
export const primary = "postgres-primary-0";
export const replicas = ["postgres-replica-0", "postgres-replica-1"] as const;

/** Rows that every cluster begins with. */
export const seedRows = 1000;

const countRows = "SELECT count(*) FROM ledger";

/** Starts all pods and writes the first rows. */
export async function firstRows(
  cluster: PostgresqlCluster,
  others: readonly string[] = replicas,
): Promise<void> {
  await cluster.create([primary, ...others]);
  await cluster.ready([primary]);
  const { code, stderr } = await cluster.application(
    "postgres-primary-service",
    `CREATE TABLE ledger (id bigint PRIMARY KEY, note text);
     INSERT INTO ledger SELECT id, 'seed' FROM generate_series(1, ${seedRows}) AS id;`,
  );
  if (code !== 0) throw new Error(stderr);
  await cluster.ready(others);
}

/** Waits until exactly so many rows are on each of the pods and returns their number; throws an Error otherwise. */
export async function expectRows(
  cluster: PostgresqlCluster,
  pods: readonly string[],
  rows: number,
): Promise<number> {
  for (const pod of pods) await cluster.eventually(pod, countRows, String(rows));
  return rows;
}

/**
 * Takes the primary away under a writer and brings it back. Returns how many commits were acknowledged and how many
 * rows are there; the session that was cut off may have committed one more than it was told.
 */
export async function primaryFails(
  cluster: PostgresqlCluster,
  how: "kill -9" | "power cut",
  commits: number,
  seconds = 240,
): Promise<{ readonly acknowledged: number; readonly found: number }> {
  await cluster.ready([primary]);
  const before = Number(await cluster.ask(primary, countRows));
  const writer = cluster.write(Number(await cluster.ask(primary, "SELECT max(id) FROM ledger")) + 1);
  await writer.reach(commits);
  if (how === "kill -9") {
    const container = cluster.pod(primary).container("postgres");
    await container.signal("KILL");
    await container.ended;
  } else {
    await cluster.remove([primary], "power cut");
    await cluster.create([primary]);
  }
  const acknowledged = await writer.stop();
  await cluster.ready([primary], seconds);
  const found = Number(await cluster.ask(primary, countRows)) - before;
  if (found !== acknowledged && found !== acknowledged + 1) {
    throw new Error(`${acknowledged} commits were acknowledged, ${found} rows are there`);
  }
  return { acknowledged, found };
}

/** A replica is killed, its volume is lost, and it comes back with every row. */
export async function replicaIsWiped(cluster: PostgresqlCluster, rows: number): Promise<number> {
  const [pod] = replicas;
  await cluster.remove([pod], "killed");
  await cluster.claims.lose(`postgres-storage-${pod}`);
  await cluster.create([pod]);
  await cluster.ready([pod]);
  return expectRows(cluster, [pod], rows);
}

/**
 * A clone is killed so many milliseconds after it has written its first files; the next start finishes the work.
 * Returns whether the kill hit the clone.
 */
export async function cloneIsKilled(
  cluster: PostgresqlCluster,
  rows: number,
  after: number,
  how: "killed" | "power cut",
  seconds = 240,
): Promise<boolean> {
  const [, pod] = replicas;
  const claim = `postgres-storage-${pod}`;
  await cluster.remove([pod], "killed");
  await cluster.claims.lose(claim);
  await cluster.create([pod]);
  const begun = () =>
    [partialData(cluster, claim), finalData(cluster, claim)].some((folder) => existsSync(`${folder}/base`));
  await until(() => "no file of a clone", begun);
  await delay(after);
  const hit = existsSync(partialData(cluster, claim));
  await cluster.remove([pod], how);
  await cluster.create([pod]);
  await cluster.ready([pod], seconds);
  await expectRows(cluster, [pod], rows);
  return hit;
}

/** A replica is away while more WAL is written than its slot may hold; it clones again by itself. */
export async function slotIsLost(cluster: PostgresqlCluster, rows: number): Promise<number> {
  const [pod] = replicas;
  await cluster.remove([pod]);
  await cluster.ask(primary, "CREATE TABLE filler (text text)");
  for (let round = 0; round < 10; round += 1) {
    await cluster.ask(
      primary,
      "INSERT INTO filler SELECT repeat(md5(i::text), 30) FROM generate_series(1, 20000) AS i",
    );
    await cluster.ask(primary, "TRUNCATE filler");
    await cluster.ask(primary, "CHECKPOINT");
    if ((await slotState(cluster, pod)) === "lost") break;
  }
  await cluster.ask(primary, "DROP TABLE filler");
  if ((await slotState(cluster, pod)) !== "lost") throw new Error("the slot is not lost: nothing is tested");
  await cluster.create([pod]);
  await cluster.ready([pod]);
  return expectRows(cluster, [pod], rows);
}

/**
 * The primary's volume is emptied while the replicas hold the rows. It must not become ready; the rows stay on the
 * replicas; naming a replica as the primary (the runbook's pull request) brings them back, also for the old primary.
 */
export async function emptyPrimary(
  cluster: PostgresqlCluster,
  rows: number,
  promoted: Tree,
): Promise<number> {
  const [next, other] = replicas;
  await cluster.remove([primary], "killed");
  await cluster.claims.lose(`postgres-storage-${primary}`);
  await cluster.create([primary]);
  await refusal(cluster);
  for (const pod of replicas) {
    const found = await cluster.ask(pod, countRows);
    if (found !== String(rows)) throw new Error(`${pod} has ${found} rows, not ${rows}`);
  }
  await cluster.remove([primary, next, other]);
  await cluster.create([next, other, primary], promoted);
  await cluster.ready([next, other, primary]);
  return expectRows(cluster, [next, other, primary], rows);
}

async function refusal(cluster: PostgresqlCluster): Promise<void> {
  const refused = () => {
    if (cluster.pod(primary).ready())
      throw new Error("an empty primary became ready while replicas have data");
    return cluster.pod(primary).exits("postgres").length >= 2;
  };
  await until(() => `no refusal:\n${cluster.pod(primary).log("postgres")}`, refused);
  if (
    !/this volume is empty (but|and) postgres-replica-\d (has|may have) data/.test(
      cluster.pod(primary).log("postgres"),
    )
  ) {
    throw new Error(`another reason:\n${cluster.pod(primary).log("postgres")}`);
  }
}

/** The first start of an empty primary is killed after so many milliseconds; the next start does all of it. */
export async function firstStartIsKilled(cluster: PostgresqlCluster, after: number): Promise<void> {
  await cluster.create([primary]);
  await delay(after);
  await cluster.remove([primary], "power cut");
  await cluster.create([primary]);
  await cluster.ready([primary]);
  const roles = "SELECT string_agg(rolname, ' ' ORDER BY rolname) FROM pg_roles WHERE rolname !~ '^pg_'";
  const found = await cluster.ask(primary, roles);
  if (found !== "apg_user backup monitoring pgbouncer postgres replicator")
    throw new Error(`roles: ${found}`);
  const { code, stderr } = await cluster.application(
    "postgres-primary-service",
    "CREATE TABLE t (i int); DROP TABLE t",
  );
  if (code !== 0) throw new Error(stderr);
  await cluster.remove([primary], "killed");
  await cluster.claims.lose(`postgres-storage-${primary}`);
}

/**
 * The primary's volume fills up under a writer, and is then grown. Returns the rows that are there, after checking that
 * every acknowledged one is.
 */
export async function volumeFillsUp(cluster: PostgresqlCluster, size: string): Promise<number> {
  const claim = `postgres-storage-${primary}`;
  const before = Number(await cluster.ask(primary, countRows));
  const writer = cluster.write(Number(await cluster.ask(primary, "SELECT max(id) FROM ledger")) + 1);
  await writer.reach(50);
  await cluster.claims.fill(claim);
  // What kubelet would report of the volume, and APGVolumeAlmostFull fires below.
  const space = await cluster.shell(`df --output=avail,size -B1 /mnt/claims/${claim} | tail -1`);
  const [available = 1, capacity = 1] = space.trim().split(/\s+/).map(Number);
  if (available / capacity >= 0.1) throw new Error(`the metric of a full volume is ${available / capacity}`);
  const large = "CREATE TABLE large AS SELECT repeat(md5(i::text), 60) FROM generate_series(1, 200000) AS i";
  const { stderr } = await cluster.application("postgres-primary-service", large);
  if (!/No space left|server closed|PANIC/.test(stderr)) throw new Error(`the volume is not full: ${stderr}`);
  const acknowledged = await writer.stop();
  await cluster.remove([primary]);
  await cluster.claims.grow(claim, size);
  await cluster.create([primary]);
  await cluster.ready([primary]);
  const found = Number(await cluster.ask(primary, countRows)) - before;
  if (found !== acknowledged && found !== acknowledged + 1) {
    throw new Error(`${acknowledged} commits were acknowledged, ${found} rows are there`);
  }
  return before + found;
}

/** Drains the nodes of pods one after the other: each pod leaves with its grace period and comes back. */
export async function drain(
  cluster: PostgresqlCluster,
  order: readonly string[],
  rows: number,
): Promise<number> {
  let next = Number(await cluster.ask(primary, "SELECT max(id) FROM ledger")) + 1;
  let expected = rows;
  for (const pod of order) {
    const writer = cluster.write(next);
    await writer.reach(20);
    await cluster.remove([pod]);
    if (pod !== primary) await writer.reach(writer.acknowledged() + 20);
    await cluster.create([pod]);
    const written = await writer.stop();
    await cluster.ready([pod]);
    // A fast shutdown may end a session whose last commit it had not been told of.
    const found = Number(await cluster.ask(primary, countRows)) - expected;
    if (found !== written && found !== written + 1)
      throw new Error(`${written} were acknowledged, ${found} are there`);
    expected += found;
    next += found + 1;
  }
  return expectRows(cluster, [primary, ...replicas], expected);
}

function slotState(cluster: PostgresqlCluster, pod: string): Promise<string> {
  return cluster.ask(
    primary,
    `SELECT wal_status FROM pg_replication_slots WHERE slot_name = '${pod.replaceAll("-", "_")}'`,
  );
}

function partialData(cluster: PostgresqlCluster, claim: string): string {
  return `${cluster.claims.path(claim)}/pgdata.partial`;
}

function finalData(cluster: PostgresqlCluster, claim: string): string {
  return `${cluster.claims.path(claim)}/pgdata`;
}
