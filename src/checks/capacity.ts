import type { Manifest } from "../kubernetes/manifest.ts";
import { formatAmount } from "../capacity/amounts.ts";
import { quotaLines, type UsageRow, usageOf } from "../capacity/usage.ts";

import { at, ofKind, text } from "./read.ts";
import type { Finding, Rule } from "./rule.ts";

/** The quota admits the largest permitted state of everything in the tree, and shows where it does not. */
export const capacity: Rule = {
  id: "capacity",
  reason:
    "a pod that the quota refuses is missing when the load is highest, and a rollout waits for it for ever",
  source: "Kubernetes, Resource Quotas; Sidecar containers, Resource sharing within containers",
  values: ["app.autoscaling.maxReplicas", "app.replicaCount", "app.resources", "quota"],
  *check(manifests) {
    yield* endless(manifests);
    const lines = quotaLines(manifests);
    for (const { quota, resource, allowed, needed, usage } of lines.filter(
      (line) => !fits(line.needed, line.allowed),
    ))
      yield {
        manifest: quota,
        path: `spec.hard["${resource}"]`,
        message: `is ${text(at(quota.body, "spec", "hard", resource))} (${formatAmount(resource, allowed)}), but the largest permitted state needs ${formatAmount(resource, needed)}:\n${table(usage.rows, resource)}`,
      };
    for (const [quota, delayed] of Map.groupBy(
      lines.filter(({ needed, peak, allowed }) => fits(needed, allowed) && !fits(peak, allowed)),
      (line) => line.quota,
    ))
      yield {
        manifest: quota,
        path: "spec.hard",
        severity: "warning",
        message:
          `admits the largest permitted state, but while as many pods still end, new ones wait, for up to ${delayed[0]?.usage.gracePeriodSeconds ?? 0} s: ` +
          delayed
            .map(
              ({ resource, peak, allowed }) =>
                `${resource} ${formatAmount(resource, peak)} of ${formatAmount(resource, allowed)}`,
            )
            .join(", "),
      };
  },
};

/** Runs of a CronJob that may overlap have no largest state: the sum below would be wrong. */
function* endless(manifests: readonly Manifest[]): Iterable<Finding> {
  for (const manifest of ofKind(manifests, "CronJob")) {
    const policy = at(manifest.body, "spec", "concurrencyPolicy");
    if (policy !== "Forbid" && policy !== "Replace")
      yield {
        manifest,
        path: "spec.concurrencyPolicy",
        message: "lets runs overlap without end, which no quota holds; Forbid fits",
      };
  }
}

/** Also false where one of the amounts is no quantity. */
function fits(needed: number, allowed: number): boolean {
  return needed <= allowed;
}

function table(rows: readonly UsageRow[], resource: string): string {
  return rows
    .filter((row) => usageOf(row, resource) > 0)
    .map((row) => `    ${formatAmount(resource, usageOf(row, resource)).padStart(12)}  ${row.what}`)
    .join("\n");
}
