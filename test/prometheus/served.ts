import { metricsIn } from "./expression.ts";
import { type Inventory, inventory } from "./inventory.ts";
import type { RuleGroup } from "./rendered.ts";

/** What the operator adds to every series of a ServiceMonitor's target, and the pods' label asked for. */
export const targetLabels: readonly string[] = [
  "namespace",
  "pod",
  "container",
  "service",
  "job",
  "endpoint",
  "instance",
  "role",
];

/** Returns all metrics that exist: those of the lists, and those that rules record. */
export function servedMetrics(groups: readonly RuleGroup[]): Inventory {
  const records = groups.flatMap(({ rules }) => rules.map(({ body }) => body["record"]));
  const recorded = records.flatMap((name) =>
    typeof name === "string" ? [[name, new Set<string>()] as const] : [],
  );
  return new Map([...inventory(), ...recorded]);
}

/** Returns what an expression asks for and nobody serves: metrics, and labels as metric{label}. */
export function unserved(expression: string, served: Inventory): readonly string[] {
  return metricsIn(expression).flatMap(({ metric, labels }) => {
    const own = served.get(metric);
    if (own === undefined) return metric;
    return labels.filter((label) => !hasLabel(own, label)).map((label) => `${metric}{${label}}`);
  });
}

/** Where a metric has a label of the target's name itself, Prometheus keeps it as exported_. */
function hasLabel(own: ReadonlySet<string>, label: string): boolean {
  const exported = /^exported_(?<name>\w+)$/.exec(label)?.groups?.["name"];
  if (exported !== undefined) return own.has(exported) && targetLabels.includes(exported);
  return own.has(label) || targetLabels.includes(label);
}
