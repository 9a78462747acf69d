import { generateKeyPairSync, randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { createClient, type Client } from "./api/client.ts";
import { at } from "./api/object.ts";
import { call, type Connection } from "./api/request.ts";
import { limited } from "./limit.ts";
import { freePort } from "./processes/ports.ts";
import { whileAllRun, type Processes, type RunningProgram } from "./processes/processes.ts";
import { provideProgram } from "./tools/build.ts";
import { programs, type ProgramName } from "./tools/catalogue.ts";

/** A running API server with its etcd. */
export interface ControlPlane {
  readonly processes: Processes;
  readonly connection: Connection;
  /** Client with all rights. */
  readonly admin: Client;
  /** Path of a kubeconfig file with all rights, for programs. */
  readonly kubeconfig: string;
  /** The server's own word on its release, such as v1.37.2. */
  readonly version: string;
  /** Private key that signs service account tokens, PEM file. */
  readonly serviceAccountKey: string;
}

const silent = (): void => undefined;

/** Path of a program of the catalogue; builds it when it is nowhere. */
export async function programPath(name: ProgramName): Promise<string> {
  return await provideProgram(programs[name], silent);
}

/** Starts etcd and an API server of the catalogue and returns when the server is ready. */
export async function startControlPlane(
  processes: Processes,
  apiServer: "apiServer" | "oldestApiServer" = "apiServer",
): Promise<ControlPlane> {
  const etcd = await startEtcd(processes);
  const { folder } = processes;
  const token = randomBytes(24).toString("hex");
  const serviceAccountKey = join(folder, "service-account.key");
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  await writeFile(serviceAccountKey, privateKey.export({ type: "pkcs1", format: "pem" }));
  await writeFile(join(folder, "tokens.csv"), `${token},admin,admin,system:masters\n`);
  const port = await freePort();
  const certificates = join(folder, "apiserver");
  const running = await processes.start({
    name: "kube-apiserver",
    command: await programPath(apiServer),
    arguments: [
      `--etcd-servers=${etcd}`,
      "--bind-address=127.0.0.1",
      `--secure-port=${port}`,
      `--cert-dir=${certificates}`,
      `--token-auth-file=${join(folder, "tokens.csv")}`,
      "--service-cluster-ip-range=10.96.0.0/16",
      "--service-account-issuer=https://kubernetes.default.svc",
      `--service-account-signing-key-file=${serviceAccountKey}`,
      `--service-account-key-file=${serviceAccountKey}`,
      "--authorization-mode=RBAC",
      // Its own address would be the loopback one, which EndpointSlices refuse.
      "--endpoint-reconciler-type=none",
    ],
  });
  const authorityFile = join(certificates, "apiserver.crt");
  await whileRunning(running, () => existsSync(authorityFile));
  const connection = {
    server: `https://127.0.0.1:${port}`,
    authority: await readFile(authorityFile, "utf8"),
    token,
  };
  await whileRunning(running, async () => await isReady(connection));
  const { body } = await call(connection, { method: "GET", path: "/version" });
  const kubeconfig = await writeKubeconfig(join(folder, "kubeconfig"), connection, authorityFile);
  const version = String(at(body, "gitVersion"));
  return { processes, connection, admin: createClient(connection), kubeconfig, version, serviceAccountKey };
}

async function startEtcd(processes: Processes): Promise<string> {
  const client = `http://127.0.0.1:${await freePort()}`;
  const peer = `http://127.0.0.1:${await freePort()}`;
  await processes.start({
    name: "etcd",
    command: await programPath("etcd"),
    arguments: [
      `--data-dir=${join(processes.folder, "etcd")}`,
      `--listen-client-urls=${client}`,
      `--advertise-client-urls=${client}`,
      `--listen-peer-urls=${peer}`,
      `--initial-advertise-peer-urls=${peer}`,
      `--initial-cluster=default=${peer}`,
      // The data lives as long as the test: what a power cut would lose does not matter.
      "--unsafe-no-fsync",
    ],
  });
  return client;
}

/** Looks again until the condition holds. Throws with the end of the log when the program ends first. */
async function whileRunning(
  program: RunningProgram,
  condition: () => boolean | Promise<boolean>,
): Promise<void> {
  const waiting = new AbortController();
  const holds = async (): Promise<void> => {
    while (!waiting.signal.aborted && !(await condition())) await delay(50);
  };
  try {
    await limited({ what: `${program.name} to be ready` }, whileAllRun([program], holds()));
  } finally {
    waiting.abort();
  }
}

async function isReady(connection: Connection): Promise<boolean> {
  return await call(connection, { method: "GET", path: "/readyz" }).then(
    ({ status }) => status === 200,
    () => false,
  );
}

async function writeKubeconfig(
  path: string,
  { server, token }: Connection,
  authorityFile: string,
): Promise<string> {
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "test", cluster: { server, "certificate-authority": authorityFile } }],
    users: [{ name: "admin", user: { token } }],
    contexts: [{ name: "test", context: { cluster: "test", user: "admin" } }],
    "current-context": "test",
  };
  await writeFile(path, JSON.stringify(config));
  return path;
}
