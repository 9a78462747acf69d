import { testRule } from "../../test/rule-cases.ts";
import { expect, test } from "vitest";
import { changed, manifestOf, tree } from "../../test/trees.ts";
import { sizeLimits } from "./size-limits.ts";

const deployment = "Deployment/apg-cash-management";

testRule(sizeLimits);

test.for([
  ['metadata.labels["x"]', "x".repeat(63), 0],
  ['metadata.labels["x"]', "x".repeat(64), 1],
  ['metadata.labels["x"]', "not a label", 1],
  ['spec.template.metadata.labels["x"]', "-", 1],
  ['metadata.labels["not a key"]', "x", 1],
  ['metadata.annotations["x"]', "é".repeat(131_072), 1],
  ['metadata.annotations["x"]', "x".repeat(200_000), 0],
] as const)("%s of this length is judged by bytes (%#)", ([path, value, findings]) => {
  const found = [...sizeLimits.check(changed(tree(), deployment, path, value))];
  expect(found).toHaveLength(findings);
  for (const finding of found) expect(path.startsWith(finding.path)).toBe(true);
});

test("a ConfigMap above 1 MiB is reported, one of 1 MiB is not", () => {
  const path = "data";
  const size = (bytes: number): number =>
    [...sizeLimits.check(changed(tree(), "ConfigMap/redis-scripts", path, { x: "y".repeat(bytes - 1) }))]
      .length;
  expect([size(2 ** 20), size(2 ** 20 + 1)]).toStrictEqual([0, 1]);
});

test.for([
  ["Service", 63],
  ["CronJob", 52],
  ["ConfigMap", 253],
] as const)("the name of a %s has at most %i characters", ([kind, limit]) => {
  const named = (name: string): number =>
    [...sizeLimits.check([manifestOf({ apiVersion: "v1", kind, metadata: { name } })])].length;
  expect([named("a".repeat(limit)), named("a".repeat(limit + 1)), named("Upper")]).toStrictEqual([0, 1, 1]);
});
