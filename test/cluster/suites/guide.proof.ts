import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { applied, type Client } from "../api/client.ts";
import { at, conditionMessage, toObject, type KubernetesObject } from "../api/object.ts";
import { startControlPlane } from "../control-plane.ts";
import { startControllers } from "../controllers.ts";
import { startNodes } from "../nodes.ts";
import { startProcesses, type Processes } from "../processes/processes.ts";

const namespace = "apg-cash-management";

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
    zones: ["a", "b", "c"],
    labels: {},
    taints: [],
  });
  await applied(admin, toObject(await fixture("namespace.yaml")));
  await applied(admin, toObject(await fixture("quota.yaml")));
  await untilCpuUsed("0");
  workloads = workloadSettings.parse(await fixture("workloads.yaml"));
});

afterAll(async () => await processes.stop());

test("the guide's Secrets are refused: their placeholders are not base64", async () => {
  const { refusal } = await admin.apply(toObject(await fixture("secret-placeholder.yaml")));
  expect(refusal).toContain("illegal base64 data at input byte 0");
});

test("the guide's quota refuses the 20th application pod beside the Redis master alone", async () => {
  await settle(["redis-master"]);
  await untilCpuUsed("1");
  const message = await scaleToTheEnd();
  expect(message).toMatch(
    /exceeded quota: apg-cash-management-quota, requested: limits\.cpu=2,.* used: limits\.cpu=39,.* limited: limits\.cpu=40/u,
  );
  expect(await applicationPods()).toBe(19);
});

test("beside the guide's whole data tier no more than 15 of the autoscaler's 20 application pods are admitted", async () => {
  await admin.delete({ apiVersion: "apps/v1", kind: "Deployment", name: "apg-cash-management", namespace });
  await admin.untilNone("v1", "Pod", namespace, "app=apg-cash-management");
  await settle(["postgres-primary", "postgres-replica", "redis-replica"]);
  await untilCpuUsed("10");
  expect(await scaleToTheEnd()).toMatch(
    /exceeded quota: apg-cash-management-quota, requested: limits\.cpu=2,.* used: limits\.cpu=40,/u,
  );
  expect(await applicationPods()).toBe(15);
});

async function fixture(name: string): Promise<unknown> {
  return parse(await readFile(new URL(`../fixtures/guide/${name}`, import.meta.url), "utf8"));
}

/** Applies the workloads named and waits until all their pods are ready. */
async function settle(names: readonly string[]): Promise<void> {
  for (const settings of workloads.filter(({ name }) => names.includes(name))) {
    await applied(admin, workload(settings));
    const reference = { apiVersion: "apps/v1", kind: settings.kind, name: settings.name, namespace };
    await admin.until(reference, (found) => at(found, "status", "readyReplicas") === settings.replicas);
  }
}

/** Waits for the quota's controller: it counts some time after pods came or went, and admits by its last count. */
async function untilCpuUsed(cpu: string): Promise<void> {
  const quota = { apiVersion: "v1", kind: "ResourceQuota", name: "apg-cash-management-quota", namespace };
  await admin.until(quota, (found) => at(found, "status", "used", "limits.cpu") === cpu);
}

/** Applies the application and returns why its last pod was refused. */
async function scaleToTheEnd(): Promise<string> {
  const application = workloads.find(({ kind }) => kind === "Deployment");
  if (application === undefined) throw new Error("no Deployment among the guide's workloads");
  await applied(admin, workload(application));
  const refused = await admin.until(
    { apiVersion: "apps/v1", kind: "Deployment", name: application.name, namespace },
    (found) =>
      conditionMessage(found, "ReplicaFailure") !== undefined &&
      at(found, "status", "readyReplicas") === at(found, "status", "replicas"),
  );
  return conditionMessage(refused, "ReplicaFailure") ?? "";
}

async function applicationPods(): Promise<number> {
  const pods = await admin.list("v1", "Pod", namespace);
  return pods.filter(({ metadata }) => metadata.labels?.["app"] === "apg-cash-management").length;
}

function workload({ kind, name, replicas, requests, limits }: WorkloadSettings): KubernetesObject {
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
