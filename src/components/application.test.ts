import { expect, test } from "vitest";
import { applicationSpec, only, podSpec } from "../../test/application-specs.ts";
import { guideFixture } from "../../test/guide.ts";
import { containersOf, podOf, templateOf } from "../../test/pod-parts.ts";
import { asArray, asObject, type JsonObject } from "../kubernetes/manifest.ts";
import { application } from "./application.ts";

const deployment = only(application(applicationSpec), "Deployment");

test("a rolling update never has fewer pods than before, and gives up after the guide's 600 seconds", () => {
  expect(deployment["spec"]).toMatchObject({
    progressDeadlineSeconds: 600,
    strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
    selector: { matchLabels: { app: "apg-cash-management" } },
  });
});

test("the pods carry the release, and the selector, which is immutable, does not", () => {
  expect(asObject(templateOf(deployment)["metadata"])["labels"]).toEqual({
    app: "apg-cash-management",
    "app.kubernetes.io/name": "apg-cash-management",
    "app.kubernetes.io/version": "1.4.0",
    version: "v1.4.0",
  });
});

test("the number of pods is the autoscaler's where there is one; the guide's sync sets it back (K13)", () => {
  expect(asObject(deployment["spec"])).not.toHaveProperty("replicas");
  expect(asObject(guideFixture("K13-replicas-under-autoscaler")["spec"])).toHaveProperty("replicas", 3);
  const fixed = only(application({ ...applicationSpec, replicas: 2 }), "Deployment");
  expect(fixed["spec"]).toHaveProperty("replicas", 2);
});

test("an older cluster gets only the fields that it knows", () => {
  const models = application({ ...applicationSpec, pod: { ...podSpec, kubernetesMinor: 26 } });
  const old = only(models, "Deployment");
  expect(containersOf(old)[0]?.["lifecycle"]).toEqual({ preStop: { exec: { command: ["sleep", "15"] } } });
  expect(JSON.stringify(old)).not.toContain("matchLabelKeys");
  expect(JSON.stringify(only(models, "PodDisruptionBudget"))).not.toContain("unhealthyPodEvictionPolicy");
});

test("a drain takes one pod at a time, and pods spread over zones and nodes; in the guide neither (K19)", () => {
  expect(only(application(applicationSpec), "PodDisruptionBudget")["spec"]).toEqual({
    maxUnavailable: 1,
    selector: { matchLabels: { app: "apg-cash-management" } },
    unhealthyPodEvictionPolicy: "AlwaysAllow",
  });
  expect(spreadOver(deployment)).toEqual([
    ["topology.kubernetes.io/zone", "ScheduleAnyway"],
    ["kubernetes.io/hostname", "DoNotSchedule"],
  ]);
  expect(spreadOver(guideFixture("K19-no-spread"))).toEqual([]);
  // A node that takes no pod would count as one that has none, and hold all others at one.
  expect(JSON.stringify(deployment).match(/"nodeTaintsPolicy":"Honor"/g)).toHaveLength(1);
});

test("the Service finds both ports by name and tells Prometheus nothing by annotation (K18)", () => {
  const service = only(
    application({ ...applicationSpec, service: { ...applicationSpec.service, port: 80 } }),
    "Service",
  );
  expect(service).toMatchObject({
    metadata: { name: "apg-cash-management-service", labels: { app: "apg-cash-management" } },
    spec: {
      type: "ClusterIP",
      selector: { app: "apg-cash-management" },
      ports: [
        { name: "http", port: 80, targetPort: "http", protocol: "TCP" },
        { name: "metrics", port: 8001, targetPort: "metrics", protocol: "TCP" },
      ],
    },
  });
  expect(JSON.stringify([service, deployment])).not.toContain("prometheus.io/");
  expect(JSON.stringify(guideFixture("K18-pod-annotations"))).toContain("prometheus.io/");
});

function spreadOver(body: JsonObject): unknown[] {
  const constraints = asArray(podOf(body)["topologySpreadConstraints"]).map(asObject);
  return constraints.map(({ topologyKey, whenUnsatisfiable }) => [topologyKey, whenUnsatisfiable]);
}
