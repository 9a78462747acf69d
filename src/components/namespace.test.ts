import { expect, test } from "vitest";
import { only } from "../../test/application-specs.ts";
import { guideFixture } from "../../test/guide.ts";
import { asArray, asObject, type JsonObject } from "../kubernetes/manifest.ts";
import { parseQuantity } from "../kubernetes/quantity.ts";
import { containerLimits, namespace } from "./namespace.ts";
import { quota } from "./quota.ts";

const hard = quota({ objects: [], defaults: containerLimits });
const models = namespace({
  name: "apg-cash-management",
  environment: "production",
  kubernetesMinor: 35,
  limits: containerLimits,
  quota: hard,
  outside: { dns: [], egress: [] },
});

test("the namespace has the guide's labels and description, and is never pruned", () => {
  const { labels, annotations } = asObject(only(models, "Namespace")["metadata"]);
  expect(labels).toMatchObject({
    name: "apg-cash-management",
    environment: "production",
    component: "financial-services",
  });
  expect(annotations).toMatchObject({
    description: "APG Cash Management System - Production Environment",
    "argocd.argoproj.io/sync-options": "Prune=false,Delete=false",
  });
});

test("the namespace enforces the standard `restricted` of the cluster's own minor; the guide's has none (K22)", () => {
  expect(podSecurity(only(models, "Namespace"))).toEqual({
    "pod-security.kubernetes.io/enforce": "restricted",
    "pod-security.kubernetes.io/enforce-version": "v1.35",
    "pod-security.kubernetes.io/audit": "restricted",
    "pod-security.kubernetes.io/audit-version": "v1.35",
    "pod-security.kubernetes.io/warn": "restricted",
    "pod-security.kubernetes.io/warn-version": "v1.35",
  });
  expect(podSecurity(guideFixture("K22-namespace"))).toEqual({});
});

test("cert-manager's solver pods are admitted; the guide's minimum refuses them", () => {
  expect(admitsSolver(only(models, "LimitRange"))).toBe(true);
  expect(admitsSolver(guideFixture("K1-limit-range"))).toBe(false);
});

test("the guide's other bounds of a container stay", () => {
  const [bounds] = asArray(asObject(only(models, "LimitRange")["spec"])["limits"]);
  expect(bounds).toMatchObject({
    type: "Container",
    default: { cpu: "1", memory: "2Gi" },
    defaultRequest: { cpu: "500m", memory: "1Gi" },
    max: { cpu: "4", memory: "8Gi" },
  });
});

test("the quota is the one that was derived", () => {
  expect(only(models, "ResourceQuota")).toMatchObject({
    metadata: { name: "apg-cash-management-quota" },
    spec: { hard },
  });
});

function podSecurity(body: JsonObject): JsonObject {
  const labels = Object.entries(asObject(asObject(body["metadata"])["labels"]));
  return Object.fromEntries(labels.filter(([name]) => name.startsWith("pod-security.kubernetes.io/")));
}

// cert-manager's defaults: --acme-http01-solver-resource-request-cpu 10m, …-memory 64Mi.
function admitsSolver(body: JsonObject): boolean {
  const [bounds] = asArray(asObject(body["spec"])["limits"]).map(asObject);
  const { cpu, memory } = asObject(bounds?.["min"]);
  return amount(cpu) <= parseQuantity("10m") && amount(memory) <= parseQuantity("64Mi");
}

function amount(value: JsonObject[string] | undefined): number {
  return parseQuantity(typeof value === "string" ? value : "");
}
