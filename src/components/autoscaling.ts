import { ScaledObject } from "@kubernetes-models/keda/keda.sh/v1alpha1/ScaledObject";
import type { IHorizontalPodAutoscalerBehavior } from "kubernetes-models/autoscaling/v2/HorizontalPodAutoscalerBehavior";
import { HorizontalPodAutoscaler } from "kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler";
import type { Model } from "../kubernetes/manifest.ts";
import { workloadLabels } from "../kubernetes/metadata.ts";
import { applicationName } from "./application-pod.ts";
import { applicationServiceName } from "./application.ts";

/** How many pods the application has, and by what it is decided; names as in the guide's Helm values. */
export interface Autoscaling {
  readonly namespace: string;
  readonly minReplicas: number;
  readonly maxReplicas: number;
  /** Shares of what the pods request, in percent. */
  readonly targetCPUUtilizationPercentage: number;
  readonly targetMemoryUtilizationPercentage: number;
  /** Scaling by requests as well, which needs KEDA in the cluster. */
  readonly requests?:
    | {
        /** Requests per second that one pod is to serve. */
        readonly perSecond: number;
        /** Address of Prometheus as KEDA reaches it, such as `http://prometheus-operated.monitoring:9090`. */
        readonly prometheus: string;
      }
    | undefined;
}

/** Name of the HorizontalPodAutoscaler, whoever makes it. */
export const autoscalerName = "apg-cash-management-hpa";

/**
 * Returns a HorizontalPodAutoscaler on cpu and memory, or, where requests count too, a ScaledObject of which KEDA
 * makes the HorizontalPodAutoscaler of the same name and takes it over where it exists. Never both: two autoscalers of
 * one Deployment fight. Nothing else in a cluster serves the guide's metric http_requests_per_second.
 */
export function autoscaling(spec: Autoscaling): Model[] {
  return [spec.requests === undefined ? horizontal(spec) : scaledObject(spec, spec.requests)];
}

const scaleTarget = { apiVersion: "apps/v1", kind: "Deployment", name: applicationName };

// The guide's: pods come quickly after five steady minutes, and go slowly after fifteen.
const behavior: IHorizontalPodAutoscalerBehavior = {
  scaleUp: {
    stabilizationWindowSeconds: 300,
    policies: [
      { type: "Percent", value: 100, periodSeconds: 15 },
      { type: "Pods", value: 4, periodSeconds: 15 },
    ],
    selectPolicy: "Max",
  },
  scaleDown: {
    stabilizationWindowSeconds: 900,
    policies: [{ type: "Percent", value: 10, periodSeconds: 60 }],
    selectPolicy: "Min",
  },
};

function horizontal(spec: Autoscaling): HorizontalPodAutoscaler {
  return new HorizontalPodAutoscaler({
    metadata: { name: autoscalerName, labels: workloadLabels({ app: applicationName }) },
    spec: {
      scaleTargetRef: scaleTarget,
      minReplicas: spec.minReplicas,
      maxReplicas: spec.maxReplicas,
      metrics: [
        utilization("cpu", spec.targetCPUUtilizationPercentage),
        utilization("memory", spec.targetMemoryUtilizationPercentage),
      ],
      behavior,
    },
  });
}

function utilization(name: string, averageUtilization: number) {
  return {
    type: "Resource",
    resource: { name, target: { type: "Utilization", averageUtilization } },
  };
}

function scaledObject(spec: Autoscaling, requests: NonNullable<Autoscaling["requests"]>): ScaledObject {
  return new ScaledObject({
    metadata: {
      name: applicationName,
      labels: workloadLabels({ app: applicationName }),
      annotations: { "scaledobject.keda.sh/transfer-hpa-ownership": "true" },
    },
    spec: {
      scaleTargetRef: scaleTarget,
      minReplicaCount: spec.minReplicas,
      maxReplicaCount: spec.maxReplicas,
      advanced: { horizontalPodAutoscalerConfig: { name: autoscalerName, behavior } },
      triggers: [
        share("cpu", spec.targetCPUUtilizationPercentage),
        share("memory", spec.targetMemoryUtilizationPercentage),
        {
          type: "prometheus",
          metricType: "AverageValue",
          metadata: {
            serverAddress: requests.prometheus,
            query: requestsOfAllPods(spec.namespace),
            threshold: String(requests.perSecond),
            // No answer is an unknown number of requests, not none: pods are added by cpu, and none are taken away.
            ignoreNullValues: "false",
          },
        },
      ],
    },
  });
}

function share(type: "cpu" | "memory", percent: number) {
  return { type, metricType: "Utilization" as const, metadata: { value: String(percent) } };
}

// Per second over two minutes, which are four scrapes at the guide's interval; KEDA divides by the number of pods.
function requestsOfAllPods(namespace: string): string {
  return `sum(rate(http_requests_total{namespace="${namespace}",job="${applicationServiceName}"}[2m]))`;
}
