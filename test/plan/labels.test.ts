import { expect, test } from "vitest";
import { configMap, deployment } from "./fixtures.ts";
import { effectOn, planObjects } from "./trees.ts";

test.for([
  ["x".repeat(63), "live"],
  ["x".repeat(64), "refused"],
  ["", "live"],
  ["not/allowed", "refused"],
  ["-leading", "refused"],
  ["1.4.0_rc-1", "live"],
] as const)("a label's value %s is %s", ([value, verb]) => {
  const head = configMap("settings", {}, { metadata: { labels: { "example.com/a": value } } });
  const plan = planObjects([configMap("settings", {})], [head]);
  expect(effectOn(plan, "ConfigMap", "settings")?.verb).toBe(verb);
});

test("a pod's label is held to the same rule", () => {
  const head = deployment({
    spec: { template: { metadata: { labels: { "example.com/a": "x".repeat(64) } } } },
  });
  const effect = effectOn(planObjects([deployment()], [head]), "Deployment", "web");
  expect(effect?.verb).toBe("refused");
  expect(effect?.cause).toContain("must be no more than 63");
});
