import { at, listAt, mapAt, numberAt, textAt, type JsonObject } from "../json.ts";
import type { PlanObject } from "../read/objects.ts";

/** The objects of one side of an environment, as far as they were read. */
export type ObjectSet = ReadonlyMap<string, PlanObject>;

/** How many pods a workload has, by its manifest and by what scales it. */
export interface Scale {
  readonly replicas: number;
  /** The autoscaler that owns the number, and its limits: the live number is then known to the cluster alone. */
  readonly autoscaler?: { readonly name: string; readonly min: number; readonly max: number };
}

/** Returns the scale of a workload given as the server would store it. */
export function scaleOf(
  workload: Pick<PlanObject, "kind" | "namespace" | "name">,
  body: JsonObject,
  set: ObjectSet,
): Scale {
  const replicas = numberAt(body, "spec", "replicas") ?? 1;
  for (const object of set.values()) {
    const { kind, group } = object;
    const isAutoscaler =
      (group === "autoscaling" && kind === "HorizontalPodAutoscaler") ||
      (group === "keda.sh" && kind === "ScaledObject");
    if (!isAutoscaler || object.namespace !== workload.namespace) continue;
    const target = mapAt(object.body, "spec", "scaleTargetRef");
    if (target["name"] !== workload.name || (textAt(target, "kind") ?? "Deployment") !== workload.kind)
      continue;
    const names =
      kind === "ScaledObject" ? ["minReplicaCount", "maxReplicaCount"] : ["minReplicas", "maxReplicas"];
    // KEDA scales to zero by default; a HorizontalPodAutoscaler never goes below one.
    const min = numberAt(object.body, "spec", names[0] ?? "") ?? (kind === "ScaledObject" ? 0 : 1);
    const max = numberAt(object.body, "spec", names[1] ?? "") ?? (kind === "ScaledObject" ? 100 : min);
    return { replicas: max, autoscaler: { name: `${kind}/${object.name}`, min, max } };
  }
  return { replicas };
}

const podPaths: Readonly<Record<string, readonly string[]>> = {
  "apps/Deployment": ["spec", "template"],
  "apps/ReplicaSet": ["spec", "template"],
  "apps/StatefulSet": ["spec", "template"],
  "apps/DaemonSet": ["spec", "template"],
  "batch/Job": ["spec", "template"],
  "batch/CronJob": ["spec", "jobTemplate", "spec", "template"],
  "/Pod": [],
};

/** Returns where the kind keeps its pod template, or undefined for a kind that makes no pods. */
export function templatePath({
  group,
  kind,
}: Pick<PlanObject, "group" | "kind">): readonly string[] | undefined {
  const key = `${group}/${kind}`;
  return Object.hasOwn(podPaths, key) ? podPaths[key] : undefined;
}

/** Returns the pod template of a body, or undefined for a kind that makes no pods. */
export function templateOf(object: PlanObject, body: JsonObject = object.body): JsonObject | undefined {
  const path = templatePath(object);
  return path && mapAt(body, ...path);
}

/** Returns the containers of a pod template, init containers first. */
export function containersOf(template: JsonObject): readonly JsonObject[] {
  return ["initContainers", "containers"]
    .flatMap((key) => listAt(template, "spec", key))
    .filter((item): item is JsonObject => typeof item === "object" && item !== null && !Array.isArray(item));
}

/** Returns kind/name, as kubectl takes it. */
export function shortName({ kind, name }: Pick<PlanObject, "kind" | "name">): string {
  return `${kind}/${name}`;
}

/** Returns the names of the claims that a pod template mounts and that only one node can mount at a time. */
export function singleNodeClaims(template: JsonObject, namespace: string, set: ObjectSet): readonly string[] {
  const names = listAt(template, "spec", "volumes").flatMap(
    (volume) => textAt(volume, "persistentVolumeClaim", "claimName") ?? [],
  );
  return names.filter((name) => {
    const claim = set.get(`/PersistentVolumeClaim/${namespace}/${name}`);
    if (!claim) return false;
    const modes = listAt(claim.body, "spec", "accessModes");
    return modes.length > 0 && modes.every((mode) => mode === "ReadWriteOnce" || mode === "ReadWriteOncePod");
  });
}

/** Whether the pod must not share a node or zone with its like: a rollout then needs a free one. */
export function isHardSpread(template: JsonObject): boolean {
  const required = listAt(
    template,
    "spec",
    "affinity",
    "podAntiAffinity",
    "requiredDuringSchedulingIgnoredDuringExecution",
  );
  const spread = listAt(template, "spec", "topologySpreadConstraints");
  return (
    required.length > 0 ||
    spread.some((constraint) => at(constraint, "whenUnsatisfiable") === "DoNotSchedule")
  );
}
