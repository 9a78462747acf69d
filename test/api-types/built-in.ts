import { compareText } from "../../src/kubernetes/text.ts";

/**
 * Types by name, each with its fields. A field's type is written as text: `s` string, `n` number, `b` boolean, `q` number
 * or string, `x` anything, else the name of a type; `[` before it for a list, `{` for a map; `=A|B` after it for what a
 * text may be; `@29` at the end for the minor version of Kubernetes that brought the field, where that is not the oldest.
 */
export type Types = Map<string, Map<string, string>>;

/** What client-go says about the types of one release (structured-merge-diff's schema). */
export interface Release {
  readonly types: readonly {
    readonly name: string;
    readonly scalar?: string;
    readonly map?: { readonly fields?: readonly { readonly name: string; readonly type: Type }[] };
  }[];
}

interface Type {
  readonly scalar?: string;
  readonly namedType?: string;
  readonly list?: { readonly elementType: Type };
  readonly map?: { readonly elementType?: Type };
}

/** Kinds of Kubernetes itself that may be rendered, by group and version. */
const kinds: Readonly<Record<string, readonly string[]>> = {
  "core/v1": [
    "ConfigMap",
    "LimitRange",
    "Namespace",
    "PersistentVolumeClaim",
    "ResourceQuota",
    "Secret",
    "Service",
    "ServiceAccount",
  ],
  "apps/v1": ["Deployment", "StatefulSet"],
  "autoscaling/v2": ["HorizontalPodAutoscaler"],
  "batch/v1": ["CronJob", "Job"],
  "networking/v1": ["Ingress", "NetworkPolicy"],
  "policy/v1": ["PodDisruptionBudget"],
  "rbac/v1": ["ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"],
  "scheduling/v1": ["PriorityClass"],
  "storage/v1": ["StorageClass"],
};
const groups: Readonly<Record<string, string>> = {
  core: "",
  networking: "networking.k8s.io/",
  rbac: "rbac.authorization.k8s.io/",
  scheduling: "scheduling.k8s.io/",
  storage: "storage.k8s.io/",
};
/** The oldest release: fields that it has carry no version. */
const oldest = 25;
/**
 * Fields that were there before they worked: servers drop them until their feature is on by default
 * (Kubernetes, Feature Gates: PodLifecycleSleepAction, SidecarContainers, PDBUnhealthyPodEvictionPolicy,
 * MatchLabelKeysInPodTopologySpread, StatefulSetAutoDeletePVC).
 */
const enabled: Readonly<Record<string, number>> = {
  "core.v1.LifecycleHandler.sleep": 30,
  "core.v1.Container.restartPolicy": 29,
  "policy.v1.PodDisruptionBudgetSpec.unhealthyPodEvictionPolicy": 27,
  "core.v1.TopologySpreadConstraint.matchLabelKeys": 27,
  "apps.v1.StatefulSetSpec.persistentVolumeClaimRetentionPolicy": 27,
};

/** What a text may be (Kubernetes API reference, the type's own page); client-go's schemas do not say it. */
const choices: Readonly<Record<string, string>> = {
  "apps.v1.DeploymentStrategy.type": "Recreate|RollingUpdate",
  "apps.v1.StatefulSetSpec.podManagementPolicy": "OrderedReady|Parallel",
  "apps.v1.StatefulSetUpdateStrategy.type": "OnDelete|RollingUpdate",
  "autoscaling.v2.HPAScalingPolicy.type": "Percent|Pods",
  "autoscaling.v2.HPAScalingRules.selectPolicy": "Disabled|Max|Min",
  "autoscaling.v2.MetricTarget.type": "AverageValue|Utilization|Value",
  "batch.v1.CronJobSpec.concurrencyPolicy": "Allow|Forbid|Replace",
  "core.v1.Container.imagePullPolicy": "Always|IfNotPresent|Never",
  "core.v1.Container.restartPolicy": "Always|Never|OnFailure",
  "core.v1.ContainerPort.protocol": "SCTP|TCP|UDP",
  "core.v1.EmptyDirVolumeSource.medium": "|Memory",
  "core.v1.HTTPGetAction.scheme": "HTTP|HTTPS",
  "core.v1.LimitRangeItem.type": "Container|PersistentVolumeClaim|Pod",
  "core.v1.PersistentVolumeClaimSpec.volumeMode": "Block|Filesystem",
  "core.v1.PodSecurityContext.fsGroupChangePolicy": "Always|OnRootMismatch",
  "core.v1.PodSpec.restartPolicy": "Always|Never|OnFailure",
  "core.v1.SeccompProfile.type": "Localhost|RuntimeDefault|Unconfined",
  "core.v1.ServicePort.protocol": "SCTP|TCP|UDP",
  "core.v1.ServiceSpec.clusterIP": "|None",
  "core.v1.ServiceSpec.type": "ClusterIP|ExternalName|LoadBalancer|NodePort",
  "core.v1.Toleration.effect": "NoExecute|NoSchedule|PreferNoSchedule",
  "core.v1.Toleration.operator": "Equal|Exists",
  "core.v1.TopologySpreadConstraint.whenUnsatisfiable": "DoNotSchedule|ScheduleAnyway",
  "meta.v1.LabelSelectorRequirement.operator": "DoesNotExist|Exists|In|NotIn",
  "networking.v1.HTTPIngressPath.pathType": "Exact|ImplementationSpecific|Prefix",
  "networking.v1.NetworkPolicyPort.protocol": "SCTP|TCP|UDP",
  "networking.v1.NetworkPolicySpec.policyTypes": "Egress|Ingress",
  "policy.v1.PodDisruptionBudgetSpec.unhealthyPodEvictionPolicy": "AlwaysAllow|IfHealthyBudget",
  "rbac.v1.RoleRef.apiGroup": "rbac.authorization.k8s.io",
  "rbac.v1.RoleRef.kind": "ClusterRole|Role",
  "rbac.v1.Subject.kind": "Group|ServiceAccount|User",
  "storage.v1.StorageClass.reclaimPolicy": "Delete|Retain",
  "storage.v1.StorageClass.volumeBindingMode": "Immediate|WaitForFirstConsumer",
};

/** Adds the types of one minor version, oldest first. */
export function addBuiltIn(types: Types, { types: given }: Release, minor: number): void {
  const scalars = new Map(given.filter(({ map }) => map === undefined).map(({ name }) => [name, "q"]));
  for (const { name, map } of given) {
    if (map?.fields === undefined) continue;
    const short = shortName(name);
    const fields = types.get(short) ?? new Map<string, string>();
    for (const field of map.fields) {
      if (fields.has(field.name)) continue;
      const since = Math.max(minor, enabled[`${short}.${field.name}`] ?? 0);
      fields.set(
        field.name,
        `${encoded(field.type, scalars)}${among(`${short}.${field.name}`)}${since > oldest ? `@${since}` : ""}`,
      );
    }
    // What a newer server no longer knows is no field.
    const known = new Set(map.fields.map((field) => field.name));
    types.set(short, new Map([...fields].filter(([field]) => known.has(field))));
  }
}

/** Returns what can be reached from the kinds, ready to be written; custom kinds are given by id and type. */
export function reachable(types: Types, custom: ReadonlyMap<string, string>): object {
  const roots = new Map(custom);
  for (const [version, names] of Object.entries(kinds)) {
    const [group = "", number = ""] = version.split("/");
    for (const name of names)
      roots.set(`${groups[group] ?? `${group}/`}${number}/${name}`, `${group}.${number}.${name}`);
  }
  const wanted = new Set<string>();
  const visit = (type: string): void => {
    const fields = types.get(type);
    if (wanted.has(type) || !fields) return;
    wanted.add(type);
    for (const field of fields.values()) visit(field.replace(/^[[{]+/, "").replace(/@\d+$/, ""));
  };
  for (const type of roots.values()) visit(type);
  return {
    source: "k8s.io/client-go, applyconfigurations/internal; the controllers' CustomResourceDefinitions",
    kinds: Object.fromEntries([...roots].toSorted(([a], [b]) => compareText(a, b))),
    types: Object.fromEntries(
      [...wanted].toSorted(compareText).map((name) => [name, Object.fromEntries(types.get(name) ?? [])]),
    ),
  };
}

function encoded({ scalar, namedType, list, map }: Type, scalars: ReadonlyMap<string, string>): string {
  if (list) return `[${encoded(list.elementType, scalars)}`;
  if (map) return map.elementType ? `{${encoded(map.elementType, scalars)}` : "x";
  if (scalar !== undefined) return { string: "s", numeric: "n", boolean: "b" }[scalar] ?? "q";
  if (namedType === undefined || namedType.startsWith("__untyped")) return "x";
  if (/\.(?:Quantity|IntOrString)$/.test(namedType)) return "q";
  if (/\.(?:Time|MicroTime)$/.test(namedType)) return "s";
  if (/\.(?:FieldsV1|RawExtension|JSON)$/.test(namedType)) return "x";
  return scalars.get(namedType) ?? shortName(namedType);
}

function among(field: string): string {
  const allowed = choices[field];
  return allowed === undefined ? "" : `=${allowed}`;
}

function shortName(name: string): string {
  return name.replace(/^io\.k8s\.(?:api\.|apimachinery\.pkg\.apis\.)/, "");
}
