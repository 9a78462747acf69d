import type { JsonObject } from "../../src/kubernetes/manifest.ts";
import { applyPatch } from "./pairs/pair.ts";

const namespace = "shop";

/** Returns a Deployment of three pods that reads the ConfigMap `settings` into its environment. */
export function deployment(patch: JsonObject = {}): JsonObject {
  const labels = { app: "web" };
  return applyPatch(
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "web", namespace },
      spec: {
        replicas: 3,
        selector: { matchLabels: labels },
        strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
        template: {
          metadata: { labels },
          spec: {
            containers: [
              {
                name: "web",
                image: "registry.example/web:1",
                envFrom: [{ configMapRef: { name: "settings" } }],
              },
            ],
          },
        },
      },
    },
    patch,
  );
}

/** Returns a StatefulSet that is a PostgreSQL primary of one pod and mounts the ConfigMap `postgres`. */
export function database(patch: JsonObject = {}): JsonObject {
  const labels = { app: "postgres", role: "primary" };
  return applyPatch(
    {
      apiVersion: "apps/v1",
      kind: "StatefulSet",
      metadata: { name: "postgres-primary", namespace },
      spec: {
        replicas: 1,
        serviceName: "postgres",
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            containers: [
              {
                name: "postgres",
                image: "registry.example/postgres:15",
                volumeMounts: [{ name: "config", mountPath: "/etc/postgresql" }],
              },
            ],
            volumes: [{ name: "config", configMap: { name: "postgres" } }],
          },
        },
        volumeClaimTemplates: [
          {
            metadata: { name: "data" },
            spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
          },
        ],
      },
    },
    patch,
  );
}

/** Returns a ConfigMap. */
export function configMap(name: string, data: JsonObject, patch: JsonObject = {}): JsonObject {
  return applyPatch({ apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace }, data }, patch);
}

/** Returns a claim of a disk. */
export function claim(name: string, patch: JsonObject = {}): JsonObject {
  return applyPatch(
    {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: { name, namespace },
      spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
    },
    patch,
  );
}

/** Returns an Application that syncs an environment as this repository's do. */
export function application(environment: string, patch: JsonObject = {}): JsonObject {
  return applyPatch(
    {
      apiVersion: "argoproj.io/v1alpha1",
      kind: "Application",
      metadata: { name: `shop-${environment}`, namespace: "argocd" },
      spec: {
        project: `shop-${environment}`,
        source: {
          repoURL: "https://git.example/shop",
          path: `rendered/${environment}`,
          targetRevision: "main",
        },
        destination: { server: "https://kubernetes.default.svc", namespace },
        syncPolicy: { automated: { prune: true, selfHeal: true }, syncOptions: ["ServerSideApply=true"] },
      },
    },
    patch,
  );
}

/** Returns the Application that syncs the folder of the Applications. */
export function root(patch: JsonObject = {}): JsonObject {
  const base = application("root", {
    metadata: { name: "root" },
    spec: { project: "default", source: { path: "argocd" } },
  });
  return applyPatch(base, patch);
}

/** Returns a project that permits the kinds, `group/kind` of namespaced ones. */
export function project(environment: string, kinds: readonly string[]): JsonObject {
  return {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "AppProject",
    metadata: { name: `shop-${environment}`, namespace: "argocd" },
    spec: {
      destinations: [{ server: "https://kubernetes.default.svc", namespace }],
      sourceRepos: ["*"],
      namespaceResourceWhitelist: kinds.map((kind) => ({
        group: kind.slice(0, kind.indexOf("/")),
        kind: kind.slice(kind.indexOf("/") + 1),
      })),
    },
  };
}

/** Returns the patch that sets annotations of Argo CD. */
export function argo(annotations: JsonObject): JsonObject {
  const named = Object.entries(annotations).map(
    ([key, value]) => [`argocd.argoproj.io/${key}`, value] as const,
  );
  return { metadata: { annotations: Object.fromEntries(named) } };
}
