import { describe, test } from "vitest";
import { postgresql } from "../../src/components/postgresql.ts";
import { postgresqlBackup } from "../../src/components/postgresql-backup.ts";
import { startPostgresqlCluster } from "./postgresql-cluster.ts";
import { expectRows, firstRows, primary, replicas, seedRows } from "./postgresql-scenarios.ts";
import { postgresqlTree, renderedTree } from "./small-tree.ts";
import { smallPostgresql, smallPostgresqlBackup } from "./specs.ts";
import { until } from "./until.ts";

const [next, other] = replicas;

describe.concurrent("a promotion by one changed value", () => {
  test("waits until the old primary is seen to be stopped, and keeps it from coming back as a second one", async ({
    expect,
    onTestFinished,
  }) => {
    const original = postgresqlTree(smallPostgresql());
    const promoted = postgresqlTree({ ...smallPostgresql(), primary: next });
    const cluster = await startPostgresqlCluster(smallPostgresql());
    onTestFinished(() => cluster.close());
    await firstRows(cluster);
    // The node of the primary is cut off: its pod is still there, and gives no answer.
    await cluster.shell(`ip -n ${primary} link set eth0 down`);
    // A commit that no replica has: without synchronous mode it is lost with the node, and must not come back.
    await cluster.ask(primary, "INSERT INTO ledger VALUES (4999)");
    await cluster.remove([next]);
    await cluster.create([next], promoted);
    await until(
      () => `no refusal: ${cluster.pod(next).log("reload")}`,
      () =>
        cluster
          .pod(next)
          .log("reload")
          .includes(`not promoting: ${primary} gives no answer that it is stopped`),
    );
    expect(cluster.pod(next).log("reload")).toContain(
      "kubectl taint nodes NODE node.kubernetes.io/out-of-service",
    );
    expect(await cluster.ask(next, "SELECT pg_is_in_recovery()")).toBe("t");
    // The node is fenced: the pod object goes.
    await cluster.remove([primary], "killed");
    await cluster.ready([next]);
    await cluster.remove([other]);
    await cluster.create([other]);
    await cluster.ready([other]);
    expect(
      (await cluster.application("postgres-primary-service", "INSERT INTO ledger VALUES (5000)")).code,
    ).toBe(0);
    expect(await expectRows(cluster, [next, other], seedRows + 1)).toBe(seedRows + 1);
    expect(await cluster.ask(other, "SELECT timeline_id FROM pg_control_checkpoint()")).toMatch(/^[12]$/);
    // Somebody starts the old primary as one.
    await cluster.create([primary], original);
    await until(
      () => `no refusal: ${cluster.pod(primary).log("postgres")}`,
      () =>
        cluster
          .pod(primary)
          .log("postgres")
          .includes(`${next} is a primary already: not starting a second one`),
    );
    expect(cluster.pod(primary).ready()).toBe(false);
    // As the value says it comes back as a replica, on the new timeline.
    await cluster.remove([primary], "killed");
    await cluster.create([primary], promoted);
    await cluster.ready([primary]);
    expect(await expectRows(cluster, [primary], seedRows + 1)).toBe(seedRows + 1);
    expect(cluster.pod(primary).log("postgres")).toContain(
      "that postgres-replica-0 never received: cloning again",
    );
  });

  test("loses no acknowledged commit in synchronous mode, whichever replica is named", async ({
    expect,
    onTestFinished,
  }) => {
    const spec = { ...smallPostgresql(), synchronous: true };
    const cluster = await startPostgresqlCluster(spec);
    onTestFinished(() => cluster.close());
    await firstRows(cluster);
    const writer = cluster.write(2000);
    await writer.reach(200);
    // The primary and its volume are gone for good, in the middle of the writes.
    await cluster.remove([primary], "power cut");
    await cluster.claims.lose(`postgres-storage-${primary}`);
    const acknowledged = await writer.stop();
    const positions = await Promise.all(
      replicas.map((pod) => cluster.ask(pod, "SELECT pg_last_wal_receive_lsn() - '0/0'")),
    );
    const [a = 0, b = 0] = positions.map(Number);
    // The one with less is named: it has to catch up with the other before it may be promoted.
    const named = a < b ? next : other;
    await cluster.remove(replicas);
    // The other one is on its way back: it has this long before it no longer counts.
    await cluster.create(replicas, postgresqlTree({ ...spec, primary: named, guardSeconds: 15 }));
    await cluster.ready(replicas);
    if (a !== b) expect(cluster.pod(named).log("reload")).toContain("not promoting yet: catching up with");
    const rows = Number(await cluster.ask(named, "SELECT count(*) FROM ledger"));
    expect(rows).toBeGreaterThanOrEqual(seedRows + acknowledged);
    expect(rows).toBeLessThanOrEqual(seedRows + acknowledged + 1);
  });

  test("waits in synchronous mode while two pods are away, and accepts the loss when that is asked for", async ({
    expect,
    onTestFinished,
  }) => {
    const spec = { ...smallPostgresql(), synchronous: true };
    const cluster = await startPostgresqlCluster(spec);
    onTestFinished(() => cluster.close());
    await firstRows(cluster);
    // The primary acknowledges commits that only the other replica has, and is lost with it.
    await cluster.remove([next]);
    await cluster.ask(primary, "INSERT INTO ledger SELECT id, 'late' FROM generate_series(3001, 3100) AS id");
    await cluster.remove([primary, other]);
    await cluster.create([next], postgresqlTree({ ...spec, primary: next }));
    const refusal = `not promoting: ${primary} ${other} are away, and may have commits that this pod never received`;
    await until(
      () => `no refusal: ${cluster.pod(next).log("reload")}`,
      () => cluster.pod(next).log("reload").includes(refusal),
    );
    expect(await cluster.ask(next, "SELECT pg_is_in_recovery()")).toBe("t");
    await cluster.create([other]);
    await cluster.ready([next, other]);
    expect(await expectRows(cluster, [next, other], seedRows + 100)).toBe(seedRows + 100);
    // And back, with both peers gone for good: by a value.
    await cluster.remove([next, other]);
    const accepted = postgresqlTree({ ...spec, synchronous: false, primary: other });
    await cluster.create([other], accepted);
    await cluster.ready([other]);
    expect(await expectRows(cluster, [other], seedRows + 100)).toBe(seedRows + 100);
  });

  test("catches up with the old primary when both were stopped at once, before it promotes", async ({
    expect,
    onTestFinished,
  }) => {
    const cluster = await startPostgresqlCluster({ ...smallPostgresql(), replicas: 1 });
    onTestFinished(() => cluster.close());
    await firstRows(cluster, [next]);
    // The replica misses the last commits of the primary, which then comes back as a replica by name.
    await cluster.remove([next]);
    await cluster.ask(primary, "INSERT INTO ledger SELECT id, 'late' FROM generate_series(2001, 2100) AS id");
    await cluster.remove([primary]);
    await cluster.create(
      [next, primary],
      // Longer than a pod takes to come back on any machine: it is waited for, not the clock.
      postgresqlTree({ ...smallPostgresql(), replicas: 1, primary: next, guardSeconds: 3600 }),
    );
    await cluster.ready([next, primary]);
    expect(cluster.pod(next).log("reload")).toContain(`not promoting yet: catching up with ${primary}`);
    expect(await expectRows(cluster, [next, primary], seedRows + 100)).toBe(seedRows + 100);
  });

  test("makes writes wait in synchronous mode when only the WAL archive is left, and go on when one is back", async ({
    expect,
    onTestFinished,
  }) => {
    const spec = { ...smallPostgresql(), synchronous: true, replicas: 1 };
    const tree = renderedTree([...postgresql(spec), ...postgresqlBackup(smallPostgresqlBackup())]);
    const cluster = await startPostgresqlCluster(spec, tree);
    onTestFinished(() => cluster.close());
    await firstRows(cluster, [next]);
    // The receiver of the WAL archive confirms every write at once, and is still no standby.
    await cluster.create(["postgres-backup-0"]);
    const receiving =
      "SELECT count(*) FROM pg_stat_replication WHERE application_name = 'backup' AND state = 'streaming'";
    await cluster.eventually(primary, receiving, "1");
    await cluster.remove([next]);
    const insert = cluster.application("postgres-primary-service", "INSERT INTO ledger VALUES (6000)");
    const waiting =
      "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND query LIKE 'INSERT%'";
    await cluster.eventually(primary, waiting, "1");
    expect(await cluster.ask(primary, receiving)).toBe("1");
    await cluster.create([next]);
    expect((await insert).code).toBe(0);
    expect(await expectRows(cluster, [primary, next], seedRows + 1)).toBe(seedRows + 1);
  });
});
