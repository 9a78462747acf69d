import { amountOf, formatAmount, times } from "../../capacity/amounts.ts";
import { neededOf } from "../../capacity/budget.ts";
import { connectionBudgets } from "../../capacity/connections.ts";
import { containerDefaults, podUsage } from "../../capacity/pod-usage.ts";
import { quotaLines, type QuotaLine } from "../../capacity/usage.ts";
import { surgeOf, workloads, type Workload } from "../../checks/workloads.ts";
import type { JsonObject, Manifest } from "../../kubernetes/manifest.ts";
import { compareText } from "../../kubernetes/text.ts";
import { at, listAt, numberAt, textAt, type Json } from "../json.ts";
import type { CapacityLine, Effect } from "../report/model.ts";
import { scaleOf, type ObjectSet } from "./neighbours.ts";
import { manifestsOf } from "./tree.ts";

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

/** Workloads of which this sync starts pods: kind/namespace/name. */
function startingPods(effects: readonly Effect[]): ReadonlySet<string> {
  return new Set(
    effects.flatMap(({ verb, object, restart, changes }) => {
      const scales = changes.some(({ path }) => path === "spec.replicas");
      const starts =
        verb === "rolls" || verb === "created" || verb === "recreated" || (verb === "live" && scales);
      return starts && (restart || verb !== "rolls")
        ? [`${object.kind}/${object.namespace}/${object.name}`]
        : [];
    }),
  );
}

const keyOf = ({ kind, namespace = "", name }: Manifest): string => `${kind}/${namespace}/${name}`;

interface Both {
  readonly environment: string;
  readonly old: readonly Manifest[];
  readonly next: readonly Manifest[];
  readonly starting: ReadonlySet<string>;
  readonly head: ObjectSet;
}

function quotas({ environment, old, next, starting, head }: Both): readonly CapacityLine[] {
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

function percent(used: number, allowed: number): number {
  return allowed > 0 ? Math.round((100 * used) / allowed) : used > 0 ? 999 : 0;
}

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
  const surge = (workload: Workload): number =>
    starting.has(keyOf(workload.manifest)) ? surgeOf(workload) : 0;
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

function connections(
  environment: string,
  old: readonly Manifest[],
  next: readonly Manifest[],
): readonly CapacityLine[] {
  const before = new Map(serverBudgets(old).map((budget) => [budget.what, budget]));
  return serverBudgets(next).flatMap((budget): CapacityLine[] => {
    const { allowed, what } = budget;
    const earlier = before.get(what);
    const [needed, neededBefore] = [neededOf(budget), earlier === undefined ? 0 : neededOf(earlier)];
    if (![allowed, needed, neededBefore].every(Number.isFinite)) return [];
    return [
      {
        environments: [environment],
        of: "connections",
        what: `${what.replace(" of ", " of StatefulSet/")}, without the reserved ones`,
        ...(earlier ? { allowedBefore: String(earlier.allowed) } : {}),
        allowed: String(allowed),
        before: String(neededBefore),
        peak: String(needed),
        percent: percent(needed, allowed),
        fits: needed <= allowed ? "yes" : "later",
        stuck: [],
      },
    ];
  });
}

function serverBudgets(manifests: readonly Manifest[]): ReturnType<typeof connectionBudgets> {
  return connectionBudgets(manifests).filter(({ manifest }) => manifest.kind === "StatefulSet");
}

function totals(
  environment: string,
  old: readonly Manifest[],
  next: readonly Manifest[],
  starting: ReadonlySet<string>,
): readonly CapacityLine[] {
  const memory = (manifests: readonly Manifest[], part: string, rolling: boolean): number => {
    const defaults = containerDefaults(manifests);
    return workloads(manifests).reduce((sum, workload) => {
      const surge = rolling && starting.has(keyOf(workload.manifest)) ? surgeOf(workload) : 0;
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
