import { mapAt, textAt } from "../json.ts";
import type { PlanObject } from "../read/objects.ts";

// The part that a workload plays in the data tier, by the labels that this repository (and most charts) give its pods.
const primaryRoles = new Set(["primary", "master", "leader"]);

// Seconds without a write while the pod is replaced, least and most of the rounds that test/pods/restarts.faults.ts made
// on 2026-11-23 on two busy cores. A cluster adds what it takes to schedule the pod and to attach its volume.
const measured = { primary: "4 to 19 s", master: "2 to 10 s" } as const;

/**
 * Returns what stops serving when fewer than one pod is left, for a workload of which one pod is all there is: by the
 * data tier's own words where its labels say that it is a primary or master, otherwise the workload itself.
 */
export function outageOf(object: PlanObject, serving: number): { readonly outage?: string } {
  if (serving > 0) return {};
  const labels = mapAt(object.body, "spec", "template", "metadata", "labels");
  const role = textAt(labels, "role") ?? textAt(labels, "app.kubernetes.io/role") ?? "";
  const app = `${textAt(labels, "app") ?? ""} ${textAt(labels, "app.kubernetes.io/name") ?? ""} ${object.name}`;
  const isPrimary = primaryRoles.has(role) || /primary|master/.test(object.name);
  if (isPrimary && /postgres/i.test(app))
    return {
      outage: `the PostgreSQL primary: no writes until its pod is Ready again (${measured.primary} in the data tier's own tests, and its scheduling)`,
    };
  if (isPrimary && /redis|valkey/i.test(app))
    return {
      outage: `the Redis master: no commands until its pod is Ready again (${measured.master} in the data tier's own tests, and its scheduling)`,
    };
  return { outage: "no pod serves until the new one is Ready" };
}
