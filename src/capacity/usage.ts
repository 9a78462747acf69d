import { asArray, asObject, type JsonObject, type Manifest } from "../kubernetes/manifest.ts";
import { madeSecrets } from "../checks/made-secrets.ts";
import { oncePerTree } from "../checks/once.ts";
import { at, number, objects, ofKind, text } from "../checks/read.ts";
import { surgeOf, type Workload, workloads } from "../checks/workloads.ts";
import { amountOf, type Amounts, times } from "./amounts.ts";
import { containerDefaults, podUsage } from "./pod-usage.ts";

/** One line of the sum. */
export interface UsageRow {
  /** Such as `21 × apg-cash-management`. */
  readonly what: string;
  readonly amounts: Amounts;
}

/** What the objects of a tree use of their namespace's quota in the largest state that they permit. */
export interface Usage {
  /** Everything that can run or exist at once, pods that are still ending left out. */
  readonly rows: readonly UsageRow[];
  /** Pods that may still be ending at that time; they count until they are gone. */
  readonly ending: readonly UsageRow[];
  /** How long the slowest of them may take, in seconds. */
  readonly gracePeriodSeconds: number;
}

/** A resource that a quota bounds; amounts in thousandths of its unit. */
export interface QuotaLine {
  readonly quota: Manifest;
  /** As the quota names it, such as `requests.cpu`. */
  readonly resource: string;
  readonly allowed: number;
  /** In the largest permitted state. */
  readonly needed: number;
  /** In that state while as many pods as can be are still ending. */
  readonly peak: number;
  /** What the two are sums of. */
  readonly usage: Usage;
}

/**
 * Returns the largest state that the objects permit, as a sum: Deployments at their autoscaler's maximum with the surge
 * of a rollout, StatefulSets, Jobs and CronJobs all at once, certificate solvers, claims, and the objects that exist or
 * that controllers make. The objects are those of one namespace. Nothing of it is shared with what derives the quota.
 */
function largestUsage(manifests: readonly Manifest[]): Usage {
  const defaults = containerDefaults(manifests);
  const all = workloads(manifests);
  const pods = all.map((workload) => {
    const count = workload.largest + surgeOf(workload);
    return {
      what: `${count} × ${workload.manifest.name}`,
      amounts: times(podUsage(workload.pod, defaults), count),
    };
  });
  const replaced = all.filter(isReplacedBeforeItEnds);
  return {
    rows: [...pods, ...claimRows(manifests), ...solverRows(manifests, defaults), ...objectRows(manifests)],
    ending: replaced.map(({ manifest, pod, largest }) => ({
      what: `${largest} × ${manifest.name}, ending`,
      amounts: times(podUsage(pod, defaults), largest),
    })),
    gracePeriodSeconds: Math.max(
      0,
      ...replaced.map(({ pod }) => number(pod["terminationGracePeriodSeconds"]) ?? 30),
    ),
  };
}

/** Returns every resource of every quota among the objects with what is allowed and what the largest state needs. */
export function quotaLines(manifests: readonly Manifest[]): readonly QuotaLine[] {
  return ofKind(manifests, "ResourceQuota").flatMap((quota) => {
    const usage = largestUsage(byNamespace(manifests).get(quota.namespace) ?? manifests);
    return Object.entries(asObject(at(quota.body, "spec", "hard"))).map(([resource, hard]) => {
      const needed = totalUsage(usage.rows, resource);
      return {
        quota,
        resource,
        allowed: amountOf(hard),
        needed,
        peak: needed + totalUsage(usage.ending, resource),
        usage,
      };
    });
  });
}

/** Returns the sum of a resource, by a name that a quota gives it (`cpu` is `requests.cpu`), in thousandths. */
export function totalUsage(rows: readonly UsageRow[], resource: string): number {
  return rows.reduce((sum, row) => sum + usageOf(row, resource), 0);
}

/** Returns what one line uses of a resource, by a name that a quota gives it, in thousandths. */
export function usageOf({ amounts }: UsageRow, resource: string): number {
  return amounts.get(synonyms[resource] ?? resource) ?? 0;
}

// Kubernetes documentation, Resource Quotas: Compute Resource Quota and Object Count Quota.
const synonyms: Readonly<Record<string, string>> = {
  cpu: "requests.cpu",
  memory: "requests.memory",
  "ephemeral-storage": "requests.ephemeral-storage",
  "count/pods": "pods",
  "count/services": "services",
  "count/secrets": "secrets",
  "count/configmaps": "configmaps",
  "count/persistentvolumeclaims": "persistentvolumeclaims",
};

/** Pods of a StatefulSet end before their successors start, and a Job has none. */
function isReplacedBeforeItEnds({ manifest: { kind, body } }: Workload): boolean {
  if (kind === "Deployment") return at(body, "spec", "strategy", "type") !== "Recreate";
  return kind === "CronJob" && at(body, "spec", "concurrencyPolicy") === "Replace";
}

/** The objects of each namespace that has a quota, with those that have none. */
const byNamespace = oncePerTree(
  (manifests): ReadonlyMap<string | undefined, readonly Manifest[]> =>
    new Map(
      [...new Set(ofKind(manifests, "ResourceQuota").map(({ namespace }) => namespace))].map((own) => [
        own,
        own === undefined
          ? manifests
          : manifests.filter(({ namespace }) => namespace === undefined || namespace === own),
      ]),
    ),
);

function claimRows(manifests: readonly Manifest[]): readonly UsageRow[] {
  return [
    ...ofKind(manifests, "PersistentVolumeClaim").map(({ name, body }) =>
      claimRow(`claim ${name}`, body["spec"], 1),
    ),
    ...workloads(manifests).flatMap((workload) => {
      const { manifest, largest, pod } = workload;
      const count = largest + surgeOf(workload);
      const what = `${count} × claim of ${manifest.name}`;
      return [
        ...objects(at(manifest.body, "spec", "volumeClaimTemplates")).map(({ spec }) =>
          claimRow(what, spec, count),
        ),
        ...objects(pod["volumes"]).flatMap(({ ephemeral }) =>
          ephemeral === undefined
            ? []
            : [claimRow(what, at(ephemeral, "volumeClaimTemplate", "spec"), count)],
        ),
      ];
    }),
  ];
}

function claimRow(what: string, spec: JsonObject[string] | undefined, count: number): UsageRow {
  const storage = at(spec, "resources", "requests", "storage");
  const size = (storage === undefined ? 0 : amountOf(storage)) * count;
  const storageClass = text(at(spec, "storageClassName"));
  const ofClass = `${storageClass}.storageclass.storage.k8s.io`;
  return {
    what,
    amounts: new Map([
      ["persistentvolumeclaims", 1000 * count],
      ["requests.storage", size],
      [`${ofClass}/persistentvolumeclaims`, 1000 * count],
      [`${ofClass}/requests.storage`, size],
    ]),
  };
}

/** cert-manager runs one pod and one Service for each name that an ACME certificate proves (HTTP01 solver). */
function solverRows(manifests: readonly Manifest[], defaults: JsonObject): readonly UsageRow[] {
  return solverPods(manifests).map(({ pod, names }) => ({
    what: `${names} × certificate solver`,
    amounts: times(new Map([...podUsage(pod, defaults), ["services", 1000]]), names),
  }));
}

/** A pod with which cert-manager proves names, and for how many names there can be one at once. */
export interface SolverPod {
  readonly issuer: Manifest;
  readonly pod: JsonObject;
  readonly names: number;
}

/** Returns the solver pods that the ACME issuers among the objects may start. */
export function solverPods(manifests: readonly Manifest[]): readonly SolverPod[] {
  return ofKind(manifests, "Issuer").flatMap((issuer) => {
    const [solver] = objects(at(issuer.body, "spec", "acme", "solvers"));
    if (!solver) return [];
    const names = ofKind(manifests, "Certificate")
      .filter(({ body }) => at(body, "spec", "issuerRef", "name") === issuer.name)
      .flatMap(({ body }) => asArray(at(body, "spec", "dnsNames")));
    const resources = at(solver, "http01", "ingress", "podTemplate", "spec", "resources") ?? {};
    return [{ issuer, pod: { containers: [{ resources }] }, names: names.length }];
  });
}

function objectRows(manifests: readonly Manifest[]): readonly UsageRow[] {
  const secrets = madeSecrets(manifests);
  const own = ofKind(manifests, "Secret").filter(({ name }) => !secrets.has(name));
  return [
    counted("Secrets of stores, certificates and issuers", "secrets", secrets.size + own.length),
    counted(
      "temporary keys of cert-manager, one for each certificate",
      "secrets",
      ofKind(manifests, "Certificate").length,
    ),
    counted("ConfigMaps of the tree", "configmaps", ofKind(manifests, "ConfigMap").length),
    counted("kube-root-ca.crt", "configmaps", 1),
    counted("Services of the tree", "services", ofKind(manifests, "Service").length),
  ];
}

function counted(what: string, resource: string, count: number): UsageRow {
  return { what, amounts: new Map([[resource, 1000 * count]]) };
}
