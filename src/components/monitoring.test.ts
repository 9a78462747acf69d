import { expect, test } from "vitest";
import { asArray, asObject, type Json, type JsonObject, seal } from "../kubernetes/manifest.ts";
import { type Monitoring, monitoring } from "./monitoring.ts";

const spec: Monitoring = {
  namespace: "apg-cash-management",
  release: "prometheus",
  runbookUrl: "https://runbooks.example.com/",
  serviceMonitor: { enabled: true, interval: "30s" },
  objectives: { availability: 0.999, latency: 0.95 },
  autoscaler: "apg-cash-management-hpa",
  postgresql: { replicas: 2 },
  redis: { replicas: 2 },
};

function render(changes: Partial<Monitoring> = {}): ReadonlyMap<string, JsonObject> {
  const place = { component: "monitoring", namespace: spec.namespace, wave: 40 };
  const manifests = monitoring({ ...spec, ...changes }).map((model) => seal(model, place));
  return new Map(manifests.map(({ kind, name, body }) => [`${kind}/${name}`, body]));
}

function endpoint(monitor: JsonObject | undefined): JsonObject {
  return asObject(asArray(asObject(monitor?.["spec"])["endpoints"])[0]);
}

function allAlerts(objects: ReadonlyMap<string, JsonObject>): readonly Json[] {
  const rule = objects.get("PrometheusRule/apg-cash-management-alerts");
  return asArray(asObject(rule?.["spec"])["groups"])
    .flatMap((group) => asArray(asObject(group)["rules"]))
    .flatMap((each) => asObject(each)["alert"] ?? []);
}

test("each workload with metrics has one ServiceMonitor beside the rules", () => {
  expect([...render().keys()]).toEqual([
    "ServiceMonitor/apg-cash-management-monitor",
    "ServiceMonitor/postgres-monitor",
    "ServiceMonitor/redis-monitor",
    "PrometheusRule/apg-cash-management-alerts",
  ]);
});

test("a ServiceMonitor selects the one Service of its workload that has the metrics port, and labels series with the role", () => {
  expect(render().get("ServiceMonitor/postgres-monitor")?.["spec"]).toEqual({
    selector: {
      matchLabels: { app: "postgres" },
      matchExpressions: [{ key: "role", operator: "DoesNotExist" }],
    },
    endpoints: [{ port: "metrics", path: "/metrics", interval: "30s", honorLabels: false }],
    podTargetLabels: ["role"],
  });
});

test("every object carries the label by which the platform's Prometheus selects", () => {
  const labels = [...render({ release: "platform" }).values()].map((body) =>
    asObject(asObject(body["metadata"])["labels"]),
  );
  expect(labels.map(({ release }) => release)).toEqual(["platform", "platform", "platform", "platform"]);
});

test("the scrape interval is the one asked for", () => {
  const objects = render({ serviceMonitor: { enabled: true, interval: "15s" } });
  expect(endpoint(objects.get("ServiceMonitor/redis-monitor"))["interval"]).toBe("15s");
});

test("without ServiceMonitors the rules remain", () => {
  const objects = render({ serviceMonitor: { enabled: false, interval: "30s" } });
  expect([...objects.keys()]).toEqual(["PrometheusRule/apg-cash-management-alerts"]);
});

test("a server that is not part of the system is neither scraped nor watched", () => {
  const objects = render({ postgresql: undefined, redis: undefined });
  expect([...objects.keys()]).toEqual([
    "ServiceMonitor/apg-cash-management-monitor",
    "PrometheusRule/apg-cash-management-alerts",
  ]);
  const names = allAlerts(objects);
  expect(names).not.toEqual([]);
  expect(JSON.stringify(names)).not.toMatch(/Postgres|Redis|Database/);
});

test("without an autoscaler no alert asks for one", () => {
  const objects = render({ autoscaler: undefined });
  expect(JSON.stringify(objects.get("PrometheusRule/apg-cash-management-alerts"))).not.toContain(
    "horizontalpod",
  );
});

test("Argo CD is watched only where its metrics are collected", () => {
  const delivery = { application: "apg-cash-management-production" };
  expect(allAlerts(render({ delivery }))).toEqual(expect.arrayContaining(["APGDeliveryOutOfSync"]));
  expect(JSON.stringify([...render({ delivery: undefined }).values()])).not.toContain("argocd_app");
});

test("without replicas no alert misses them", () => {
  const missing = ["APGPostgresReplicaMissing", "APGRedisReplicaMissing"];
  const alone = render({ postgresql: { replicas: 0 }, redis: { replicas: 0 } });
  expect(allAlerts(render())).toEqual(expect.arrayContaining(missing));
  expect(JSON.stringify(allAlerts(alone))).not.toContain("ReplicaMissing");
});

test("the guide's five alerts keep their names", () => {
  expect(allAlerts(render())).toEqual(
    expect.arrayContaining([
      "APGCashManagementDown",
      "APGHighResponseTime",
      "APGHighErrorRate",
      "APGDatabaseConnectionsHigh",
      "APGRedisMemoryUsageHigh",
    ]),
  );
});
