import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { $ } from "zx";
import type { JsonObject } from "../../../src/kubernetes/manifest.ts";
import { readFiles } from "../../../src/output/disk.ts";
import { programPath } from "../control-plane.ts";
import { repositoryRoot } from "../tree.ts";

const settings = join(repositoryRoot, "install/argocd/argocd-cm.yaml");
const notifications = join(repositoryRoot, "install/argocd/argocd-notifications-cm.yaml");

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "argocd-settings-"));
  // The command line asks for a cluster that it never calls.
  const cluster = { clusters: [{ name: "c", cluster: { server: "http://127.0.0.1:9" } }] };
  const context = { contexts: [{ name: "c", context: { cluster: "c", user: "c", namespace: "argocd" } }] };
  const kubeconfig = {
    apiVersion: "v1",
    kind: "Config",
    ...cluster,
    users: [{ name: "c", user: {} }],
    ...context,
    "current-context": "c",
  };
  await writeFile(join(folder, "kubeconfig"), stringify(kubeconfig));
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs Argo CD's own command line; returns what it prints on standard output. */
async function argocd(object: JsonObject, ...args: readonly string[]): Promise<string> {
  const file = join(folder, "object.yaml");
  await writeFile(file, stringify(object));
  const environment = {
    ...process.env,
    ARGOCD_BINARY_NAME: "argocd",
    KUBECONFIG: join(folder, "kubeconfig"),
  };
  const run = $({ cwd: folder, quiet: true, nothrow: true, env: environment });
  const { stdall } =
    await run`${await programPath("argocd")} admin ${args.map((arg) => (arg === "OBJECT" ? file : arg))}`;
  return stdall;
}

async function health(object: JsonObject): Promise<string> {
  const found = await argocd(
    object,
    "settings",
    "resource-overrides",
    "health",
    "OBJECT",
    "--argocd-cm-path",
    settings,
  );
  return /^STATUS: (.*)$/m.exec(found)?.[1] ?? (found.includes("not configured") ? "none" : found);
}

function application(status: JsonObject): JsonObject {
  return {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "Application",
    metadata: { name: "apg-cash-management-staging", namespace: "argocd" },
    spec: { source: { repoURL: "https://github.com/datacraft/apg.git" } },
    status,
  };
}

test.for([
  [{}, "Progressing"],
  [{ health: {} }, "Progressing"],
  [{ health: { status: "Healthy" } }, "Healthy"],
  [{ health: { status: "Degraded", message: "x" } }, "Degraded"],
] as const)(
  "an Application whose own status is %j counts as %s, so that waves order Applications",
  async ([status, expected]) => {
    expect(await health(application(status))).toBe(expected);
  },
);

test.for([
  ["never ran", {}],
  ["failed", { lastScheduleTime: "2026-11-23T02:00:00Z", lastSuccessfulTime: "2026-11-22T02:00:00Z" }],
  ["never succeeded", { lastScheduleTime: "2026-11-23T02:00:00Z" }],
  ["runs", { lastScheduleTime: "2026-11-23T02:00:00Z", active: [{ name: "x" }] }],
] as const)("a CronJob that %s stops no sync", async ([, status]) => {
  expect(
    await health({ apiVersion: "batch/v1", kind: "CronJob", metadata: { name: "x" }, spec: {}, status }),
  ).toBe("Healthy");
});

test("every other kind in the trees has a health check in Argo CD, or no status that one could read", async () => {
  const files = await readFiles(repositoryRoot, ["rendered"]);
  const kinds = new Map(
    [...files.values()].map((text): [string, JsonObject] => {
      const { apiVersion, kind }: { readonly apiVersion: string; readonly kind: string } = parse(text);
      return [`${apiVersion} ${kind}`, { apiVersion, kind, metadata: { name: "x" }, spec: {}, status: {} }];
    }),
  );
  const custom = [...kinds].filter(
    ([name]) => /^[^ ]*\.[^ ]*\/|^batch/.test(name) && !/k8s\.io|kustomize/.test(name),
  );
  const without: string[] = [];
  for (const [name, object] of custom) if ((await health(object)) === "none") without.push(name);
  expect(without.toSorted()).toEqual([
    "generators.external-secrets.io/v1alpha1 Password",
    "monitoring.coreos.com/v1 PrometheusRule",
    "monitoring.coreos.com/v1 ServiceMonitor",
    "traefik.io/v1alpha1 Middleware",
    "traefik.io/v1alpha1 ServersTransport",
    "traefik.io/v1alpha1 TLSOption",
  ]);
});

const revision = "0123456789012345678901234567890123456789";
const synced = { status: "Synced", revision } as const;
const healthy = { status: "Healthy", lastTransitionTime: "2026-11-23T10:00:00Z" } as const;
const succeeded = {
  phase: "Succeeded",
  finishedAt: "2026-11-23T10:00:00Z",
  syncResult: { revision },
} as const;

test.for([
  ["on-deployed", { sync: synced, health: healthy, operationState: succeeded }, true],
  ["on-deployed", { sync: synced, health: { status: "Progressing" }, operationState: succeeded }, false],
  [
    "on-deployed",
    { sync: { ...synced, status: "OutOfSync" }, health: healthy, operationState: succeeded },
    false,
  ],
  ["on-deployed", { sync: synced, health: healthy }, false],
  [
    "on-sync-failed",
    { sync: synced, health: healthy, operationState: { ...succeeded, phase: "Failed" } },
    true,
  ],
  ["on-sync-failed", { sync: synced, health: healthy, operationState: succeeded }, false],
  ["on-health-degraded", { sync: synced, health: { ...healthy, status: "Degraded" } }, true],
  ["on-health-degraded", { sync: synced, health: healthy }, false],
  ["on-out-of-sync", { sync: { ...synced, status: "OutOfSync" }, health: healthy }, true],
  ["on-out-of-sync", { sync: synced, health: healthy }, false],
] as const)("%s for %j is %s", async ([trigger, status, expected]) => {
  const { config } = await configuration("http://127.0.0.1:9");
  const answer = await argocd(
    application(status),
    "notifications",
    "trigger",
    "run",
    trigger,
    "OBJECT",
    ...config,
  );
  expect(answer).toMatch(expected ? /^ *\S+.*\btrue\b/m : /^ *\S+.*\bfalse\b/m);
});

test.for([
  ["app-deployed", "success", { sync: synced, health: healthy, operationState: succeeded }],
  [
    "app-sync-failed",
    "failure",
    { sync: synced, health: healthy, operationState: { ...succeeded, phase: "Failed" } },
  ],
  [
    "app-degraded",
    "error",
    { sync: synced, health: { ...healthy, status: "Degraded" }, operationState: succeeded },
  ],
] as const)("%s becomes the deployment status %s of the environment", async ([template, state, status]) => {
  const calls = await sent(template, status);
  expect(calls).toContainEqual(
    expect.objectContaining({
      path: expect.stringMatching(/\/deployments$/),
      body: expect.objectContaining({ environment: "staging", ref: revision }),
    }),
  );
  expect(calls).toContainEqual(
    expect.objectContaining({
      path: expect.stringMatching(/\/deployments\/1\/statuses$/),
      body: expect.objectContaining({ state, environment: "staging" }),
    }),
  );
});

test("being out of sync is a pending commit status, which a deployment turns to success", async () => {
  const pending = await sent("app-out-of-sync", {
    sync: { ...synced, status: "OutOfSync" },
    health: healthy,
  });
  expect(pending).toContainEqual(
    expect.objectContaining({
      path: expect.stringMatching(new RegExp(`/statuses/${revision}$`)),
      body: expect.objectContaining({ state: "pending", context: "argocd/staging" }),
    }),
  );
  const done = await sent("app-deployed", { sync: synced, health: healthy, operationState: succeeded });
  expect(done).toContainEqual(
    expect.objectContaining({
      body: expect.objectContaining({ state: "success", context: "argocd/staging" }),
    }),
  );
});

/** Sends a notification to a server in GitHub's place; returns the calls that wrote something. */
async function sent(template: string, status: JsonObject): Promise<{ path: string; body: unknown }[]> {
  const calls: { path: string; body: unknown }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const path = request.url ?? "";
      if (path.includes("access_tokens"))
        response.writeHead(201).end(JSON.stringify({ token: "x", expires_at: "2999-01-01T00:00:00Z" }));
      else if (request.method === "GET") response.writeHead(200).end("[]");
      else {
        calls.push({ path, body: JSON.parse(Buffer.concat(chunks).toString("utf8")) });
        response.writeHead(201).end(JSON.stringify({ id: 1 }));
      }
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  const { config } = await configuration(`http://127.0.0.1:${address.port}`);
  const log = await argocd(
    application(status),
    "notifications",
    "template",
    "notify",
    template,
    "OBJECT",
    "--recipient",
    "github:",
    ...config,
  );
  server.close();
  if (calls.length === 0) throw new Error(log);
  return calls;
}

/** The committed settings with another address than GitHub's, and a Secret with a key that is made here. */
async function configuration(address: string): Promise<{ config: readonly string[] }> {
  const map = parse(readFileSync(notifications, "utf8"));
  map.data["service.github"] += `enterpriseBaseURL: ${address}\n`;
  const { privateKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    privateKeyEncoding: { type: "pkcs1", format: "pem" },
    publicKeyEncoding: { type: "pkcs1", format: "pem" },
  });
  const stringData = { "github-appID": "1", "github-installationID": "2", "github-privateKey": privateKey };
  const secret = {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "argocd-notifications-secret" },
    stringData,
  };
  await writeFile(join(folder, "config-map.yaml"), stringify(map));
  await writeFile(join(folder, "secret.yaml"), stringify(secret));
  return {
    config: ["--config-map", join(folder, "config-map.yaml"), "--secret", join(folder, "secret.yaml")],
  };
}
