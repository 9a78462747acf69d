import { expect, test } from "vitest";
import type { JsonObject } from "../../src/kubernetes/manifest.ts";
import { database } from "./fixtures.ts";
import { effectOn, planObjects } from "./trees.ts";

const onDelete = database({ spec: { updateStrategy: { type: "OnDelete" } } });

// What test/cluster/reality found on 1.37.2: the server fills rollingUpdate in only where it fills in the type, too, and
// only then it is in the way of OnDelete.
test.for<[string, JsonObject, string]>([
  ["written out without rollingUpdate", { type: "RollingUpdate" }, "live"],
  ["left to the server", {}, "refused"],
])("OnDelete over a strategy that is %s is as the server has it", ([, updateStrategy, verb]) => {
  const plan = planObjects([database({ spec: { updateStrategy } })], [onDelete]);
  expect(effectOn(plan, "StatefulSet", "postgres-primary")?.verb).toBe(verb);
});
