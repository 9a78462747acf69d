import { copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { at, conditionOf, listAt, type KubernetesObject } from "../api/object.ts";
import { ofKinds, startApiServer } from "../consumer.ts";
import { programPath, type ControlPlane } from "../control-plane.ts";
import { namespace } from "../environment.ts";
import { freePort } from "../processes/ports.ts";
import { whileAllRun, type RunningProgram } from "../processes/processes.ts";
import { record } from "../record.ts";
import { objectsWith } from "../rendered-for.ts";
import { programs } from "../tools/catalogue.ts";

const name = "production";
let controlPlane: ControlPlane;
let operator: RunningProgram;
let scaled: KubernetesObject;

beforeAll(async () => {
  const objects = await objectsWith(name, (values) => ({ ...values, app: withRequests(values.app) }));
  // The operator reads the environment of what it scales.
  const used = [
    ...ofKinds(objects, "ConfigMap", "Deployment", "ScaledObject"),
    ...ofKinds(objects, "ExternalSecret").map((secret) => emptySecret(secret)),
  ];
  const [found] = ofKinds(used, "ScaledObject");
  if (found === undefined) throw new Error("no ScaledObject where requests per second are on");
  scaled = found;
  ({ controlPlane } = await startApiServer(["kedaCrds"], used));
  operator = await startKeda(controlPlane);
});
afterAll(async () => await controlPlane.processes.stop());

test("the operator turns the ScaledObject into the autoscaler of the guide's name, with all its metrics", async () => {
  const autoscaler = await whileAllRun(
    [operator],
    controlPlane.admin.until(
      {
        apiVersion: "autoscaling/v2",
        kind: "HorizontalPodAutoscaler",
        name: "apg-cash-management-hpa",
        namespace,
      },
      (found) => found !== undefined,
    ),
  );
  expect(at(autoscaler, "spec", "scaleTargetRef", "name")).toBe("apg-cash-management");
  expect(at(autoscaler, "spec", "minReplicas")).toBe(at(scaled, "spec", "minReplicaCount"));
  expect(at(autoscaler, "spec", "maxReplicas")).toBe(at(scaled, "spec", "maxReplicaCount"));
  expect(at(autoscaler, "spec", "behavior")).toMatchObject(
    Object(at(scaled, "spec", "advanced", "horizontalPodAutoscalerConfig", "behavior")),
  );
  const metrics = listAt(autoscaler, "spec", "metrics");
  const utilization = (resource: string): unknown =>
    at(
      metrics.find((metric) => at(metric, "resource", "name") === resource),
      "resource",
      "target",
      "averageUtilization",
    );
  expect([utilization("cpu"), utilization("memory")]).toEqual([70, 80]);
  const external = metrics.find((metric) => at(metric, "type") === "External");
  expect(at(external, "external", "target")).toMatchObject({ type: "AverageValue", averageValue: "100" });
  const scalers = await controlPlane.admin.list("autoscaling/v2", "HorizontalPodAutoscaler", namespace);
  expect(scalers.length).toBe(1);
  await record({
    claim: `the operator of KEDA, built from its module, turns the ScaledObject (${name} with requests per second) into the one HorizontalPodAutoscaler apg-cash-management-hpa with cpu, memory and requests; nobody asked the Prometheus behind it`,
    against: [`KEDA ${programs.keda.version}`],
    count: `${metrics.length} metrics`,
    pods: "none",
  });
});

test("the operator says that it accepts the ScaledObject", async () => {
  const ready = await whileAllRun(
    [operator],
    controlPlane.admin.until(
      { apiVersion: scaled.apiVersion, kind: scaled.kind, name: scaled.metadata.name, namespace },
      (found) => conditionOf(found, "Ready") === "True",
    ),
  );
  expect(at(ready, "status", "hpaName")).toBe("apg-cash-management-hpa");
});

/** The Secret that External Secrets would make, without the values. */
function emptySecret({ metadata, spec }: KubernetesObject): KubernetesObject {
  const keys = Object.keys(Object(at(spec, "target", "template", "data")));
  const stringData = Object.fromEntries(keys.map((key) => [key, "-"]));
  return { apiVersion: "v1", kind: "Secret", metadata: { name: metadata.name, namespace }, stringData };
}

function withRequests<App extends { readonly autoscaling: { readonly requestsPerSecond: object } }>(
  app: App,
): App {
  const { autoscaling } = app;
  const requestsPerSecond = { ...autoscaling.requestsPerSecond, enabled: true };
  return { ...app, autoscaling: { ...autoscaling, requestsPerSecond } };
}

async function startKeda({ processes, kubeconfig }: ControlPlane): Promise<RunningProgram> {
  const certificates = join(processes.folder, "keda");
  await mkdir(certificates);
  // Its metrics server, which does not run here, would be known by these; the API server's pair is as good.
  for (const [from, to] of [
    ["apiserver.crt", "ca.crt"],
    ["apiserver.crt", "tls.crt"],
    ["apiserver.key", "tls.key"],
  ] as const)
    await copyFile(join(processes.folder, "apiserver", from), join(certificates, to));
  return await processes.start({
    name: "keda-operator",
    command: await programPath("keda"),
    environment: {
      KUBECONFIG: kubeconfig,
      WATCH_NAMESPACE: "",
      POD_NAMESPACE: "keda",
      KEDA_CLUSTER_OBJECT_NAMESPACE: "keda",
    },
    arguments: [
      "--leader-elect=false",
      `--metrics-bind-address=127.0.0.1:${await freePort()}`,
      `--health-probe-bind-address=127.0.0.1:${await freePort()}`,
      `--metrics-service-bind-address=127.0.0.1:${await freePort()}`,
      `--cert-dir=${certificates}`,
    ],
  });
}
