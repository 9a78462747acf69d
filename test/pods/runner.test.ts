import { spawn } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hostsFile } from "./hosts.ts";
import { type PostgresqlCluster, startPostgresqlCluster } from "./postgresql-cluster.ts";
import { primary } from "./postgresql-scenarios.ts";
import { postgresqlTree } from "./small-tree.ts";
import { smallPostgresql } from "./specs.ts";
import { podsOf } from "./tree.ts";
import { until } from "./until.ts";

const spec = { ...smallPostgresql(), replicas: 0 };
const tree = postgresqlTree(spec);
const pod = tree.statefulSets.flatMap(podsOf).find(({ metadata }) => metadata?.name === primary);
let cluster: PostgresqlCluster;

beforeAll(async () => {
  cluster = await startPostgresqlCluster(spec);
  await cluster.create([primary]);
  await cluster.ready([primary]);
});

afterAll(async () => {
  await cluster.close();
});

describe("the runner", () => {
  test("starts the manifest's own commands, with its environment", async () => {
    const reload = pod?.spec?.containers.find(({ name }) => name === "reload");
    const { stdout } = await inContainer("reload", "tr '\\0' '\\n' < /proc/1/cmdline");
    expect(stdout.trim().split("\n")).toEqual(reload?.command);
    const environment = (await inContainer("reload", "tr '\\0' '\\n' < /proc/1/environ")).stdout.split("\n");
    for (const { name, value = primary } of reload?.env ?? [])
      expect(environment).toContain(`${name}=${value}`);
  });

  test("mounts the tree's own files, every byte of them, read-only", async () => {
    const places = {
      "postgres-init-scripts": "/scripts",
      "apg-cash-management-postgres-config": "/etc/postgresql",
    };
    for (const [name, folder] of Object.entries(places)) {
      expect((await inContainer("postgres", `grep ' ${folder} ' /proc/mounts`)).stdout).toMatch(/ ro,/);
      const data = tree.configMaps.get(name) ?? {};
      expect(Object.keys(data)).not.toHaveLength(0);
      for (const [file, text] of Object.entries(data)) {
        expect((await inContainer("postgres", `cat ${folder}/${file}`)).stdout).toBe(text);
      }
    }
  });

  test("gives the server the manifest's port, user, shared memory and a read-only root", async () => {
    const { stdout } = await inContainer(
      "postgres",
      `id -u; id -g; hostname; stat -f -c %b*%S /dev/shm; grep CapBnd /proc/self/status; ls /proc/1/fd | wc -l`,
    );
    const [user, group, host, size, capabilities] = stdout.trim().split("\n");
    expect([user, group, host]).toEqual(["999", "999", primary]);
    expect(
      (size ?? "")
        .split("*")
        .map(Number)
        .reduce((a, b) => a * b),
    ).toBe(64 * 2 ** 20);
    expect(capabilities).toMatch(/CapBnd:\s0000000000000000/);
    expect((await inContainer("postgres", "echo > /etc/passwd")).stderr).toContain("Read-only file system");
    expect((await inContainer("postgres", "echo > /dev/tcp/127.0.0.1/5432")).code).toBe(0);
    expect((await inContainer("postgres", "ls /mnt")).stdout).toBe("");
  });

  test("attaches a claim to one pod at a time", async () => {
    await expect(cluster.claims.attach(`postgres-storage-${primary}`, "1Mi", "another")).rejects.toThrow(
      "is ReadWriteOnce and postgres-primary-0 has it",
    );
  });

  test("drops at a power cut what was not synced, and nothing else", async () => {
    const folder = await cluster.claims.attach("cut", "32Mi", "cut");
    await cluster.shell(`echo a > ${folder}/synced; sync -f ${folder}; echo b > ${folder}/unsynced`);
    await cluster.claims.cutPower("cut");
    await cluster.claims.detach("cut");
    await cluster.claims.attach("cut", "32Mi", "cut");
    expect((await cluster.shell(`ls ${folder}`)).split("\n").filter((name) => name.includes("sync"))).toEqual(
      ["synced"],
    );
    await cluster.claims.detach("cut");
  });

  test("names ready pods behind a Service, and all pods of a headless one", () => {
    const endpoints = [
      { name: "a-0", address: "10.0.0.1", labels: { app: "a" }, ready: false },
      { name: "a-1", address: "10.0.0.2", labels: { app: "a" }, ready: true },
    ];
    const service = {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "front" },
      spec: { selector: { app: "a" } },
    } as const;
    const nodes = {
      ...service,
      metadata: { name: "nodes" },
      spec: { ...service.spec, clusterIP: "None", publishNotReadyAddresses: true },
    };
    expect(hostsFile([service, nodes], endpoints).split("\n")).toEqual([
      "127.0.0.1 localhost",
      "10.0.0.2 front",
      "10.0.0.1 a-0.nodes",
      "10.0.0.2 a-1.nodes",
      "",
    ]);
    expect(hostsFile([service], [])).toContain("10.244.0.1 front");
  });

  test("leaves no process, mount or interface when the test is killed", async () => {
    const child = spawn(process.execPath, [join(import.meta.dirname, "hold-machine.ts")], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let namespace = "";
    child.stdout.on("data", (data: Buffer) => (namespace += data.toString().trim()));
    await until(
      () => "the machine does not start",
      () => namespace.startsWith("pid:["),
    );
    expect(processesIn(namespace)).not.toHaveLength(0);
    child.kill("SIGKILL");
    await until(
      () => `still there: ${processesIn(namespace).join(" ")}`,
      () => processesIn(namespace).length === 0,
    );
    expect(readFileSync("/proc/self/mountinfo", "utf8")).not.toContain("/mnt/held");
  });
});

function inContainer(container: string, script: string) {
  return cluster.pod(primary).exec(container, ["/bin/bash", "-c", script]);
}

function processesIn(namespace: string): readonly string[] {
  return readdirSync("/proc").filter((entry) => {
    try {
      return /^\d+$/.test(entry) && readlinkSync(`/proc/${entry}/ns/pid`) === namespace;
    } catch {
      return false;
    }
  });
}
