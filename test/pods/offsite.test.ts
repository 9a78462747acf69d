import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { copyObjects } from "../../src/components/backup-copy.ts";
import { postgresqlBackup } from "../../src/components/postgresql-backup.ts";
import { postgresql } from "../../src/components/postgresql.ts";
import { redisBackup } from "../../src/components/redis-backup.ts";
import { redis } from "../../src/components/redis.ts";
import { makeAuthority } from "./certificates.ts";
import { mustRunJob, runJob } from "./jobs.ts";
import { copy, copyKeys, inBucket, objects, startObjectStore } from "./object-store.ts";
import { oddPasswords } from "./odd-passwords.ts";
import { type PostgresqlCluster, startPostgresqlCluster } from "./postgresql-cluster.ts";
import { workFolder } from "./machine.ts";
import { firstRows, primary, seedRows } from "./postgresql-scenarios.ts";
import { rcloneFolder } from "./programs.ts";
import { renderedTree } from "./small-tree.ts";
import { smallPostgresql, smallPostgresqlBackup, smallRedis, smallRedisBackup } from "./specs.ts";
import type { Tree } from "./tree.ts";

const spec = { ...smallPostgresql(), replicas: 0 };
const keys = 40;
const credentials = "backup-copy-credentials";
// The one is in the list of rclone's image, which PostgreSQL's copies go by; Redis' ones are told of it as a private one.
const [known, unknown] = [makeAuthority(), makeAuthority()];
const privately = { ...copy, authority: known.certificate };
let cluster: PostgresqlCluster;
let tree: Tree;

beforeAll(async () => {
  const models = [
    ...postgresql(spec),
    ...postgresqlBackup({ ...smallPostgresqlBackup(), copy: { ...copy, schedule: "*/15 * * * *" } }),
    ...redis({ ...smallRedis(), replicas: 0 }),
    ...redisBackup({ ...smallRedisBackup(), source: "redis-master-service", copy: privately }),
    ...copyObjects(privately),
  ];
  const rclone = { folder: await rcloneFolder(), authorities: known.certificate };
  tree = renderedTree(models);
  cluster = await startPostgresqlCluster(spec, tree, oddPasswords, { rclone });
  await startObjectStore(cluster, known);
  await cluster.create(["redis-master-0", "redis-backup-0"]);
  await firstRows(cluster, []);
  await cluster.create(["postgres-backup-0"]);
  await cluster.eventually(
    primary,
    "SELECT active FROM pg_replication_slots WHERE slot_name = 'backup'",
    "t",
  );
  await cluster.ready(["redis-master-0"]);
});

afterAll(async () => {
  await cluster.close();
});

describe("PostgreSQL's backups off the cluster", () => {
  test("a bucket without a backup fails the rehearsal", async () => {
    const { code, log } = await rehearse();
    expect([code, log]).toEqual([1, expect.stringContaining("no complete base backup off the cluster")]);
  });

  test("the copy alone brings back every row up to this moment", async () => {
    await mustRunJob(cluster, "postgres-base-backup", "base");
    await mustRunJob(cluster, "postgres-backup-copy", "copy");
    await insert(1001, 1500);
    // What is on the claim cannot help: there is no base backup any more.
    await inReceiver("mkdir -p /backup/away; mv /backup/base/* /backup/away");
    const { code, log } = await rehearse();
    expect([code, log]).toEqual([0, expect.stringContaining(`: ${seedRows + 500} rows`)]);
    await inReceiver("mv /backup/away/* /backup/base");
  });

  test("the bucket shows neither names nor contents", async () => {
    const names = await objects(cluster);
    expect(names.length).toBeGreaterThan(900);
    expect(names.filter((name) => /base|wal|pg_|PG_VERSION|backup_manifest/i.test(name))).toEqual([]);
    expect(
      await inBucket(cluster, "grep -rlE 'PostgreSQL-Backup-Manifest|apg_cash_production' . || true"),
    ).toBe("");
  });

  test("a copy that is damaged in the bucket fails the rehearsal", async () => {
    await inReceiver("mv /backup/base/* /backup/away");
    const [name = ""] = (
      await inBucket(cluster, "find . -type f -size +200k -printf '%s %P\\n' | sort -n")
    ).split("\n");
    const file = name.split(" ")[1] ?? "";
    await inBucket(
      cluster,
      `cp ${file} /mnt/whole; printf xxxx | dd of=${file} bs=1 seek=70000 conv=notrunc`,
    );
    const { code, log } = await rehearse();
    expect([code, log]).toEqual([1, expect.stringContaining("cannot be fetched")]);
    await inBucket(cluster, `cp /mnt/whole ${file}`);
    await inReceiver("mv /backup/away/* /backup/base");
  });

  test("a base backup whose copy is not complete is passed over for the one before", async () => {
    await insert(1501, 1600);
    await mustRunJob(cluster, "postgres-base-backup", "base");
    // The copy was stopped before the manifest.
    const newest = await inReceiver("ls -d /backup/base/* | tail -1");
    await inReceiver(`mv ${newest}/backup_manifest /tmp/`);
    await mustRunJob(cluster, "postgres-backup-copy", "copy");
    const { code, log } = await rehearse();
    expect([code, log]).toEqual([0, expect.stringContaining(`: ${seedRows + 600} rows`)]);
    expect(log).not.toContain(newest.split("/").at(-1));
    await inReceiver(`mv /tmp/backup_manifest ${newest}`);
  });

  test("a missing segment of WAL fails the rehearsal", async () => {
    await cluster.ask(primary, "SELECT pg_switch_wal()");
    await insert(2001, 2001);
    await cluster.eventually(
      primary,
      "SELECT flush_lsn = pg_current_wal_flush_lsn() FROM pg_stat_replication WHERE application_name = 'backup'",
      "t",
    );
    const segment = await inReceiver("ls /backup/wal | grep -E '^[0-9A-F]{24}$' | tail -1");
    await inReceiver(`mv /backup/wal/${segment} /tmp`);
    const { code, log } = await rehearse();
    expect([code, log]).toEqual([1, expect.stringContaining("the archive was not replayed to the target")]);
    await inReceiver(`mv /tmp/${segment} /backup/wal`);
  });

  test("nothing is sent to an object store that no known authority vouches for", async () => {
    // As in the official images: what is trusted can only be what comes with rclone.
    expect(await inReceiver("ls /etc/ssl/certs | grep -c ca-certificates || true")).toBe("0");
    const list = `${workFolder}/rclone/etc/ssl/certs/ca-certificates.crt`;
    await cluster.shell(`echo '${unknown.certificate}' > ${list}`);
    const { code, log } = await runJob(cluster, "postgres-backup-copy", "copy");
    expect([code, log]).toEqual([1, expect.stringContaining("certificate signed by unknown authority")]);
    await cluster.shell(`echo '${known.certificate}' > ${list}`);
  });

  test("a bucket that cannot be read fails copy and rehearsal", async () => {
    cluster.setSecret(credentials, { ...copyKeys, "secret-access-key": "another" });
    expect((await runJob(cluster, "postgres-backup-copy", "copy")).code).toBe(1);
    const { code, log } = await rehearse();
    expect([code, log]).toEqual([1, expect.stringContaining("the bucket apg-test-backups cannot be read")]);
    cluster.setSecret(credentials, copyKeys);
  });

  test("after the loss of everything the commands of docs/data.md bring the rows of the last copy back", async () => {
    await mustRunJob(cluster, "postgres-backup-copy", "copy");
    const rows = await cluster.ask(primary, "SELECT count(*) FROM ledger");
    await cluster.remove([primary, "postgres-backup-0"], "killed");
    for (const claim of ["postgres-storage-postgres-primary-0", "backup-storage-postgres-backup-0"])
      await cluster.claims.lose(claim);
    const pod = "postgres-restore-rehearsal";
    await cluster.create([pod], waiting(tree, pod));
    await cluster.ready([pod]);
    const page = readFileSync(join(import.meta.dirname, "../../docs/data.md"), "utf8");
    const commands = [...page.matchAll(/^kubectl exec job\/restore -c rehearse -- (.*)$/gm)].map(
      ([, text]) => text,
    );
    expect(commands).toHaveLength(3);
    for (const command of commands) {
      const { code, stderr } = await cluster.pod(pod).exec("rehearse", ["/bin/bash", "-c", command ?? ""]);
      expect([command, code, stderr]).toEqual([command, 0, expect.any(String)]);
    }
    const count = "grep -c -P '^\\d+\\t' /restore/all.sql";
    const { stdout } = await cluster.pod(pod).exec("rehearse", ["/bin/bash", "-c", count]);
    expect(Number(stdout)).toBeGreaterThanOrEqual(Number(rows));
    await cluster.remove([pod]);
  });
});

describe("Redis' dumps off the cluster", () => {
  test("an authority that is named is the only one that counts", async () => {
    const configMaps = new Map(tree.configMaps).set("backup-copy-authority", {
      "ca.crt": unknown.certificate,
    });
    await cluster.create([], { ...tree, configMaps });
    const { code, log } = await rehearseRedis();
    expect([code, log]).toEqual([1, expect.stringContaining("certificate signed by unknown authority")]);
    await cluster.create([], tree);
  });

  test("the copy alone brings back every key, and fails loudly when it is damaged or cannot be read", async () => {
    const seed = `for i in $(seq ${keys}); do echo "SET k$i $i"; done | REDISCLI_AUTH=$(</password/application-password) redis-cli -h redis-master-service --user application`;
    expect((await cluster.pod("client").exec("client", ["/bin/bash", "-c", seed])).code).toBe(0);
    expect((await rehearseRedis()).log).toContain("there is no dump off the cluster");
    await mustRunJob(cluster, "redis-dump", "dump");
    await cluster.pod("redis-backup-0").exec("hold", ["/bin/bash", "-c", "rm /backup/dumps/*"]);
    expect(await rehearseRedis()).toEqual({ code: 0, log: expect.stringContaining(`${keys} keys`) });
    // Both objects of it, whatever their names are.
    await inBucket(
      cluster,
      "for f in redis/*/*; do printf x | dd of=$f bs=1 seek=60 conv=notrunc; done 2> /dev/null",
    );
    expect(await rehearseRedis()).toEqual({ code: 1, log: expect.stringContaining("cannot be fetched") });
    cluster.setSecret(credentials, { ...copyKeys, "access-key-id": "stranger" });
    expect(await rehearseRedis()).toEqual({
      code: 1,
      log: expect.stringContaining("the bucket apg-test-backups cannot be read"),
    });
    expect((await runJob(cluster, "redis-dump", "dump")).code).toBe(1);
  });
});

const rehearse = () => runJob(cluster, "postgres-restore-rehearsal", "rehearse");
const rehearseRedis = () => runJob(cluster, "redis-restore-rehearsal", "rehearse");

async function inReceiver(script: string): Promise<string> {
  const { code, stdout, stderr } = await cluster
    .pod("postgres-backup-0")
    .exec("wal", ["/bin/bash", "-c", script]);
  if (code !== 0) throw new Error(`${script}: ${stderr}`);
  return stdout.trim();
}

async function insert(from: number, to: number): Promise<void> {
  await cluster.ask(
    primary,
    `INSERT INTO ledger SELECT id, 'more' FROM generate_series(${from}, ${to}) AS id`,
  );
}

/** The tree in which a CronJob's pod only waits, as `kubectl create job` and jq make it. */
function waiting(from: Tree, name: string): Tree {
  const cronJobs: Tree["cronJobs"] = JSON.parse(JSON.stringify(from.cronJobs));
  for (const { metadata, spec: wanted } of cronJobs) {
    const [container] = wanted?.jobTemplate.spec?.template.spec?.containers ?? [];
    if (metadata?.name === name && container) container.command = ["/bin/sleep", "86400"];
  }
  return { ...from, cronJobs };
}
