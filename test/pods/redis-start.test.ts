import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { oddPasswords } from "./odd-passwords.ts";
import { type RedisCluster, startRedisCluster } from "./redis-cluster.ts";
import { firstKeys, master, seed, seedKeys } from "./redis-scenarios.ts";
import { smallRedis } from "./specs.ts";
import { until } from "./until.ts";

const replica = "redis-replica-0";
let cluster: RedisCluster;

beforeAll(async () => {
  cluster = await startRedisCluster({ ...smallRedis(), replicas: 1 });
  await firstKeys(cluster, [replica]);
});

afterAll(async () => {
  await cluster.close();
});

describe("a started Redis", () => {
  test("is not ready as a replica without its master, but alive, and serves reads", async () => {
    const container = cluster.pod(master).container("redis");
    await container.signal("STOP");
    await cluster.shell(`ip netns exec ${replica} ss -K dst ${await address(master)} > /dev/null`);
    await until(
      () => `still ready: ${cluster.pod(replica).log("redis")}`,
      () => !cluster.pod(replica).ready(),
    );
    expect((await probe(replica, "live")).code).toBe(0);
    expect((await probe(replica, "ready")).stderr).toContain("no link to the master");
    expect(await cluster.keys(replica)).toBe(String(seedKeys));
    await container.signal("CONT");
    await cluster.ready([master, replica]);
  });

  test("applies changed passwords without a restart or an interrupted connection", async () => {
    const runs = () => cluster.send("monitoring", `${master}.redis-nodes`, "info", "server");
    const id = /run_id:\w+/.exec(await runs())?.[0];
    const writer = cluster.write("rotated");
    await writer.reach(10);
    const changed = {
      "application-password": "new @:/ 'a",
      "replication-password": 'new \\ "r\n',
      "monitoring-password": "new m",
    };
    const old = oddPasswords["application-password"].trim();
    cluster.setSecret("redis-credentials", changed);
    await until(
      () => "the new password is not accepted",
      async () => (await runs()).includes("run_id"),
    );
    expect(await withPassword(old)).toContain("WRONGPASS");
    await writer.reach(writer.acknowledged() + 10);
    const written = (await writer.stop()).length;
    expect(/run_id:\w+/.exec(await runs())?.[0]).toBe(id);
    expect(await cluster.holds(master, seedKeys + written)).toBe(seedKeys + written);
    // A replica that starts again logs in with the new password.
    await cluster.remove([replica]);
    await cluster.create([replica]);
    await cluster.ready([replica]);
    expect(await cluster.holds(replica, seedKeys + written)).toBe(seedKeys + written);
  });

  test("keeps a replica that may not log in from being ready, and says why", async () => {
    const change = ". /scripts/lib.sh; as operator 127.0.0.1 acl setuser replication resetpass '>another'";
    expect((await cluster.pod(master).exec("redis", ["/bin/bash", "-c", change])).stdout.trim()).toBe("OK");
    await cluster.remove([replica]);
    await cluster.create([replica]);
    await until(
      () => cluster.pod(replica).log("redis"),
      () => cluster.pod(replica).log("redis").includes("Unable to AUTH to MASTER: -WRONGPASS"),
    );
    expect((await probe(replica, "live")).code).toBe(0);
    expect((await probe(replica, "ready")).code).toBe(1);
    expect(cluster.pod(replica).ready()).toBe(false);
    await cluster.remove([master, replica]);
    await cluster.create([master, replica]);
    await cluster.ready([master, replica]);
  });

  test("refuses writes when memory is full instead of dropping keys that have no expiry", async () => {
    const fill = `for i = 1, 100000 do redis.call("set", "fill" .. i, string.rep("x", 1000)) end return "done"`;
    // A script that began with room left is not stopped half-way; the next write is refused.
    expect(await cluster.send("application", "redis-master-service", "eval", fill, "0")).toBe("done");
    expect(await cluster.send("application", "redis-master-service", "set", "one", "more")).toContain("OOM");
    const seeds = Array.from({ length: seedKeys }, (_, index) => `seed${index + 1}`);
    expect(await cluster.send("application", "redis-master-service", "exists", ...seeds)).toBe(
      String(seedKeys),
    );
    expect(await cluster.send("application", "redis-master-service", "flushdb")).toBe("OK");
    expect(await seed(cluster, [master, replica])).toBe(seedKeys);
  });

  test("takes over a dump.rdb that was there before the append-only file", async () => {
    await cluster.remove([replica]);
    const keys = Number(await cluster.keys(master));
    const dump = `. /scripts/lib.sh; as operator 127.0.0.1 save; as operator 127.0.0.1 config set appendonly no
      rm -rf /data/appendonlydir; ls /data`;
    const { stdout } = await cluster.pod(master).exec("redis", ["/bin/bash", "-c", dump]);
    expect(stdout.trim().split("\n")).toEqual(["OK", "OK", "dump.rdb", "lost+found"]);
    await cluster.remove([master], "killed");
    await cluster.create([master]);
    await cluster.ready([master]);
    expect(await cluster.holds(master, keys)).toBe(keys);
    expect(cluster.pod(master).log("redis")).toContain("writing the append-only file from dump.rdb");
    await cluster.remove([master], "power cut");
    await cluster.create([master, replica]);
    await cluster.ready([master, replica]);
    expect(await cluster.holds(replica, keys)).toBe(keys);
  });
});

function probe(pod: string, kind: string) {
  return cluster.pod(pod).exec("redis", ["/bin/bash", "/scripts/probe.sh", kind]);
}

async function address(pod: string): Promise<string> {
  return (await cluster.shell(`ip -n ${pod} -4 -o addr show eth0 | grep -o '10[.0-9]*' | head -1`)).trim();
}

async function withPassword(password: string): Promise<string> {
  const command = [
    "/usr/bin/redis-cli",
    "-h",
    `${master}.redis-nodes`,
    "--user",
    "application",
    "--pass",
    password,
  ];
  const { stdout, stderr } = await cluster.pod("client").exec("client", [...command, "get", "seed1"]);
  return stdout + stderr;
}
