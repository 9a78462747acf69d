import { testRule } from "../../test/rule-cases.ts";
import { expect, test } from "vitest";
import type { Json, JsonObject } from "../kubernetes/manifest.ts";
import { guideFixture } from "../../test/guide.ts";
import { changed, manifestOf, tree, without } from "../../test/trees.ts";
import type { Finding } from "./rule.ts";
import { capacity } from "./capacity.ts";

const quota = "ResourceQuota/apg-cash-management-quota";
const deployment = "Deployment/apg-cash-management";
const errors = (manifests: Parameters<typeof capacity.check>[0]): readonly Finding[] =>
  [...capacity.check(manifests)].filter(({ severity }) => severity !== "warning");

test("the rendered quota admits the largest state, by a sum of its own", () => {
  expect(errors(tree())).toStrictEqual([]);
});

test.for([
  "pods",
  "requests.cpu",
  "requests.memory",
  "limits.cpu",
  "limits.memory",
  "limits.ephemeral-storage",
  "persistentvolumeclaims",
  "requests.storage",
  "services",
  "secrets",
  "configmaps",
])("a quota of half the %s is reported", (resource) => {
  const hard = tree().find(({ kind }) => kind === "ResourceQuota")?.body["spec"];
  const allowed = JSON.stringify(hard).match(
    new RegExp(`"${resource.replaceAll(".", "\\.")}":"(\\d+)([A-Za-z]*)"`),
  );
  const half = `${Math.floor(Number(allowed?.[1]) / 2)}${allowed?.[2] ?? ""}`;
  const found = errors(changed(tree(), quota, `spec.hard["${resource}"]`, half));
  expect(found.map(({ path }) => path)).toStrictEqual([`spec.hard["${resource}"]`]);
});

test.for<readonly [string, string, Json]>([
  ["HorizontalPodAutoscaler/apg-cash-management-hpa", "spec.maxReplicas", 25],
  [deployment, "spec.strategy.rollingUpdate.maxSurge", 6],
  [deployment, "spec.strategy.rollingUpdate.maxSurge", "25%"],
  ["StatefulSet/postgres-replica", "spec.replicas", 3],
])("%s with %s %j no longer fits, and the finding shows the sum", ([object, path, value]) => {
  const [found] = errors(changed(tree(), object, path, value));
  expect(found?.message).toMatch(
    /the largest permitted state needs [^\n]+:\n(?: {4} *\S+ {2}\d+ × [^\n]+\n)+/,
  );
});

test("a sidecar counts beside the containers, an init container only where it needs more", () => {
  const path = "spec.template.spec.initContainers";
  expect(errors(changed(tree(), deployment, path, [init("small", "100m", {})]))).toStrictEqual([]);
  const sidecar = errors(
    changed(tree(), deployment, path, [init("side", "100m", { restartPolicy: "Always" })]),
  );
  expect(sidecar.map((found) => found.path)).toContain('spec.hard["requests.cpu"]');
  const large = errors(changed(tree(), deployment, path, [init("large", "3", {})]));
  expect(large.map((found) => found.path)).toContain('spec.hard["limits.cpu"]');
});

test("what a shortage only delays is one warning that names the grace period", () => {
  const warnings = [...capacity.check(tree())].filter(({ severity }) => severity === "warning");
  expect(warnings).toHaveLength(1);
  expect(warnings[0]?.message).toContain("for up to 85 s: ");
  expect(warnings[0]?.message).toContain("pods 63 of 43");
});

test.for([undefined, "Allow"])("a CronJob whose runs may overlap (%s) has no largest state", (policy) => {
  const overlapping = changed(tree(), "CronJob/postgres-base-backup", "spec.concurrencyPolicy", policy);
  expect(errors(overlapping).map(({ manifest, path }) => [manifest.name, path])).toStrictEqual([
    ["postgres-base-backup", "spec.concurrencyPolicy"],
  ]);
});

test("the guide's quota refuses its own twenty pods and their data tier (K1)", () => {
  const own = without(tree(), quota);
  const found = errors([...own, manifestOf(guideFixture("K1-quota"))]).map(({ path }) => path);
  expect(found).toContain('spec.hard["requests.cpu"]');
  expect(found).toContain('spec.hard["limits.memory"]');
});

function init(name: string, cpu: string, extra: JsonObject): Json {
  return { name, resources: { requests: { cpu }, limits: { cpu } }, ...extra };
}

testRule(capacity);
