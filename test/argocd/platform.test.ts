import { expect, test } from "vitest";
import { chartImages } from "../../src/argocd/chart-images.ts";
import type { Platform } from "../../src/argocd/environment.ts";
import type { JsonObject } from "../../src/kubernetes/manifest.ts";
import { exampleEnvironment } from "./environments.ts";
import { at, generated, listAt, textAt } from "./objects.ts";

function platform(change: Partial<Platform> = {}): ReadonlyMap<string, JsonObject> {
  const environment = { ...exampleEnvironment, platform: { ...exampleEnvironment.platform, ...change } };
  const all = [...generated([environment])].filter(([path]) => path.includes("/platform/"));
  return new Map(all.map(([path, body]) => [path.replace(/.*\/production-(.*)\.yaml/, "$1"), body]));
}

function values(name: string, change: Partial<Platform> = {}): JsonObject[string] | undefined {
  return at(platform(change).get(name), "spec", "source", "helm", "valuesObject");
}

test("each chart is pinned to one exact version, and says which its values were written for", () => {
  const pins = [...platform().values()].map((body) => textAt(body, "spec", "source", "targetRevision"));
  expect(pins).toHaveLength(5);
  for (const pin of pins) expect(pin).toMatch(/^v?\d+\.\d+\.\d+$/);
  for (const body of platform().values()) {
    expect(JSON.stringify(at(body, "spec", "info"))).toContain(
      textAt(body, "spec", "source", "targetRevision"),
    );
  }
});

test("somebody read which images each chart runs, at the version that is pinned", () => {
  const all = [...platform()].map(([name, body]) => ({
    name,
    version: textAt(body, "spec", "source", "targetRevision"),
  }));
  const unread = all.filter((chart) => chartImages(chart, { grafana: true }) === undefined);
  expect(unread).toEqual([]);
  const run = (grafana: boolean): string =>
    all.flatMap((chart) => chartImages(chart, { grafana })?.images ?? []).join(" ");
  expect([run(true), run(false)].map((images) => images.includes("docker.io/grafana/grafana:"))).toEqual([
    true,
    false,
  ]);
  expect(chartImages({ name: "keda", version: "0.0.1" }, { grafana: true })).toBeUndefined();
});

test("a chart never prunes: an upgrade that drops a CustomResourceDefinition would take its objects along", () => {
  for (const body of platform().values())
    expect(at(body, "spec", "syncPolicy", "automated", "prune")).toBe(false);
});

test("what is switched off leaves no chart behind", () => {
  const off = platform({ prometheus: false, keda: false, traefik: undefined });
  expect([...off.keys()]).toEqual(["cert-manager", "external-secrets"]);
  const project = generated([
    {
      ...exampleEnvironment,
      platform: { ...exampleEnvironment.platform, prometheus: false, keda: false, traefik: undefined },
    },
  ]).get("argocd/vendor/projects/production-platform.yaml");
  expect(listAt(project, "spec", "sourceRepos")).toHaveLength(2);
  const kinds = listAt(project, "spec", "clusterResourceWhitelist").map((item) => at(item, "kind"));
  expect(kinds).not.toContain("APIService");
  expect(kinds).not.toContain("IngressClass");
  const namespaces = listAt(project, "spec", "destinations").map((item) => at(item, "namespace"));
  expect(namespaces).toEqual(["cert-manager", "external-secrets"]);
});

test("Traefik publishes an address, keeps the client's, and redirects nothing on its entry point", () => {
  const traefik = values("traefik");
  expect(at(traefik, "providers", "kubernetesIngress", "publishedService", "enabled")).toBe(true);
  expect(at(traefik, "service", "spec", "externalTrafficPolicy")).toBe("Local");
  for (const port of ["web", "websecure"]) {
    expect(at(traefik, "ports", port)).toEqual({
      forwardedHeaders: { trustedIPs: ["10.0.0.0/8"] },
      transport: { respondingTimeouts: { readTimeout: "60s", idleTimeout: "70s" } },
    });
  }
});

test.each([true, false])("the other charts are scraped exactly where Prometheus is (%s)", (prometheus) => {
  const on = { enabled: prometheus };
  const change = { prometheus };
  expect(at(values("cert-manager", change), "prometheus", "servicemonitor")).toMatchObject(on);
  expect(at(values("external-secrets", change), "serviceMonitor")).toMatchObject(on);
  expect(at(values("traefik", change), "metrics", "prometheus", "serviceMonitor")).toMatchObject(on);
});

test("Grafana is on or off, and its password comes from a Secret: the chart would invent one at each render", () => {
  expect(at(values("kube-prometheus-stack", { grafana: false }), "grafana")).toEqual({ enabled: false });
  expect(at(values("kube-prometheus-stack"), "grafana", "admin", "existingSecret")).toBe("grafana-admin");
});

test("a mirror reaches every chart's images", () => {
  for (const name of platform().keys()) {
    expect(JSON.stringify(values(name, { imageRegistry: "mirror.example.com" }))).toContain(
      "mirror.example.com",
    );
    expect(JSON.stringify(values(name))).not.toContain("mirror.example.com");
  }
});

test("where the charts have a mirror, each comes from it, and the project permits no other place", () => {
  const chartRepository = "https://charts.customer.example/apg";
  const mirrored = platform({ chartRepository });
  expect(mirrored.size).toBe(5);
  for (const body of mirrored.values())
    expect(textAt(body, "spec", "source", "repoURL")).toBe(chartRepository);
  const environment = {
    ...exampleEnvironment,
    platform: { ...exampleEnvironment.platform, chartRepository },
  };
  const project = generated([environment]).get("argocd/vendor/projects/production-platform.yaml");
  expect(at(project, "spec", "sourceRepos")).toEqual([chartRepository]);
});
