import { expect, test } from "vitest";
import { asObject, identity, type Json, type Manifest } from "../src/kubernetes/manifest.ts";
import { manifestsOf, plainValues, setAt } from "./in-memory.ts";

const external = { host: "db.example.com", port: 5432, blocks: [{ cidr: "10.9.0.0/24" }] };

/** Every text in an object, its keys included. */
function texts(value: Json): string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap(texts);
  return Object.entries(asObject(value)).flatMap(([key, child]) => [key, ...texts(child)]);
}

/** Names of objects and kinds in which any of the words stands; the configuration's own data aside. */
function mentions(manifests: readonly Manifest[], words: RegExp): string[] {
  return manifests
    .filter(({ kind, name }) => !(kind === "ConfigMap" && name.startsWith("apg-cash-management-")))
    .filter(({ body }) => texts(body).some((text) => words.test(text)))
    .map((manifest) => identity(manifest));
}

test("without PostgreSQL nothing of it is left but the URL, the password in it and the way to where it is", async () => {
  const values = await plainValues("production");
  setAt(values, ["postgresql", "enabled"], false);
  setAt(values, ["postgresql", "external"], external);
  const manifests = manifestsOf(values);
  expect(manifests.filter(({ component }) => /^(?:postgresql|pgbouncer)/.test(component))).toStrictEqual([]);
  expect(
    mentions(manifests, /\bpostgres-(?:primary|replica|nodes|tls|credentials|backup)|\bpg_|pgbouncer/),
  ).toStrictEqual([]);
  const policy = manifests.find(({ name }) => name === "apg-cash-management-netpol");
  expect(JSON.stringify(policy?.body)).toContain("10.9.0.0/24");
  const secret = manifests.find(
    ({ kind, name }) => kind === "ExternalSecret" && name === "apg-cash-management-secrets",
  );
  expect(JSON.stringify(secret?.body)).toContain("@db.example.com:5432/apg_cash_production");
});

test("without Redis nothing of it is left but the URL, the password in it and the way to where it is", async () => {
  const values = await plainValues("production");
  setAt(values, ["redis", "enabled"], false);
  setAt(values, ["redis", "external"], { ...external, port: 6379, tls: true });
  const manifests = manifestsOf(values);
  expect(manifests.filter(({ component }) => component === "redis")).toStrictEqual([]);
  expect(mentions(manifests, /\bredis-(?:master|replica|nodes|credentials)/)).toStrictEqual([]);
  expect(JSON.stringify(manifests.map(({ body }) => body))).toContain("rediss://application:");
});

test.for([
  {
    path: ["ingress", "enabled"],
    words: /traefik|cert-manager\.io\/v1.*letsencrypt|acme|certificate-solver/i,
  },
  {
    path: ["app", "autoscaling", "enabled"],
    words: /HorizontalPodAutoscaler|ScaledObject|apg-cash-management-hpa/,
  },
  { path: ["monitoring", "enabled"], words: /monitoring\.coreos\.com|grafana|prometheus-to/ },
  { path: ["monitoring", "serviceMonitor", "enabled"], words: /^ServiceMonitor$/ },
  { path: ["app", "kubernetesApi"], words: /rbac\.authorization|api-server|serviceAccountToken/ },
])("$path off leaves nothing behind", async ({ path, words }) => {
  const values = await plainValues("production");
  expect(mentions(manifestsOf(values), words)).not.toStrictEqual([]);
  setAt(values, path, false);
  expect(mentions(manifestsOf(values), words)).toStrictEqual([]);
});

test("the shared volume of the logs is there when it is on, and its claim is mounted", async () => {
  const values = await plainValues("production");
  expect(mentions(manifestsOf(values), /^apg-logs-pvc$/)).toStrictEqual([]);
  setAt(values, ["persistence", "logs", "enabled"], true);
  setAt(values, ["persistence", "logs", "storageClass"], "shared");
  expect(mentions(manifestsOf(values), /^apg-logs-pvc$/)).toStrictEqual([
    "/PersistentVolumeClaim/apg-cash-management/apg-logs-pvc",
    "apps/Deployment/apg-cash-management/apg-cash-management",
  ]);
});

test("requests per second make KEDA's ScaledObject instead of the autoscaler, never both", async () => {
  const values = await plainValues("production");
  setAt(values, ["app", "autoscaling", "requestsPerSecond", "enabled"], true);
  const kinds = manifestsOf(values).map(({ kind }) => kind);
  expect(kinds).toContain("ScaledObject");
  expect(kinds).not.toContain("HorizontalPodAutoscaler");
});

test("on-premises every image of every pod comes from the mirror, and every pod may pull from it", async () => {
  const manifests = manifestsOf(await plainValues("onprem"));
  const images = manifests.flatMap(({ body }) =>
    [...JSON.stringify(body).matchAll(/"image":"([^"]+)"/g)].map(([, image]) => image),
  );
  expect(images.length).toBeGreaterThan(8);
  expect(images.filter((image) => !image?.startsWith("registry.customer.example/apg/"))).toStrictEqual([]);
  const pods = manifests.filter(({ body }) => JSON.stringify(body).includes('"containers":'));
  expect(
    pods.filter(
      ({ body }) => !JSON.stringify(body).includes('"imagePullSecrets":[{"name":"registry-pull-secret"}]'),
    ),
  ).toStrictEqual([]);
});
