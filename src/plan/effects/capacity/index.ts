import type { CapacityLine, Effect } from "../../report/model.ts";
import type { ObjectSet } from "../neighbours.ts";
import { manifestsOf } from "../tree.ts";
import { connections } from "./connections.ts";
import { quotas } from "./quotas.ts";
import { startingPods } from "./rollout.ts";
import { totals } from "./totals.ts";

/** Kinds from which capacity is computed, without their group. */
export const capacityKinds: ReadonlySet<string> = new Set([
  "ConfigMap",
  "CronJob",
  "DaemonSet",
  "Deployment",
  "HorizontalPodAutoscaler",
  "Job",
  "LimitRange",
  "PersistentVolumeClaim",
  "ReplicaSet",
  "ResourceQuota",
  "ScaledObject",
  "StatefulSet",
]);

/**
 * Returns how much of each quota, of the servers' connections, of memory and of disk is used before and at the peak of
 * this rollout: Deployments that roll with their surge, autoscalers at their maximum, Jobs and CronJobs all at once.
 * Only what changes, or does not fit.
 */
export function capacityLines(
  environment: string,
  base: ObjectSet,
  head: ObjectSet,
  effects: readonly Effect[],
): readonly CapacityLine[] {
  const [old, next] = [manifestsOf(base), manifestsOf(head)];
  const starting = startingPods(effects);
  return [
    ...quotas({ environment, old, next, starting, head }),
    ...connections(environment, old, next),
    ...totals(environment, old, next, starting),
  ].filter((line) => line.before !== line.peak || line.fits !== "yes" || line.allowed !== line.allowedBefore);
}
