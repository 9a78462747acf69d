import { expect, test } from "vitest";
import { groupingLabelsIn, metricsIn } from "./expression.ts";
import { inventory, inventoryFiles } from "./inventory.ts";
import { renderedGroups } from "./rendered.ts";
import { servedMetrics, targetLabels, unserved } from "./served.ts";

const served = servedMetrics(renderedGroups());
const rules = renderedGroups().flatMap((group) => group.rules);

test("every metric and label that a rule asks for is served by the versions in use", () => {
  expect(rules.flatMap(({ expr }) => unserved(expr, served))).toEqual([]);
});

test("every label that a rule groups or joins by is one of a metric it reads, or of the target", () => {
  const unknown = rules.flatMap(({ expr }) => {
    const own = metricsIn(expr).flatMap(({ metric }) => [...(served.get(metric) ?? [])]);
    return groupingLabelsIn(expr).filter((label) => !own.includes(label) && !targetLabels.includes(label));
  });
  expect(unknown).toEqual([]);
});

test("a rule on a metric that the exporter has renamed is found", () => {
  // The alert of the exporter's own collection of rules that can never fire.
  expect(unserved("pg_replication_lag > 30", served)).toEqual(["pg_replication_lag"]);
  expect(unserved('pg_replication_slot_slot_is_active{slot_name="a"} == 0', served)).toEqual([
    "pg_replication_slot_slot_is_active",
  ]);
});

test("a rule on a label that the metric does not have is found", () => {
  expect(unserved('sum by (pod) (pg_stat_activity_count{database="a"})', served)).toEqual([
    "pg_stat_activity_count{database}",
  ]);
  expect(unserved('redis_instance_info{exported_version="7"}', served)).toEqual([
    "redis_instance_info{exported_version}",
  ]);
});

test("a rule's role of a Redis server is the one that the server states, not the one that its pod is labelled with", () => {
  const roles = rules.flatMap(({ expr }) =>
    metricsIn(expr)
      .filter(({ metric }) => metric === "redis_instance_info")
      .flatMap(({ labels }) => labels),
  );
  expect(roles).toContain("exported_role");
  expect(roles).not.toContain("role");
});

test("a list of metrics from which no rule asks anything is none", () => {
  const asked = new Set(rules.flatMap(({ expr }) => metricsIn(expr).map(({ metric }) => metric)));
  const unused = inventoryFiles().filter((file) =>
    [...inventory([file]).keys()].every((metric) => !asked.has(metric)),
  );
  expect(unused).toEqual([]);
});

test("functions, durations, numbers and strings of an expression are no metrics", () => {
  const expression =
    'histogram_quantile(0.95, sum by (namespace, le) (rate(a_bucket{x="b{c}",le=~"1|1[.]0"}[5m]))) >= 1e9 and on (pod) c offset 1h';
  expect(metricsIn(expression)).toEqual([
    { metric: "a_bucket", labels: ["x", "le"] },
    { metric: "c", labels: [] },
  ]);
  expect(groupingLabelsIn(expression)).toEqual(["namespace", "le", "pod"]);
});
