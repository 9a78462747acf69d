import { asObject, type Json, type JsonObject, type Manifest } from "../kubernetes/manifest.ts";
import { oncePerTree } from "./once.ts";
import { at, number, objects, ofKind, text } from "./read.ts";

/** Pods that one object makes, all alike. */
export interface Workload {
  readonly manifest: Manifest;
  readonly labels: JsonObject;
  readonly annotations: JsonObject;
  readonly pod: JsonObject;
  /** Path of the pod's specification inside the object. */
  readonly path: string;
  /** All containers, init containers first. */
  readonly containers: readonly Container[];
  /** Number of pods in the largest permitted state, without those of a rollout. */
  readonly largest: number;
}

/** One container of a pod. */
export interface Container {
  readonly name: string;
  readonly container: JsonObject;
  /** Path inside the object. */
  readonly path: string;
  /** Runs before the others and ends; a sidecar (an init container that restarts always) is none. */
  readonly init: boolean;
}

const templates = {
  Deployment: "spec.template",
  StatefulSet: "spec.template",
  DaemonSet: "spec.template",
  ReplicaSet: "spec.template",
  Job: "spec.template",
  CronJob: "spec.jobTemplate.spec.template",
  Pod: "",
} as const;

/** Returns everything that makes pods. */
export const workloads = oncePerTree((manifests): readonly Workload[] =>
  Object.entries(templates).flatMap(([kind, path]) =>
    ofKind(manifests, kind).map((manifest): Workload => {
      const template = path === "" ? manifest.body : at(manifest.body, ...path.split("."));
      const pod = asObject(at(template, "spec"));
      const place = path === "" ? "spec" : `${path}.spec`;
      return {
        manifest,
        labels: asObject(at(template, "metadata", "labels")),
        annotations: asObject(at(template, "metadata", "annotations")),
        pod,
        path: place,
        containers: containersIn(pod, place),
        largest: largestCount(manifests, manifest),
      };
    }),
  ),
);

function containersIn(pod: JsonObject, path: string): readonly Container[] {
  return (["initContainers", "containers"] as const).flatMap((list) =>
    objects(pod[list]).map((container, index) => ({
      name: text(container["name"]),
      container,
      path: `${path}.${list}[${index}]`,
      init: list === "initContainers" && container["restartPolicy"] !== "Always",
    })),
  );
}

/** Returns the autoscaler of a workload, or undefined: a HorizontalPodAutoscaler or a ScaledObject. */
export function autoscalerOf(manifests: readonly Manifest[], workload: Manifest): Manifest | undefined {
  return ofKind(manifests, "HorizontalPodAutoscaler", "ScaledObject").find(({ body }) => {
    const target = asObject(at(body, "spec", "scaleTargetRef"));
    return target["name"] === workload.name && (target["kind"] ?? "Deployment") === workload.kind;
  });
}

function largestCount(manifests: readonly Manifest[], workload: Manifest): number {
  const spec = at(workload.body, "spec");
  if (workload.kind === "Job") return number(at(spec, "parallelism")) ?? 1;
  if (workload.kind === "CronJob") return number(at(spec, "jobTemplate", "spec", "parallelism")) ?? 1;
  const autoscaler = autoscalerOf(manifests, workload);
  const limits = asObject(at(autoscaler?.body, "spec"));
  // KEDA's documentation: 100 where a ScaledObject does not say.
  const standard = autoscaler?.kind === "ScaledObject" ? 100 : undefined;
  const maximum = number(limits["maxReplicas"] ?? limits["maxReplicaCount"]) ?? standard;
  return maximum ?? number(at(spec, "replicas")) ?? 1;
}

/** Returns how many pods a rolling update may run beside the wanted ones (Kubernetes API reference, DeploymentStrategy). */
export function surgeOf({ manifest, largest }: Workload): number {
  if (manifest.kind !== "Deployment" || at(manifest.body, "spec", "strategy", "type") === "Recreate")
    return 0;
  const surge: Json = at(manifest.body, "spec", "strategy", "rollingUpdate", "maxSurge") ?? "25%";
  return typeof surge === "string" && surge.endsWith("%")
    ? Math.ceil((Number(surge.slice(0, -1)) * largest) / 100)
    : Number(text(surge));
}
