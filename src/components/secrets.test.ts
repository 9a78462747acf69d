import { expect, test } from "vitest";
import { guideFixture } from "../../test/guide.ts";
import { asArray, asObject, type Json, type JsonObject, seal } from "../kubernetes/manifest.ts";
import type { Store } from "./secret-sources.ts";
import { type Secrets, secrets } from "./secrets.ts";

const google: Store = { provider: "google", project: "example", prefix: "apg-production" };
const vault: Store = {
  provider: "vault",
  server: "https://vault.example.org:8200",
  engine: "secret",
  mount: "kubernetes",
  role: "apg-cash-management",
  prefix: "apg-cash-management",
  authority: { configMap: "vault-authority", key: "ca.crt" },
};
const generatedStore: Store = { provider: "generated", namespace: "apg-cash-management" };
const spec: Secrets = {
  store: google,
  refreshInterval: "15m",
  postgresql: {
    inCluster: true,
    host: "postgres-primary-service",
    port: 5432,
    user: "apg_user",
    database: "apg_cash_production",
    parameters: { sslmode: "verify-full", sslrootcert: "/run/ca.crt" },
  },
  redis: {
    inCluster: true,
    host: "redis-master-service",
    port: 6379,
    user: "application",
    database: "0",
    parameters: {},
    tls: false,
  },
  banks: ["chase", "wells-fargo", "bank-of-america", "citi"],
  pullSecret: true,
  backupCopy: true,
  edgeAuthority: true,
};
const development: Secrets = {
  ...spec,
  store: generatedStore,
  pullSecret: false,
  backupCopy: false,
  edgeAuthority: false,
};

test("the application's Secret has the guide's keys that somebody reads; its passwords stand in the URLs", () => {
  expect(Object.keys(templates("apg-cash-management-secrets")).toSorted()).toEqual([
    "database-url",
    "encryption-key",
    "jwt-secret-key",
    "redis-url",
    "secret-key",
  ]);
});

test("bank keys and each server's credentials are Secrets of their own", () => {
  expect(Object.keys(templates("apg-cash-management-bank-secrets"))).toEqual([
    "chase-api-key",
    "wells-fargo-api-key",
    "bank-of-america-api-key",
    "citi-api-key",
  ]);
  // The superuser comes over the socket of his pod, without a password.
  expect(Object.keys(templates("postgres-credentials"))).toEqual([
    "application-password",
    "replication-password",
    "monitoring-password",
  ]);
  expect(Object.keys(templates("redis-credentials"))).toEqual([
    "application-password",
    "replication-password",
    "monitoring-password",
  ]);
});

test("connection URLs encode the very password that the server reads", () => {
  const password = '.postgres_application_password | trimSuffix "\\n" | trimSuffix "\\r"';
  expect(templates("apg-cash-management-secrets")["database-url"]).toBe(
    `postgresql://apg_user:{{ ${password} | urlquery | replace "+" "%20" }}@postgres-primary-service:5432/` +
      "apg_cash_production?sslmode=verify-full&sslrootcert=%2Frun%2Fca.crt",
  );
  expect(templates("postgres-credentials")["application-password"]).toBe(`{{ ${password} }}`);
  const sources = ["apg-cash-management-secrets", "postgres-credentials"].map((name) =>
    asArray(specOf(name)["data"])
      .map(asObject)
      .filter(({ secretKey }) => secretKey === "postgres_application_password"),
  );
  expect(sources[0]).toHaveLength(1);
  expect(sources[0]).toEqual(sources[1]);
});

test("an encrypted Redis connection has its own scheme", () => {
  const redis = { ...spec.redis, tls: true };
  expect(templates("apg-cash-management-secrets", { ...spec, redis })["redis-url"]).toMatch(
    /^rediss:\/\/application:\{\{ .* \}\}@redis-master-service:6379\/0$/,
  );
});

test("a server elsewhere changes the URL and needs no credentials of its own users", () => {
  const postgresql = { ...spec.postgresql, inCluster: false, host: "db.example.org", port: 6432 };
  const changed = { ...spec, postgresql };
  expect(templates("apg-cash-management-secrets", changed)["database-url"]).toContain(
    "@db.example.org:6432/",
  );
  expect(named("postgres-credentials", changed)).toBeUndefined();
  expect(named("redis-credentials", changed)).toBeDefined();
});

test("behind a pooler the primary's own URL has a key of its own", () => {
  const direct = { host: "postgres-primary-service", port: 5432 };
  const postgresql = { ...spec.postgresql, host: "pgbouncer", port: 6432, direct };
  const keys = templates("apg-cash-management-secrets", { ...spec, postgresql });
  expect(keys["database-url"]).toContain("@pgbouncer:6432/apg_cash_production?sslmode=verify-full");
  expect(keys["database-direct-url"]).toBe(templates("apg-cash-management-secrets")["database-url"]);
});

test("URLs of read replicas are there when asked for", () => {
  const postgresql = { ...spec.postgresql, replica: { host: "postgres-replica-service", port: 5432 } };
  const keys = templates("apg-cash-management-secrets", { ...spec, postgresql });
  expect(keys["database-replica-url"]).toContain("@postgres-replica-service:5432/");
  expect(keys).not.toHaveProperty("redis-replica-url");
});

test("Secrets that open data survive their ExternalSecret, the others go with it", () => {
  const policies = bodies(spec)
    .filter(({ kind }) => kind === "ExternalSecret")
    .map((body) => {
      const target = asObject(asObject(body["spec"])["target"]);
      const options = asObject(asObject(body["metadata"])["annotations"])["argocd.argoproj.io/sync-options"];
      return [target["name"], target["creationPolicy"], target["deletionPolicy"], options];
    });
  const kept = "Prune=false,Delete=false";
  expect(policies).toEqual([
    ["apg-cash-management-secrets", "Orphan", "Retain", kept],
    ["apg-cash-management-bank-secrets", "Owner", "Retain", undefined],
    ["postgres-credentials", "Orphan", "Retain", kept],
    ["redis-credentials", "Orphan", "Retain", kept],
    ["backup-copy-credentials", "Orphan", "Retain", kept],
    ["registry-pull-secret", "Owner", "Retain", undefined],
    ["apg-cash-management-edge-authority", "Owner", "Retain", undefined],
  ]);
});

test("no Secret inherits Argo CD's annotations from its ExternalSecret", () => {
  const metadata = bodies(development)
    .filter(({ kind }) => kind === "ExternalSecret")
    .map((body) => asObject(asObject(asObject(body["spec"])["target"])["template"])["metadata"]);
  expect(metadata).toEqual(metadata.map(() => ({})));
});

test("the pull secret is of the type that kubelet reads", () => {
  const template = asObject(asObject(specOf("registry-pull-secret")["target"])["template"]);
  expect(template["type"]).toBe("kubernetes.io/dockerconfigjson");
  expect(Object.keys(asObject(template["data"]))).toEqual([".dockerconfigjson"]);
});

test("in development every value that a Secret is made of is generated, and no other", () => {
  const all = bodies(development).filter(({ kind }) => kind === "ExternalSecret");
  const made = all.flatMap(({ spec: of }) => asArray(asObject(of)["dataFrom"])).map(rewritten);
  const read = all
    .flatMap(({ spec: of }) => asArray(asObject(of)["data"]))
    .map((entry) => asObject(asObject(entry)["remoteRef"])["property"]);
  expect(new Set(made).size).toBe(made.length);
  expect(new Set(read)).toEqual(new Set(made));
});

test("a generated store refuses what nobody can invent", () => {
  expect(() => secrets({ ...development, pullSecret: true })).toThrow("registry credentials");
  expect(() => secrets({ ...development, edgeAuthority: true })).toThrow("certificate authority");
});

test("no Secret is rendered, for any store (K8)", () => {
  for (const store of [google, vault]) expect(bodies({ ...spec, store }).some(isSecret)).toBe(false);
  expect(bodies(development).some(isSecret)).toBe(false);
  expect(isSecret(guideFixture("K8-secret"))).toBe(true);
});

function isSecret({ apiVersion, kind }: JsonObject): boolean {
  return apiVersion === "v1" && kind === "Secret";
}

function bodies(of: Secrets): JsonObject[] {
  const placement = { component: "secrets", namespace: "apg-cash-management", wave: -10 };
  return secrets(of).map((model) => seal(model, placement).body);
}

function named(name: string, of = spec): JsonObject | undefined {
  return bodies(of).find(({ metadata }) => asObject(metadata)["name"] === name);
}

function specOf(name: string, of = spec): JsonObject {
  const body = bodies(of).find(
    ({ kind, metadata }) =>
      (kind === "ExternalSecret" || kind === "SecretStore") && asObject(metadata)["name"] === name,
  );
  return asObject(body?.["spec"]);
}

function templates(name: string, of = spec): JsonObject {
  return asObject(asObject(asObject(specOf(name, of)["target"])["template"])["data"]);
}

function rewritten(entry: Json): unknown {
  return asObject(asObject(asArray(asObject(entry)["rewrite"])[0])["regexp"])["target"];
}
