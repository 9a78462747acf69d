import { expect, test } from "vitest";
import { autoscalingSpec, only, sealed } from "../../test/application-specs.ts";
import { guideFixture } from "../../test/guide.ts";
import { asArray, asObject, type JsonObject } from "../kubernetes/manifest.ts";
import { autoscaling } from "./autoscaling.ts";

const behavior = {
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
const target = { apiVersion: "apps/v1", kind: "Deployment", name: "apg-cash-management" };
const requests = { perSecond: 100, prometheus: "http://prometheus.example.org:9090" };

test("cpu and memory are the guide's, and so is the behaviour", () => {
  expect(only(autoscaling(autoscalingSpec), "HorizontalPodAutoscaler")).toMatchObject({
    metadata: { name: "apg-cash-management-hpa" },
    spec: {
      scaleTargetRef: target,
      minReplicas: 3,
      maxReplicas: 20,
      metrics: [
        {
          type: "Resource",
          resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 70 } },
        },
        {
          type: "Resource",
          resource: { name: "memory", target: { type: "Utilization", averageUtilization: 80 } },
        },
      ],
      behavior,
    },
  });
});

test("with requests per second KEDA makes the autoscaler of the same name, and takes over one that exists", () => {
  expect(only(autoscaling({ ...autoscalingSpec, requests }), "ScaledObject")).toMatchObject({
    metadata: { annotations: { "scaledobject.keda.sh/transfer-hpa-ownership": "true" } },
    spec: {
      scaleTargetRef: target,
      minReplicaCount: 3,
      maxReplicaCount: 20,
      advanced: { horizontalPodAutoscalerConfig: { name: "apg-cash-management-hpa", behavior } },
      triggers: [
        { type: "cpu", metricType: "Utilization", metadata: { value: "70" } },
        { type: "memory", metricType: "Utilization", metadata: { value: "80" } },
        {
          type: "prometheus",
          metricType: "AverageValue",
          metadata: {
            serverAddress: "http://prometheus.example.org:9090",
            query:
              'sum(rate(http_requests_total{namespace="apg-cash-management",job="apg-cash-management-service"}[2m]))',
            threshold: "100",
            ignoreNullValues: "false",
          },
        },
      ],
    },
  });
});

test("there is one autoscaler, never two", () => {
  expect(sealed(autoscaling(autoscalingSpec))).toHaveLength(1);
  expect(sealed(autoscaling({ ...autoscalingSpec, requests }))).toHaveLength(1);
});

test("no autoscaler waits for a metric that nobody serves; the guide's does (K12)", () => {
  const ours = [autoscalingSpec, { ...autoscalingSpec, requests }].flatMap((spec) =>
    sealed(autoscaling(spec)),
  );
  expect(ours.flatMap(unserved)).toEqual([]);
  expect(unserved(guideFixture("K12-metric-without-server"))).toEqual(["Pods"]);
});

// The resource metrics API is the platform's; KEDA serves what its own objects ask for, and nobody serves the others.
function unserved(body: JsonObject): unknown[] {
  const types = asArray(asObject(body["spec"])["metrics"]).map((metric) => asObject(metric)["type"]);
  return types.filter((type) => type !== "Resource");
}
