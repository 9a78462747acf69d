import { asArray, asObject, type JsonObject, type Model } from "../kubernetes/manifest.ts";
import { add, type Amounts, type ContainerDefaults, podAmounts, times } from "../kubernetes/pod-resources.ts";
import { formatBytes, formatCpu, parseQuantity } from "../kubernetes/quantity.ts";
import { peakPods, type PodGroup } from "./quota-pods.ts";
import { text } from "./quota-text.ts";

/** The resources that the ResourceQuota bounds. */
export const quotaResources = [
  "requests.cpu",
  "requests.memory",
  "requests.ephemeral-storage",
  "limits.cpu",
  "limits.memory",
  "limits.ephemeral-storage",
  "pods",
  "persistentvolumeclaims",
  "requests.storage",
  "services",
  "secrets",
  "configmaps",
] as const;

/** The most of each resource that the namespace may use; quantities. */
export type HardQuota = Readonly<Record<(typeof quotaResources)[number], string>>;

/** What the quota is derived from. */
export interface QuotaNeeds {
  /** The objects of all other components. */
  readonly objects: readonly Model[];
  /** What the LimitRange gives to containers that do not state it. */
  readonly defaults: ContainerDefaults;
  /** The pod with which cert-manager proves a host by ACME HTTP-01; absent without. */
  readonly solver?: { readonly hosts: number; readonly resources: SolverResources } | undefined;
}

/** Quantities of cert-manager's solver container. */
export interface SolverResources {
  readonly requests: { readonly cpu: string; readonly memory: string };
  readonly limits: { readonly cpu: string; readonly memory: string };
}

/** A resource of which the components need more than the ceiling allows. */
export interface QuotaExcess {
  readonly resource: keyof HardQuota;
  readonly needed: string;
  readonly ceiling: string;
}

// An object that gets another name is there twice until Argo CD prunes the old one, at the end of the sync.
const spareObjects = 5;

/**
 * Returns the quota for the largest state that the components permit: Deployments at their autoscaler's maximum with
 * the surge of a rolling update and as many pods that are still ending, StatefulSets, Jobs, CronJobs, solver pods, all at
 * once; their claims; and their Services, Secrets and ConfigMaps with room for a few that change their name. Secrets
 * and ConfigMaps include what controllers make: the targets of ExternalSecrets and Certificates, the key that
 * cert-manager keeps apart while it issues, the account of an ACME Issuer, kube-root-ca.crt.
 * Throws an Error for a workload that has no largest state.
 */
export function quota({ objects, defaults, solver }: QuotaNeeds): HardQuota {
  const bodies = objects.map(plain);
  const groups = [...peakPods(bodies), ...solverPods(solver)];
  const requests = total(groups, (pod) => podAmounts(pod, defaults).requests);
  const limits = total(groups, (pod) => podAmounts(pod, defaults).limits);
  const claims = claimSizes(bodies);
  return {
    "requests.cpu": formatCpu(requests.cpu),
    "requests.memory": formatBytes(requests.memory / 1000),
    "requests.ephemeral-storage": formatBytes(requests["ephemeral-storage"] / 1000),
    "limits.cpu": formatCpu(limits.cpu),
    "limits.memory": formatBytes(limits.memory / 1000),
    "limits.ephemeral-storage": formatBytes(limits["ephemeral-storage"] / 1000),
    pods: String(groups.reduce((sum, { count }) => sum + count, 0)),
    persistentvolumeclaims: String(claims.length),
    "requests.storage": formatBytes(claims.reduce((sum, size) => sum + size, 0) / 1000),
    services: String(ofKind(bodies, "Service").length + (solver?.hosts ?? 0) + spareObjects),
    secrets: String(secretNames(bodies).size + issuing(bodies) + spareObjects),
    configmaps: String(ofKind(bodies, "ConfigMap").length + 1 + spareObjects),
  };
}

/**
 * Returns where a quota exceeds a ceiling that was typed by hand; a resource that the ceiling does not name is
 * unbounded. The caller knows where the ceiling stands and makes the message of it.
 */
export function quotaExcesses(needed: HardQuota, ceiling: Readonly<Partial<HardQuota>>): QuotaExcess[] {
  return quotaResources.flatMap((resource) => {
    const bound = ceiling[resource];
    if (bound === undefined || parseQuantity(needed[resource]) <= parseQuantity(bound)) return [];
    return [{ resource, needed: needed[resource], ceiling: bound }];
  });
}

function total(groups: readonly PodGroup[], amountsOf: (pod: JsonObject) => Amounts): Amounts {
  return groups
    .map(({ pod, count }) => times(amountsOf(pod), count))
    .reduce(add, { cpu: 0, memory: 0, "ephemeral-storage": 0 });
}

function solverPods(solver: QuotaNeeds["solver"]): PodGroup[] {
  if (!solver) return [];
  const { requests, limits } = solver.resources;
  return [
    {
      pod: { containers: [{ resources: { requests: { ...requests }, limits: { ...limits } } }] },
      count: solver.hosts,
    },
  ];
}

function claimSizes(bodies: readonly JsonObject[]): number[] {
  const templates = ofKind(bodies, "StatefulSet").flatMap(({ spec }) => {
    const { replicas, volumeClaimTemplates } = asObject(spec);
    const sizes = asArray(volumeClaimTemplates).map((claim) => claimSize(asObject(claim)));
    return Array.from({ length: Number(replicas ?? 1) }, () => sizes).flat();
  });
  return [
    ...templates,
    ...peakPods(bodies).flatMap(ephemeralClaims),
    ...ofKind(bodies, "PersistentVolumeClaim").map(claimSize),
  ];
}

/** A claim of a pod's own counts as often as the pod. */
function ephemeralClaims({ pod, count }: PodGroup): number[] {
  const sizes = asArray(pod["volumes"]).flatMap((volume) => {
    const { ephemeral } = asObject(volume);
    return ephemeral === undefined ? [] : [claimSize(asObject(asObject(ephemeral)["volumeClaimTemplate"]))];
  });
  return Array.from({ length: count }, () => sizes).flat();
}

function claimSize({ spec }: JsonObject): number {
  const { requests } = asObject(asObject(spec)["resources"]);
  return parseQuantity(text(asObject(requests)["storage"]));
}

function secretNames(bodies: readonly JsonObject[]): ReadonlySet<string> {
  const names = bodies.flatMap((body) => {
    const spec = asObject(body["spec"]);
    const ownName = text(asObject(body["metadata"])["name"]);
    switch (text(body["kind"])) {
      case "ExternalSecret": {
        return [text(asObject(spec["target"])["name"]) || ownName];
      }
      case "Certificate": {
        return [text(spec["secretName"])];
      }
      case "Issuer": {
        const account = asObject(asObject(spec["acme"])["privateKeySecretRef"])["name"];
        return account === undefined ? [] : [text(account)];
      }
      default: {
        return [];
      }
    }
  });
  return new Set(names);
}

function issuing(bodies: readonly JsonObject[]): number {
  return ofKind(bodies, "Certificate").length;
}

function ofKind(bodies: readonly JsonObject[], kind: string): JsonObject[] {
  return bodies.filter((body) => body["kind"] === kind);
}

function plain(model: Model): JsonObject {
  const body: JsonObject = JSON.parse(JSON.stringify(model));
  return body;
}
