import type { IPod } from "kubernetes-models/v1/Pod";
import type { Redis } from "../../src/components/redis.ts";
import { type Beside, type Cluster, startCluster } from "./cluster.ts";
import { oddPasswords } from "./odd-passwords.ts";
import type { Tree } from "./tree.ts";
import { until } from "./until.ts";
import { redisTree } from "./small-tree.ts";

/** Redis' pods and a client pod. */
export interface RedisCluster extends Cluster {
  /** Sends one command as a user, by a Service's or a pod's name; returns the reply, errors included. */
  send(user: "application" | "monitoring", host: string, ...command: readonly string[]): Promise<string>;
  /** Asks a pod's own server as the application. */
  keys(pod: string): Promise<string>;
  /** Sets keys one by one, through the master's Service, until the server goes away. */
  write(prefix: string): RedisWriter;
  /** Waits until a pod has so many keys; throws an Error with the last answer after so many seconds. */
  holds(pod: string, keys: number, seconds?: number): Promise<number>;
}

/** Writes under way. */
export interface RedisWriter {
  /** Number of writes acknowledged so far. */
  acknowledged(): number;
  /** Waits for so many acknowledged writes. */
  reach(count: number): Promise<void>;
  /** Ends the session; returns when each write was acknowledged, in milliseconds. */
  stop(): Promise<readonly number[]>;
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
        image: "docker.io/library/redis:7.2-bookworm",
        command: ["/bin/sleep", "infinity"],
        volumeMounts: [{ name: "credentials", mountPath: "/credentials", readOnly: true }],
      },
    ],
    volumes: [{ name: "credentials", secret: { secretName: "redis-credentials" } }],
  },
};

const connect = `REDISCLI_AUTH=$(</credentials/$0-password) exec stdbuf -oL redis-cli --user $0 -h "$@"`;

/** Starts an empty cluster with the client; the pods of Redis are created by the test. */
export async function startRedisCluster(
  spec: Redis,
  tree: Tree = redisTree(spec),
  credentials: Readonly<Record<string, string>> = oddPasswords,
  beside: Beside = {},
): Promise<RedisCluster> {
  const cluster = await startCluster(tree, new Map([["redis-credentials", credentials]]), [client], beside);
  await cluster.create(["client"]);
  await cluster.ready(["client"]);
  const send = async (user: string, host: string, ...command: readonly string[]) => {
    const words = ["/bin/bash", "-c", connect, user, host, ...command];
    const { stdout, stderr } = await cluster.pod("client").exec("client", words);
    return (stdout + stderr).trim();
  };
  const keys = (pod: string) => send("application", `${pod}.redis-nodes`, "dbsize");
  return {
    ...cluster,
    send,
    keys,
    write: (prefix) => startWriter(cluster, prefix),
    holds: async (pod, expected, seconds) => {
      let answer = "";
      const asExpected = async () => (answer = await keys(pod)) === String(expected);
      await until(() => `${pod}: expected ${expected} keys, got ${answer}`, asExpected, seconds);
      return expected;
    },
  };
}

function startWriter(cluster: Cluster, prefix: string): RedisWriter {
  const times: number[] = [];
  const words = ["/bin/bash", "-c", connect, "application", "redis-master-service"];
  const child = cluster.pod("client").container("client").start(words);
  let next = 0;
  const feed = () => child.stdin?.write(`SET ${prefix}${next++} ${"x".repeat(100)}\n`);
  const over = new Promise<void>((resolve) => child.once("close", () => resolve()));
  child.stdin?.on("error", () => {});
  child.stdout?.on("data", (data: Buffer) => {
    for (const line of data.toString().split("\n")) {
      if (line === "OK") {
        times.push(Date.now());
        feed();
      } else if (line !== "") child.kill();
    }
  });
  feed();
  const acknowledged = () => times.length;
  return {
    acknowledged,
    reach: (wanted) =>
      until(
        () => `the writer got only ${times.length} of ${wanted} writes`,
        () => times.length >= wanted,
      ),
    stop: async () => {
      child.stdin?.end();
      await over;
      return times;
    },
  };
}
