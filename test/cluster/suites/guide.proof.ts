import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { applied, type Client } from "../api/client.ts";
import { at, conditionMessage, toObject, type KubernetesObject } from "../api/object.ts";
import { startControlPlane } from "../control-plane.ts";
import { startControllers } from "../controllers.ts";
import { startNodes } from "../nodes.ts";
import { record } from "../record.ts";
import { kubernetes } from "../tools/catalogue.ts";
import { startProcesses, type Processes } from "../processes/processes.ts";

const resources = z.record(z.string(), z.string());
const workloadSettings = z.array(
  z.object({
    kind: z.enum(["StatefulSet", "Deployment"]),
    name: z.string(),
    replicas: z.number(),
    requests: resources,
    limits: resources,
  }),
);
type WorkloadSettings = z.infer<typeof workloadSettings>[number];

let processes: Processes;
let admin: Client;
let workloads: readonly WorkloadSettings[];

beforeAll(async () => {
  processes = await startProcesses();
  const controlPlane = await startControlPlane(processes);
  admin = controlPlane.admin;
  await startControllers(controlPlane);
  await startNodes(controlPlane, {
    count: 6,
    cpu: 16,
    memory: "64Gi",
    ephemeralStorage: "500Gi",
    zones: ["a", "b", "c"],
    labels: {},
    taints: [],
  });
  workloads = workloadSettings.parse(await fixture("workloads.yaml"));
});

afterAll(async () => await processes.stop());

test("the guide's Secrets are refused: their placeholders are not base64", async () => {
  const secret = toObject(await fixture("secret-placeholder.yaml"));
  await applied(admin, { apiVersion: "v1", kind: "Namespace", metadata: { name: "apg-cash-management" } });
  expect((await admin.apply(secret)).refusal).toContain("illegal base64 data at input byte 0");
  await prove("the guide's Secrets are refused: their placeholders are not base64", "1 object", "none");
});

test("the guide's quota refuses the 20th application pod beside the Redis master alone", async () => {
  const namespace = await namespaceWithQuota("master-alone");
  await settle(namespace, ["redis-master"], "1");
  expect(await scaleToTheEnd(namespace)).toMatch(
    /exceeded quota: apg-cash-management-quota, requested: limits\.cpu=2,.* used: limits\.cpu=39,.* limited: limits\.cpu=40/u,
  );
  expect(await applicationPods(namespace)).toBe(19);
  await prove(
    "the guide's quota refuses the 20th application pod beside the Redis master alone",
    "19 of 20 pods",
    "KWOK",
  );
});

test("beside the guide's whole data tier no more than 15 of the autoscaler's 20 application pods are admitted", async () => {
  const namespace = await namespaceWithQuota("whole-data-tier");
  await settle(namespace, ["postgres-primary", "postgres-replica", "redis-master", "redis-replica"], "10");
  expect(await scaleToTheEnd(namespace)).toMatch(
    /exceeded quota: apg-cash-management-quota, requested: limits\.cpu=2,.* used: limits\.cpu=40,/u,
  );
  expect(await applicationPods(namespace)).toBe(15);
  await prove(
    "the guide's quota admits 15 of the autoscaler's 20 application pods beside the whole data tier",
    "15 of 20 pods",
    "KWOK",
  );
});

async function fixture(name: string): Promise<unknown> {
  return parse(await readFile(new URL(`../fixtures/guide/${name}`, import.meta.url), "utf8"));
}

/**
 * Makes a namespace with the guide's quota. Each test has its own: after pods went, the quota's controller counts anew
 * some time later and may miss those that came meanwhile.
 */
async function namespaceWithQuota(name: string): Promise<string> {
  await applied(admin, { apiVersion: "v1", kind: "Namespace", metadata: { name } });
  const quota = toObject(await fixture("quota.yaml"));
  await applied(admin, { ...quota, metadata: { ...quota.metadata, namespace: name } });
  await untilCpuUsed(name, "0");
  return name;
}

/** Applies the workloads named and waits until all their pods are ready and counted. */
async function settle(namespace: string, names: readonly string[], cpu: string): Promise<void> {
  for (const settings of workloads.filter(({ name }) => names.includes(name))) {
    await applied(admin, workload(namespace, settings));
    const reference = { apiVersion: "apps/v1", kind: settings.kind, name: settings.name, namespace };
    await admin.until(reference, (found) => at(found, "status", "readyReplicas") === settings.replicas);
  }
  await untilCpuUsed(namespace, cpu);
}

async function untilCpuUsed(namespace: string, cpu: string): Promise<void> {
  const quota = { apiVersion: "v1", kind: "ResourceQuota", name: "apg-cash-management-quota", namespace };
  await admin.until(quota, (found) => at(found, "status", "used", "limits.cpu") === cpu);
}

/** Applies the application and returns why its last pod was refused. */
async function scaleToTheEnd(namespace: string): Promise<string> {
  const application = workloads.find(({ kind }) => kind === "Deployment");
  if (application === undefined) throw new Error("no Deployment among the guide's workloads");
  await applied(admin, workload(namespace, application));
  const refused = await admin.until(
    { apiVersion: "apps/v1", kind: "Deployment", name: application.name, namespace },
    (found) =>
      conditionMessage(found, "ReplicaFailure") !== undefined &&
      at(found, "status", "readyReplicas") === at(found, "status", "replicas"),
  );
  return conditionMessage(refused, "ReplicaFailure") ?? "";
}

async function applicationPods(namespace: string): Promise<number> {
  const pods = await admin.list("v1", "Pod", namespace);
  return pods.filter(({ metadata }) => metadata.labels?.["app"] === "apg-cash-management").length;
}

async function prove(claim: string, count: string, pods: "none" | "KWOK"): Promise<void> {
  await record({
    claim: `counter-test: ${claim}`,
    against: [`Kubernetes v${kubernetes.newest}`],
    count,
    pods,
  });
}

function workload(
  namespace: string,
  { kind, name, replicas, requests, limits }: WorkloadSettings,
): KubernetesObject {
  const labels = { app: name };
  const container = { name, image: `registry.example.com/${name}:1`, resources: { requests, limits } };
  return {
    apiVersion: "apps/v1",
    kind,
    metadata: { name, namespace },
    spec: {
      replicas,
      ...(kind === "StatefulSet" ? { serviceName: name } : {}),
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { terminationGracePeriodSeconds: 0, containers: [container] } },
    },
  };
}
