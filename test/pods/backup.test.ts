import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { postgresql } from "../../src/components/postgresql.ts";
import { postgresqlBackup } from "../../src/components/postgresql-backup.ts";
import { runJob } from "./jobs.ts";
import { type PostgresqlCluster, startPostgresqlCluster } from "./postgresql-cluster.ts";
import { firstRows, primary, seedRows } from "./postgresql-scenarios.ts";
import { renderedTree } from "./small-tree.ts";
import { smallPostgresql, smallPostgresqlBackup } from "./specs.ts";

const receiver = "postgres-backup-0";
const spec = { ...smallPostgresql(), replicas: 0 };
let cluster: PostgresqlCluster;

beforeAll(async () => {
  cluster = await startPostgresqlCluster(
    spec,
    renderedTree([...postgresql(spec), ...postgresqlBackup(smallPostgresqlBackup())]),
  );
  await firstRows(cluster, []);
  await cluster.create([receiver]);
  await cluster.eventually(
    primary,
    "SELECT active FROM pg_replication_slots WHERE slot_name = 'backup'",
    "t",
  );
});

afterAll(async () => {
  await cluster.close();
});

describe("backups from the rendered files", () => {
  test("a rehearsal before the first backup fails and says so", async () => {
    const { code, log } = await job("postgres-restore-rehearsal", "rehearse");
    expect([code, log]).toEqual([1, expect.stringContaining("there is no complete base backup")]);
    expect(await lastRehearsal()).toBe("f|0");
  });

  test("the newest backup and the WAL since then restore every row up to this moment", async () => {
    expect((await job("postgres-base-backup", "base")).code).toBe(0);
    await insert(1001, 1500);
    const { code, log } = await job("postgres-restore-rehearsal", "rehearse");
    expect([code, log]).toEqual([0, expect.stringContaining(`: ${seedRows + 500} rows`)]);
    expect(await lastRehearsal()).toBe(`t|${seedRows + 500}`);
  });

  test("the command of the runbook restores the rows of a moment", async () => {
    await insert(1501, 1600);
    const moment = await cluster.ask(primary, "SELECT now()");
    await cluster.ask(primary, "DELETE FROM ledger WHERE id > 10");
    await insert(2001, 2001);
    const script = `set -e; export PATH=/usr/lib/postgresql/15/bin:$PATH; mkdir /tmp/socket
      /bin/bash /scripts/restore.sh /backup/recovered "recovery_target_time = '${moment}'"
      /bin/bash /scripts/replay.sh /backup/recovered /tmp/socket
      psql -XAtq -h /tmp/socket -U postgres -d apg_cash_production -c 'SELECT count(*) FROM ledger'
      pg_ctl -s -w -D /backup/recovered stop; rm -r /backup/recovered /backup/recovered.log`;
    const { stdout, stderr } = await cluster.pod(receiver).exec("wal", ["/bin/bash", "-c", script]);
    expect([stdout.trim(), stderr]).toEqual([String(seedRows + 600), expect.stringContaining("restored")]);
    expect(await cluster.ask(primary, "SELECT count(*) FROM ledger")).toBe("11");
  });

  test("a missing WAL segment makes the rehearsal fail", async () => {
    await cluster.ask(primary, "SELECT pg_switch_wal()");
    await insert(3001, 3001);
    await cluster.eventually(
      primary,
      "SELECT flush_lsn = pg_current_wal_flush_lsn() FROM pg_stat_replication WHERE application_name = 'backup'",
      "t",
    );
    // The newest complete segment holds rows that no base backup has.
    const gap =
      "segment=$(ls /backup/wal | grep -E '^[0-9A-F]{24}$' | tail -1); mv /backup/wal/$segment /tmp; echo $segment";
    const { stdout } = await cluster.pod(receiver).exec("wal", ["/bin/bash", "-c", gap]);
    const { code, log } = await job("postgres-restore-rehearsal", "rehearse");
    expect([code, log]).toEqual([1, expect.stringContaining("the archive was not replayed to the target")]);
    expect(await lastRehearsal()).toBe("f|0");
    const back = `mv /tmp/${stdout.trim()} /backup/wal/`;
    expect((await cluster.pod(receiver).exec("wal", ["/bin/bash", "-c", back])).code).toBe(0);
  });

  test("a damaged backup makes the rehearsal fail", async () => {
    expect((await job("postgres-base-backup", "base")).code).toBe(0);
    const damage = `file=$(ls -d /backup/base/* | tail -1)/global/pg_control; printf x | dd of=$file bs=1 seek=100 conv=notrunc`;
    expect((await cluster.pod(receiver).exec("wal", ["/bin/bash", "-c", damage])).code).toBe(0);
    const { code, log } = await job("postgres-restore-rehearsal", "rehearse");
    expect([code, log]).toEqual([1, expect.stringContaining("is damaged")]);
    expect(await lastRehearsal()).toBe("f|0");
  });

  test("only so many backups stay, with the WAL since the oldest", async () => {
    const { keep } = smallPostgresqlBackup();
    for (let round = 0; round < 2; round += 1) {
      await cluster.ask(primary, "SELECT pg_switch_wal()");
      expect((await job("postgres-base-backup", "base")).code).toBe(0);
    }
    const list =
      "ls /backup/base; head -1 $(ls -d /backup/base/* | head -1)/backup_label; ls /backup/wal | head -1";
    const { stdout } = await cluster.pod(receiver).exec("wal", ["/bin/bash", "-c", list]);
    const lines = stdout.trim().split("\n");
    expect(lines).toHaveLength(keep + 2);
    expect(lines[keep]).toContain(`(file ${lines[keep + 1]?.replace(".partial", "")})`);
    const { code, log } = await job("postgres-restore-rehearsal", "rehearse");
    expect([code, log]).toEqual([0, expect.stringContaining(": 12 rows")]);
  });

  test("WAL that was written while the receiver was away is received afterwards", async () => {
    await cluster.remove([receiver], "power cut");
    await insert(4001, 4100);
    await cluster.create([receiver]);
    await cluster.eventually(
      primary,
      "SELECT active FROM pg_replication_slots WHERE slot_name = 'backup'",
      "t",
    );
    const { code, log } = await job("postgres-restore-rehearsal", "rehearse");
    expect([code, log]).toEqual([0, expect.stringContaining(": 112 rows")]);
  });
});

const job = (name: string, container: string) => runJob(cluster, name, container);

async function insert(from: number, to: number): Promise<void> {
  await cluster.ask(
    primary,
    `INSERT INTO ledger SELECT id, 'more' FROM generate_series(${from}, ${to}) AS id`,
  );
}

function lastRehearsal(): Promise<string> {
  return cluster.ask(
    primary,
    "SELECT succeeded, rows FROM operations.rehearsals ORDER BY finished DESC LIMIT 1",
  );
}
