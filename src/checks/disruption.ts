import type { Json, Manifest } from "../kubernetes/manifest.ts";
import { at, number, objects, ofKind, text } from "./read.ts";
import type { Finding, Rule } from "./rule.ts";
import { matches, selectedPods } from "./selection.ts";
import { serverMinor } from "./server-version.ts";
import { autoscalerOf, type Workload, workloads } from "./workloads.ts";

/**
 * A drain is possible and never takes all pods of a workload that has several, nor does a rollout; pods of one workload
 * keep apart, in a way that always leaves a place for the next one. In production, what a Service offers without data of
 * its own runs at least twice.
 */
export const disruption: Rule = {
  id: "disruption",
  reason: "a node that cannot be drained is never upgraded, and one that takes all pods with it is an outage",
  source:
    "Kubernetes, Disruptions; Specifying a Disruption Budget; Pod Topology Spread Constraints; Deployments",
  values: [
    "app.replicaCount",
    "app.autoscaling",
    "app.spread",
    "environment",
    "postgresql.pooler.replicas",
    "postgresql.spread",
    "redis.spread",
  ],
  *check(manifests) {
    const budgets = ofKind(manifests, "PodDisruptionBudget");
    for (const workload of workloads(manifests)) {
      const { manifest, labels } = workload;
      if (manifest.kind !== "Deployment" && manifest.kind !== "StatefulSet") continue;
      const smallest = smallestCount(manifests, workload);
      const [budget] = budgets.filter(({ body }) => matches(at(body, "spec", "selector"), labels));
      if (smallest > 1 && !budget)
        yield {
          manifest,
          path: "spec.replicas",
          message: `is at least ${smallest}, but no PodDisruptionBudget keeps a drain from taking all pods; add one with maxUnavailable 1`,
        };
      if (budget) yield* budgetFindings(manifests, budget, { smallest, largest: workload.largest });
      if (smallest > 1) yield* apart(workload);
      yield* contradiction(workload);
      if (manifest.kind === "Deployment") yield* rollout(workload, smallest);
      if (
        manifest.kind === "Deployment" &&
        smallest < 2 &&
        isProduction(manifests) &&
        isOffered(manifests, workload)
      )
        yield {
          manifest,
          path: "spec.replicas",
          message: "may be 1 in production: each drain and each lost node is an outage; two fit",
        };
    }
  },
};

function smallestCount(manifests: readonly Manifest[], { manifest }: Workload): number {
  const limits = at(autoscalerOf(manifests, manifest)?.body, "spec");
  const fewest = number(at(limits, "minReplicas")) ?? number(at(limits, "minReplicaCount"));
  return fewest ?? number(at(manifest.body, "spec", "replicas")) ?? 1;
}

function* budgetFindings(
  manifests: readonly Manifest[],
  manifest: Manifest,
  { smallest, largest }: { readonly smallest: number; readonly largest: number },
): Iterable<Finding> {
  const spec = at(manifest.body, "spec");
  const unavailable = at(spec, "maxUnavailable");
  const field = unavailable === undefined ? "minAvailable" : "maxUnavailable";
  const allowed = (pods: number): number =>
    unavailable === undefined
      ? pods - share(at(spec, "minAvailable") ?? 1, pods)
      : Math.min(pods, share(unavailable, pods));
  if (smallest > 0 && allowed(smallest) < 1)
    yield {
      manifest,
      path: `spec.${field}`,
      message: `lets no pod of ${smallest} go, so no node can be drained; maxUnavailable 1 fits`,
    };
  for (const pods of new Set([smallest, largest])) {
    if (pods > 1 && allowed(pods) >= pods)
      yield {
        manifest,
        path: `spec.${field}`,
        message: `lets all ${pods} pods go at once; maxUnavailable 1 fits`,
      };
  }
  // Kubernetes 1.27 and later know the field; without it, pods that never become Ready keep their node.
  const policy = at(spec, "unhealthyPodEvictionPolicy");
  if (policy !== "AlwaysAllow" && (policy !== undefined || serverMinor(manifests) >= 27))
    yield {
      manifest,
      path: "spec.unhealthyPodEvictionPolicy",
      message: `is ${text(policy) || "not set"}: a pod that never becomes Ready blocks its node; AlwaysAllow fits`,
    };
}

function* apart({ manifest, pod, path }: Workload): Iterable<Finding> {
  const host = "kubernetes.io/hostname";
  const spread = objects(pod["topologySpreadConstraints"]).some((one) => one["topologyKey"] === host);
  const affinity = at(pod, "affinity", "podAntiAffinity");
  const terms = [
    ...objects(at(affinity, "requiredDuringSchedulingIgnoredDuringExecution")),
    ...objects(at(affinity, "preferredDuringSchedulingIgnoredDuringExecution")),
  ];
  if (!spread && terms.length === 0)
    yield {
      manifest,
      path: `${path}.topologySpreadConstraints`,
      message: `keeps no two pods from one node; a constraint on ${host} does`,
    };
}

/** Two even spreads at once are possible only where all zones have as many nodes as each other. */
function* contradiction({ manifest, pod, path }: Workload): Iterable<Finding> {
  const required = objects(pod["topologySpreadConstraints"])
    .filter((one) => one["whenUnsatisfiable"] !== "ScheduleAnyway")
    .map((one) => text(one["topologyKey"]));
  if (new Set(required).size > 1)
    yield {
      manifest,
      path: `${path}.topologySpreadConstraints`,
      message: `requires an even spread over ${required.join(" and over ")}: where zones have unequal numbers of nodes no place is left that fits both, and pods stay pending for ever; ScheduleAnyway for one of them fits`,
    };
}

function* rollout({ manifest }: Workload, smallest: number): Iterable<Finding> {
  const strategy = at(manifest.body, "spec", "strategy");
  if (at(strategy, "type") === "Recreate") {
    yield {
      manifest,
      path: "spec.strategy.type",
      message: "is Recreate, which stops all pods first; RollingUpdate fits",
    };
    return;
  }
  const unavailable = at(strategy, "rollingUpdate", "maxUnavailable") ?? "25%";
  const surge = at(strategy, "rollingUpdate", "maxSurge") ?? "25%";
  const gone =
    typeof unavailable === "string"
      ? Math.floor((percent(unavailable) * smallest) / 100)
      : share(unavailable, smallest);
  if (gone >= smallest)
    yield {
      manifest,
      path: "spec.strategy.rollingUpdate.maxUnavailable",
      message: `lets a rollout take all ${smallest} pods at once; 0 fits`,
    };
  if (gone === 0 && share(surge, smallest) === 0)
    yield {
      manifest,
      path: "spec.strategy.rollingUpdate",
      message: "lets a rollout neither add nor take a pod, so it never begins; maxSurge 1 fits",
    };
}

function isProduction(manifests: readonly Manifest[]): boolean {
  return ofKind(manifests, "Namespace").some(
    ({ body }) => at(body, "metadata", "labels", "environment") === "production",
  );
}

function isOffered(manifests: readonly Manifest[], workload: Workload): boolean {
  return ofKind(manifests, "Service").some(({ body }) =>
    selectedPods(manifests, Object(at(body, "spec", "selector"))).includes(workload),
  );
}

/** A budget rounds a percentage up (Kubernetes, Specifying a Disruption Budget, Rounding logic). */
function share(amount: Json, pods: number): number {
  return typeof amount === "string" ? Math.ceil((percent(amount) * pods) / 100) : Number(amount);
}

function percent(amount: string): number {
  return Number(amount.replace("%", ""));
}
