import type { IContainer } from "kubernetes-models/v1/Container";
import type { IPersistentVolumeClaim } from "kubernetes-models/v1/PersistentVolumeClaim";
import { Service } from "kubernetes-models/v1/Service";
import type { ITopologySpreadConstraint } from "kubernetes-models/v1/TopologySpreadConstraint";
import type { IVolume } from "kubernetes-models/v1/Volume";
import { PodDisruptionBudget } from "kubernetes-models/policy/v1/PodDisruptionBudget";
import { keepData, type SelectorLabels, workloadLabels } from "../kubernetes/metadata.ts";

/** A claim that each pod of a StatefulSet gets. */
export interface Storage {
  /** A quantity such as `500Gi`. */
  readonly size: string;
  /** The cluster's default class when absent. */
  readonly className?: string | undefined;
}

/** How the pods of one server keep away from each other. */
export interface Spread {
  /** `required` needs as many nodes as there are pods; `preferred` also starts on a single-node cluster. */
  readonly nodes: "required" | "preferred";
}

/**
 * Returns the claim template of a StatefulSet. It states apiVersion, kind and volumeMode, which the API server adds
 * to the template: without them older Argo CD sees a difference for ever (argo-cd#11143, #16707; 3.6.1 does not). No
 * label in it ever changes, because templates are immutable.
 */
export function claimTemplate(
  name: string,
  storage: Storage,
  selector: SelectorLabels,
): IPersistentVolumeClaim {
  return {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name, labels: workloadLabels(selector), annotations: { ...keepData } },
    spec: {
      accessModes: ["ReadWriteOnce"],
      resources: { requests: { storage: storage.size } },
      volumeMode: "Filesystem",
      ...(storage.className === undefined ? {} : { storageClassName: storage.className }),
    },
  };
}

/** Returns the constraints that keep the pods of an application on different nodes and, where possible, zones. */
export function spreadOver(app: string, spread: Spread): ITopologySpreadConstraint[] {
  const labelSelector = { matchLabels: { app } };
  return [
    {
      maxSkew: 1,
      topologyKey: "kubernetes.io/hostname",
      whenUnsatisfiable: spread.nodes === "required" ? "DoNotSchedule" : "ScheduleAnyway",
      labelSelector,
    },
    {
      maxSkew: 1,
      topologyKey: "topology.kubernetes.io/zone",
      whenUnsatisfiable: "ScheduleAnyway",
      labelSelector,
    },
  ];
}

/**
 * Returns a budget that lets a drain take one pod of a workload at a time. For a single pod this does not block the
 * drain: blocking it would only move the interruption to the moment when somebody forces it.
 * @param always whether the cluster knows unhealthyPodEvictionPolicy (Kubernetes 1.27): then a pod that is broken
 * anyway never blocks a drain.
 */
export function disruptionBudget(
  name: string,
  selector: SelectorLabels,
  { always }: { readonly always: boolean },
): PodDisruptionBudget {
  return new PodDisruptionBudget({
    metadata: { name, labels: workloadLabels(selector) },
    spec: {
      maxUnavailable: 1,
      selector: { matchLabels: { ...selector } },
      ...(always ? { unhealthyPodEvictionPolicy: "AlwaysAllow" } : {}),
    },
  });
}

/**
 * Returns the headless Service that gives each pod its name, ready or not: replicas find the primary while it
 * recovers, and a primary that is about to initialise finds replicas that are not ready.
 */
export function nodesService(
  name: string,
  app: string,
  ports: readonly { readonly name: string; readonly port: number }[],
): Service {
  return new Service({
    metadata: { name, labels: workloadLabels({ app }) },
    spec: {
      clusterIP: "None",
      publishNotReadyAddresses: true,
      selector: { app },
      // An empty list would be a change at each apply: API servers up to 1.29 at least store none.
      ...(ports.length === 0
        ? {}
        : {
            ports: ports.map(({ name: port, port: number }) => ({
              name: port,
              port: number,
              protocol: "TCP",
              targetPort: port,
            })),
          }),
    },
  });
}

/** Returns a Service of type ClusterIP in front of the ready pods that the selector finds. */
export function clusterService(
  name: string,
  labels: SelectorLabels,
  selector: Readonly<Record<string, string>>,
  ...ports: readonly { readonly name: string; readonly port: number }[]
): Service {
  return new Service({
    metadata: { name, labels: workloadLabels(labels) },
    spec: {
      type: "ClusterIP",
      selector: { ...selector },
      ports: ports.map(({ name: port, port: number }) => ({
        name: port,
        port: number,
        protocol: "TCP",
        targetPort: port,
      })),
    },
  });
}

/** Returns an emptyDir in memory; what it holds counts towards the memory of the containers that write it. */
export function memoryVolume(name: string, sizeLimit: string): IVolume {
  return { name, emptyDir: { medium: "Memory", sizeLimit } };
}

/** Returns an exec probe of a script, in seconds. */
export function execProbe(
  command: readonly string[],
  { period, failures }: { readonly period: number; readonly failures: number },
): NonNullable<IContainer["livenessProbe"]> {
  return {
    exec: { command: [...command] },
    periodSeconds: period,
    timeoutSeconds: 10,
    failureThreshold: failures,
    successThreshold: 1,
  };
}
