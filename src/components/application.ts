import { Deployment } from "kubernetes-models/apps/v1/Deployment";
import { PodDisruptionBudget } from "kubernetes-models/policy/v1/PodDisruptionBudget";
import { Service } from "kubernetes-models/v1/Service";
import type { Model } from "../kubernetes/manifest.ts";
import { workloadLabels } from "../kubernetes/metadata.ts";
import { applicationName, type ApplicationPod, applicationPod } from "./application-pod.ts";

/** The application: its pods, how they are replaced, and the address that they answer on. */
export interface Application {
  readonly pod: ApplicationPod;
  /** Number of pods; absent where an autoscaler sets it. */
  readonly replicas?: number | undefined;
  readonly service: {
    readonly type: "ClusterIP" | "NodePort" | "LoadBalancer";
    readonly port: number;
    readonly metricsPort: number;
    /** What the edge wants to know of the Service. */
    readonly annotations: Readonly<Record<string, string>>;
  };
}

/** Name of the application's Service; the job of its metrics has the same name. */
export const applicationServiceName = "apg-cash-management-service";

// The guide's scripts give up waiting for a rollout after as long; in seconds.
const progressDeadlineSeconds = 600;

/**
 * Returns the application's Deployment, Service and PodDisruptionBudget. With an autoscaler the Deployment states no
 * number of pods: each sync would set it back.
 */
export function application({ pod, replicas, service }: Application): Model[] {
  const labels = workloadLabels({ app: applicationName });
  const selector = { app: applicationName };
  return [
    new Deployment({
      metadata: {
        name: applicationName,
        labels: { ...labels, version: `v${pod.version}`, "app.kubernetes.io/version": pod.version },
      },
      spec: {
        ...(replicas === undefined ? {} : { replicas }),
        progressDeadlineSeconds,
        // Argo CD rolls back by git; a few ReplicaSets are for the eyes of who is on call.
        revisionHistoryLimit: 5,
        strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
        selector: { matchLabels: selector },
        template: applicationPod(pod),
      },
    }),
    new Service({
      metadata: { name: applicationServiceName, labels, annotations: { ...service.annotations } },
      spec: {
        type: service.type,
        selector,
        ports: [
          { name: "http", port: service.port, targetPort: "http", protocol: "TCP" },
          { name: "metrics", port: service.metricsPort, targetPort: "metrics", protocol: "TCP" },
        ],
      },
    }),
    new PodDisruptionBudget({
      metadata: { name: applicationName, labels },
      spec: {
        // One at a time, and never none: a drain of the last pod's node must not wait for ever.
        maxUnavailable: 1,
        selector: { matchLabels: selector },
        // A pod that is broken anyway never blocks a drain (KEP-3017, on since Kubernetes 1.27).
        ...(pod.kubernetesMinor >= 27 ? { unhealthyPodEvictionPolicy: "AlwaysAllow" } : {}),
      },
    }),
  ];
}
