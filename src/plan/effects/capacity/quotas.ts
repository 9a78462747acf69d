import { formatAmount } from "../../../capacity/amounts.ts";
import { containerDefaults, podUsage } from "../../../capacity/pod-usage.ts";
import { quotaLines, type QuotaLine } from "../../../capacity/usage.ts";
import { workloads, type Workload } from "../../../checks/workloads.ts";
import type { JsonObject, Manifest } from "../../../kubernetes/manifest.ts";
import { compareText } from "../../../kubernetes/text.ts";
import { at, listAt, textAt } from "../../json.ts";
import type { CapacityLine } from "../../report/model.ts";
import { scaleOf, type ObjectSet } from "../neighbours.ts";
import { percent, surgeIn, type Rollout } from "./rollout.ts";

// Resources that pods use; what else a quota bounds does not depend on a rollout.
const ofPods =
  /^(?:pods|count\/pods|cpu|memory|ephemeral-storage|(?:requests|limits)\.(?:cpu|memory|ephemeral-storage))$/;
// These end by themselves: a pod that waits for their place starts later, and nothing hangs.
const transient = new Set(["CronJob", "Job"]);

interface Sums {
  readonly before: number;
  /** At the peak of this rollout, with the autoscalers at their maximum. */
  readonly peak: number;
  /** What this rollout needs in order to move on, with the autoscalers at their maximum. */
  readonly most: number;
  /** The same with the autoscalers at their minimum. */
  readonly least: number;
}

/** Returns how much of each quota is used before and at the peak of the rollout, and whether it can finish. */
export function quotas({ environment, old, next, starting, head }: Rollout): readonly CapacityLine[] {
  const before = new Map(quotaLines(old).map((line) => [lineKey(line), line]));
  return quotaLines(next).flatMap((line): CapacityLine[] => {
    const { quota, resource, allowed } = line;
    const own = (all: readonly Manifest[]): readonly Manifest[] =>
      all.filter(({ namespace }) => namespace === undefined || namespace === quota.namespace);
    const earlier = before.get(lineKey(line));
    const sums = ofPods.test(resource)
      ? podSums(own(old), own(next), resource, starting, head)
      : { before: earlier?.needed ?? 0, peak: line.needed, most: line.needed, least: line.needed };
    if (![sums.before, sums.peak, sums.least, allowed].every(Number.isFinite)) return [];
    const stuck = [...starting].filter((key) => key.split("/")[1] === (quota.namespace ?? ""));
    const isBounded = ofPods.test(resource) && stuck.length > 0 && !hasScopes(quota.body);
    const fits = sums.peak <= allowed ? "yes" : isBounded ? fitOf(sums, allowed) : "later";
    return [
      {
        environments: [environment],
        of: "quota",
        what: `ResourceQuota/${quota.name} ${resource}`,
        ...(earlier ? { allowedBefore: formatAmount(resource, earlier.allowed) } : {}),
        allowed: formatAmount(resource, allowed),
        before: formatAmount(resource, sums.before),
        peak: formatAmount(resource, sums.peak),
        percent: percent(sums.peak, allowed),
        fits,
        stuck:
          fits === "no" || fits === "depends"
            ? stuck.map((key) => key.replace(/\/.*\//, "/")).toSorted(compareText)
            : [],
      },
    ];
  });
}

function fitOf({ most, least }: Sums, allowed: number): CapacityLine["fits"] {
  if (most <= allowed) return "later";
  return least <= allowed ? "depends" : "no";
}

// A quota with scopes counts some of the pods only; which, is not computed here.
function hasScopes(body: JsonObject): boolean {
  return listAt(body, "spec", "scopes").length > 0 || at(body, "spec", "scopeSelector") !== undefined;
}

const lineKey = ({ quota, resource }: QuotaLine): string =>
  `${quota.namespace ?? ""}/${quota.name}/${resource}`;

function podSums(
  old: readonly Manifest[],
  next: readonly Manifest[],
  resource: string,
  starting: ReadonlySet<string>,
  head: ObjectSet,
): Sums {
  const name = /^(?:cpu|memory|ephemeral-storage)$/.test(resource)
    ? `requests.${resource}`
    : resource.replace("count/", "");
  const sum = (manifests: readonly Manifest[], count: (workload: Workload) => number): number => {
    const defaults = containerDefaults(manifests);
    return workloads(manifests).reduce(
      (all, workload) => all + (podUsage(workload.pod, defaults).get(name) ?? 0) * count(workload),
      0,
    );
  };
  const surge = (workload: Workload): number => surgeIn(starting, workload);
  const needed = (workload: Workload, pods: number): number => {
    if (transient.has(workload.manifest.kind)) return 0;
    return pods + (canMoveDown(workload) ? 0 : Math.min(1, surge(workload)));
  };
  return {
    before: sum(old, ({ largest }) => largest),
    peak: sum(next, (workload) => workload.largest + surge(workload)),
    most: sum(next, (workload) => needed(workload, workload.largest)),
    least: sum(next, (workload) => needed(workload, smallest(workload, head))),
  };
}

function smallest({ manifest, largest }: Workload, head: ObjectSet): number {
  const scale = scaleOf(
    { kind: manifest.kind, namespace: manifest.namespace ?? "", name: manifest.name },
    manifest.body,
    head,
  );
  return scale.autoscaler ? Math.max(1, scale.autoscaler.min) : largest;
}

// With maxUnavailable a rollout ends an old pod first: it moves without room for another one.
function canMoveDown({ manifest: { body }, largest }: Workload): boolean {
  const down = textAt(body, "spec", "strategy", "rollingUpdate", "maxUnavailable") ?? "25%";
  const pods = down.endsWith("%") ? Math.floor((Number(down.slice(0, -1)) * largest) / 100) : Number(down);
  return pods > 0;
}
