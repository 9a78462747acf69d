import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { redis } from "../../src/components/redis.ts";
import { redisBackup } from "../../src/components/redis-backup.ts";
import { runJob } from "./jobs.ts";
import { type RedisCluster, startRedisCluster } from "./redis-cluster.ts";
import { firstKeys, master, seedKeys } from "./redis-scenarios.ts";
import { renderedTree } from "./small-tree.ts";
import { smallRedis, smallRedisBackup } from "./specs.ts";

const replica = "redis-replica-0";
const holder = "redis-backup-0";
const spec = { ...smallRedis(), replicas: 1 };
let cluster: RedisCluster;

beforeAll(async () => {
  cluster = await startRedisCluster(spec, renderedTree([...redis(spec), ...redisBackup(smallRedisBackup())]));
  await cluster.create([holder]);
  await firstKeys(cluster, [replica]);
});

afterAll(async () => {
  await cluster.close();
});

describe("backups of Redis from the rendered files", () => {
  test("a rehearsal before the first dump fails and says so", async () => {
    expect(await rehearse()).toEqual({ code: 1, log: expect.stringContaining("there is no dump") });
    expect(await lastRehearsal()).toMatch(/ none 0 keys \d+ s failed$/);
  });

  test("a dump holds every key, has been loaded once, and older ones go", async () => {
    for (let round = 0; round < 3; round += 1)
      expect(await dump()).toEqual({ code: 0, log: expect.stringContaining(`holds ${seedKeys} keys`) });
    expect(await dumps()).toHaveLength(smallRedisBackup().keep);
    expect(await inHolder("ls /backup/dumps/*.sum | wc -l")).toBe(String(smallRedisBackup().keep));
  });

  test("a rehearsal restores every key of the newest dump, although some have expired since", async () => {
    // As brief as the machine lets it be and still be in the dump.
    for (let seconds = 2, held = false; !held; seconds *= 2) {
      await cluster.send("application", "redis-master-service", "set", "brief", "1", "ex", String(seconds));
      held = (await dump()).log.includes(`holds ${seedKeys + 1} keys`);
    }
    await cluster.holds(replica, seedKeys);
    const { code, log } = await rehearse();
    expect([code, log]).toEqual([
      0,
      expect.stringContaining(`${seedKeys + 1} keys, ${seedKeys} of them not expired`),
    ]);
    expect(await lastRehearsal()).toMatch(new RegExp(`\\.rdb ${seedKeys + 1} keys \\d+ s succeeded$`));
  });

  test("a damaged dump makes the rehearsal fail", async () => {
    const newest = await inHolder("ls /backup/dumps/*.rdb | tail -1");
    await inHolder(`cp ${newest} /tmp/whole; printf x | dd of=${newest} bs=1 seek=200 conv=notrunc`);
    expect(await rehearse()).toEqual({ code: 1, log: expect.stringContaining("is damaged") });
    expect(await lastRehearsal()).toMatch(/ failed$/);
    // Damage that was there before anything was written down is found by loading it.
    await inHolder(
      `echo "$(sha256sum < ${newest} | cut -d' ' -f1) ${seedKeys + 1}" > ${newest.replace(".rdb", ".sum")}`,
    );
    expect(await rehearse()).toEqual({ code: 1, log: expect.stringContaining("the dump is damaged") });
    await inHolder(`cp /tmp/whole ${newest}; rm ${newest.replace(".rdb", ".sum")}`);
    expect(await rehearse()).toEqual({ code: 1, log: expect.stringContaining("nothing was written down") });
    await inHolder(`rm ${newest}`);
    expect((await rehearse()).code).toBe(0);
  });

  test("the runbook's way brings every key of a dump back to an emptied volume", async () => {
    const newest = await inHolder("ls /backup/dumps/*.rdb | tail -1");
    await cluster.remove([master, replica]);
    const claims = [`redis-storage-${master}`, `redis-storage-${replica}`];
    for (const claim of claims) await cluster.claims.lose(claim);
    const [claim = ""] = claims;
    await cluster.claims.attach(claim, "256Mi", "restore");
    await cluster.shell(
      `cp ${volumeOf("backup-storage-redis-backup-0")}${newest.replace("/backup", "")} ${volumeOf(claim)}/dump.rdb`,
    );
    await cluster.claims.detach("restore");
    await cluster.create([master, replica]);
    await cluster.ready([master, replica]);
    for (const pod of [master, replica]) expect(await cluster.holds(pod, seedKeys)).toBe(seedKeys);
  });

  test("a source that does not answer fails the backup and leaves the dumps alone", async () => {
    const before = await dumps();
    await cluster.remove([replica]);
    expect(await dump()).toEqual({
      code: 1,
      log: expect.stringContaining("does not say how many keys it has"),
    });
    expect(await dumps()).toEqual(before);
  });
});

/** A claim's folder as the cluster's own processes see it; its path is the one from outside. */
const volumeOf = (claim: string) => cluster.claims.path(claim).replace(/^\/proc\/\d+\/root/, "");

const dump = () => runJob(cluster, "redis-dump", "dump");
const rehearse = () => runJob(cluster, "redis-restore-rehearsal", "rehearse");

async function inHolder(script: string): Promise<string> {
  const { code, stdout, stderr } = await cluster.pod(holder).exec("hold", ["/bin/bash", "-c", script]);
  if (code !== 0) throw new Error(`${script}: ${stderr}`);
  return stdout.trim();
}

async function dumps(): Promise<readonly string[]> {
  return (await inHolder("ls /backup/dumps/*.rdb")).split("\n");
}

function lastRehearsal(): Promise<string> {
  return inHolder("tail -1 /backup/rehearsals");
}
