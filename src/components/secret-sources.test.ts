import { expect, test } from "vitest";
import { asArray, asObject, type JsonObject, seal } from "../kubernetes/manifest.ts";
import {
  type GoogleStore,
  remoteReference,
  secretSource,
  type Store,
  type VaultStore,
} from "./secret-sources.ts";

const google: GoogleStore = { provider: "google", project: "example", prefix: "apg-production" };
const vault: VaultStore = {
  provider: "vault",
  server: "https://vault.example.org:8200",
  engine: "secret",
  mount: "kubernetes",
  role: "apg-cash-management",
  prefix: "apg-cash-management",
};
const generated: Store = { provider: "generated", namespace: "apg-cash-management" };
const values = [
  { group: "postgres", name: "application-password" },
  { group: "redis", name: "application-password" },
];

test("Google Secret Manager holds one secret per value, Vault one entry per group", () => {
  const value = { group: "redis", name: "application-password" };
  expect(remoteReference(google, value)).toEqual({ key: "apg-production-redis-application-password" });
  expect(remoteReference(vault, value)).toEqual({
    key: "apg-cash-management/redis",
    property: "application-password",
  });
});

test("Google Secret Manager is read by workload identity", () => {
  expect(of(google, "SecretStore")?.["spec"]).toEqual({
    provider: {
      gcpsm: {
        projectID: "example",
        auth: { workloadIdentity: { serviceAccountRef: { name: "external-secrets-store" } } },
      },
    },
  });
});

test("a Google service account stands on the store's account where one is named", () => {
  const account = "secrets@example.iam.gserviceaccount.com";
  expect(annotations({ ...google, account }, "ServiceAccount")).toEqual({
    "argocd.argoproj.io/sync-wave": "-12",
    "iam.gke.io/gcp-service-account": account,
  });
  expect(annotations(google, "ServiceAccount")).toEqual({ "argocd.argoproj.io/sync-wave": "-12" });
});

test("Vault is read by Kubernetes authentication, over a connection that a private authority may vouch for", () => {
  const authority = { configMap: "vault-authority", key: "ca.crt" };
  expect(of({ ...vault, authority }, "SecretStore")?.["spec"]).toEqual({
    provider: {
      vault: {
        server: "https://vault.example.org:8200",
        path: "secret",
        version: "v2",
        auth: {
          kubernetes: {
            mountPath: "kubernetes",
            role: "apg-cash-management",
            serviceAccountRef: { name: "external-secrets-store" },
          },
        },
        caProvider: { type: "ConfigMap", name: "vault-authority", key: "ca.crt" },
      },
    },
  });
});

test("no pod gets a token of the store's account", () => {
  for (const store of [google, vault, generated]) {
    expect(of(store, "ServiceAccount")?.["automountServiceAccountToken"]).toBe(false);
  }
});

test("one ExternalSecret calls the generator, once per value, and never again", () => {
  const callers = bodies(generated).filter((body) => JSON.stringify(body).includes("generatorRef"));
  expect(callers).toHaveLength(1);
  const caller = asObject(callers[0]?.["spec"]);
  expect(caller).toMatchObject({
    refreshPolicy: "CreatedOnce",
    target: { creationPolicy: "Orphan", deletionPolicy: "Retain", immutable: true },
  });
  const keys = asArray(caller["dataFrom"]).map(
    (entry) => asObject(asObject(asArray(asObject(entry)["rewrite"])[0])["regexp"])["target"],
  );
  expect(keys).toEqual(values.map((value) => remoteReference(generated, value).property));
});

test("generated passwords have characters that must be encoded in a URL", () => {
  const { symbols, symbolCharacters } = asObject(of(generated, "Password")?.["spec"]);
  expect(symbols).toBe(4);
  expect(symbolCharacters).toBe("@:/?#%&+=");
});

test("the store of generated values may read their Secret and no other", () => {
  expect(of(generated, "Role")?.["rules"]).toEqual([
    {
      apiGroups: [""],
      resources: ["secrets"],
      resourceNames: ["apg-cash-management-generated"],
      verbs: ["get"],
    },
  ]);
  expect(of(google, "Role")).toBeUndefined();
  expect(of(vault, "Role")).toBeUndefined();
});

test("each object comes after what it needs, and before the component's own wave", () => {
  expect(wave("ServiceAccount")).toBe(-12);
  expect(wave("SecretStore")).toBe(-12);
  expect(wave("Password")).toBe(-12);
  expect(wave("ExternalSecret")).toBe(-11);
});

function bodies(store: Store): JsonObject[] {
  const placement = { component: "secrets", namespace: "apg-cash-management", wave: -10 };
  return secretSource(store, values).map((model) => seal(model, placement).body);
}

function of(store: Store, wanted: string): JsonObject | undefined {
  return bodies(store).find(({ kind }) => kind === wanted);
}

function annotations(store: Store, kind: string): JsonObject {
  return asObject(asObject(of(store, kind)?.["metadata"])["annotations"]);
}

function wave(kind: string): number {
  return Number(annotations(generated, kind)["argocd.argoproj.io/sync-wave"]);
}
