import { asObject, type Json, type JsonObject } from "../kubernetes/manifest.ts";
import { text } from "./quota-text.ts";

/** Pods that are alike, and how many of them there can be at once. */
export interface PodGroup {
  /** Specification of the pod. */
  readonly pod: JsonObject;
  readonly count: number;
}

/**
 * Returns the pods of every workload in its largest state.
 * Throws an Error for a workload that has none: a CronJob whose runs may overlap without end, a kind that grows with
 * the cluster.
 */
export function peakPods(bodies: readonly JsonObject[]): PodGroup[] {
  return bodies.flatMap((body) => {
    const spec = asObject(body["spec"]);
    switch (text(body["kind"])) {
      case "Deployment": {
        return [{ pod: podOf(spec), count: deploymentPeak(body, bodies) }];
      }
      case "StatefulSet": {
        return [{ pod: podOf(spec), count: amount(spec["replicas"]) }];
      }
      case "Job": {
        return [{ pod: podOf(spec), count: amount(spec["parallelism"]) }];
      }
      case "CronJob": {
        return [cronJobPeak(body, spec)];
      }
      case "Pod": {
        return [{ pod: spec, count: 1 }];
      }
      case "DaemonSet":
      case "ReplicaSet":
      case "ReplicationController": {
        throw new Error(`quota: ${nameOf(body)} has no largest state that its object tells`);
      }
      default: {
        return [];
      }
    }
  });
}

/**
 * The surge counts twice: a pod that was told to stop counts until its grace period ends (Kubernetes, QuotaV1Pod),
 * and the next new one may already start.
 */
function deploymentPeak(body: JsonObject, bodies: readonly JsonObject[]): number {
  const spec = asObject(body["spec"]);
  const replicas = autoscalerMaximum(body, bodies) ?? amount(spec["replicas"]);
  const strategy = asObject(spec["strategy"]);
  if (strategy["type"] === "Recreate") return replicas;
  const surge = asObject(strategy["rollingUpdate"])["maxSurge"] ?? "25%";
  return replicas + 2 * absolute(surge, replicas);
}

function autoscalerMaximum(body: JsonObject, bodies: readonly JsonObject[]): number | undefined {
  const maxima = bodies.flatMap(({ kind, spec }) => {
    if (kind !== "HorizontalPodAutoscaler" && kind !== "ScaledObject") return [];
    const { scaleTargetRef, maxReplicas, maxReplicaCount } = asObject(spec);
    if (asObject(scaleTargetRef)["name"] !== asObject(body["metadata"])["name"]) return [];
    // KEDA's documentation: 100 where a ScaledObject does not say.
    return [Number(maxReplicas ?? maxReplicaCount ?? 100)];
  });
  return maxima.length === 0 ? undefined : Math.max(...maxima);
}

// Kubernetes rounds a surge in percent up.
function absolute(surge: Json, replicas: number): number {
  const share = /^(?<percent>\d+)%$/.exec(text(surge))?.groups?.["percent"];
  return share === undefined ? Number(surge) : Math.ceil((replicas * Number(share)) / 100);
}

// Replace makes the next pod while the last one ends.
const runsAtOnce = new Map([
  ["Forbid", 1],
  ["Replace", 2],
]);

function cronJobPeak(body: JsonObject, spec: JsonObject): PodGroup {
  const job = asObject(asObject(spec["jobTemplate"])["spec"]);
  const runs = runsAtOnce.get(text(spec["concurrencyPolicy"]));
  if (runs === undefined) {
    throw new Error(`quota: runs of ${nameOf(body)} may overlap without end: set concurrencyPolicy`);
  }
  return { pod: podOf(job), count: runs * amount(job["parallelism"]) };
}

function podOf(spec: JsonObject): JsonObject {
  return asObject(asObject(spec["template"])["spec"]);
}

function nameOf(body: JsonObject): string {
  return `${text(body["kind"])}/${text(asObject(body["metadata"])["name"])}`;
}

function amount(value: Json | undefined): number {
  return Number(value ?? 1);
}
