import { amountOf, formatAmount, times } from "../../../capacity/amounts.ts";
import { containerDefaults, podUsage } from "../../../capacity/pod-usage.ts";
import { workloads } from "../../../checks/workloads.ts";
import type { Manifest } from "../../../kubernetes/manifest.ts";
import { at, listAt, numberAt, type Json } from "../../json.ts";
import type { CapacityLine } from "../../report/model.ts";
import { surgeIn } from "./rollout.ts";

/** Returns the memory of all pods and the disk of all claims, before and at the peak of the rollout. */
export function totals(
  environment: string,
  old: readonly Manifest[],
  next: readonly Manifest[],
  starting: ReadonlySet<string>,
): readonly CapacityLine[] {
  const memory = (manifests: readonly Manifest[], part: string, rolling: boolean): number => {
    const defaults = containerDefaults(manifests);
    return workloads(manifests).reduce((sum, workload) => {
      const surge = rolling ? surgeIn(starting, workload) : 0;
      return sum + (times(podUsage(workload.pod, defaults), workload.largest + surge).get(part) ?? 0);
    }, 0);
  };
  const line = (
    of: CapacityLine["of"],
    what: string,
    before: number,
    peak: number,
  ): readonly CapacityLine[] =>
    Number.isFinite(before) && Number.isFinite(peak)
      ? [
          {
            environments: [environment],
            of,
            what,
            before: formatAmount("memory", before),
            peak: formatAmount("memory", peak),
            fits: "yes",
            stuck: [],
          },
        ]
      : [];
  return [
    ...line(
      "memory",
      "requested by all pods",
      memory(old, "requests.memory", false),
      memory(next, "requests.memory", true),
    ),
    ...line(
      "memory",
      "limit of all pods",
      memory(old, "limits.memory", false),
      memory(next, "limits.memory", true),
    ),
    ...line("disk", "requested by all claims", disk(old), disk(next)),
  ];
}

function claimSize(claim: Json | undefined): number {
  const storage = at(claim, "spec", "resources", "requests", "storage");
  return storage === undefined ? 0 : amountOf(storage);
}

function disk(manifests: readonly Manifest[]): number {
  return manifests.reduce((sum, { kind, body }) => {
    if (kind === "PersistentVolumeClaim") return sum + claimSize(body);
    if (kind !== "StatefulSet") return sum;
    const claims = listAt(body, "spec", "volumeClaimTemplates").reduce<number>(
      (all, claim) => all + claimSize(claim),
      0,
    );
    return sum + claims * (numberAt(body, "spec", "replicas") ?? 1);
  }, 0);
}
