import { type JsonObject, type Model, seal } from "../src/kubernetes/manifest.ts";
import type { ApplicationPod } from "../src/components/application-pod.ts";
import type { Application } from "../src/components/application.ts";
import type { Autoscaling } from "../src/components/autoscaling.ts";
import { configurationData } from "../src/components/configuration.ts";
import type { Migration } from "../src/components/migration.ts";
import type { PodOptions } from "../src/components/pod-options.ts";
import type { SmokeTest } from "../src/components/smoke-test.ts";

const image = `registry.example.org/apg-cash-management@sha256:${"0".repeat(64)}`;
const guideNodes: Pick<PodOptions, "nodeSelector" | "tolerations"> = {
  nodeSelector: { "node-type": "application" },
  tolerations: [{ key: "application", operator: "Equal", value: "true", effect: "NoSchedule" }],
};

/** A pod of the application with the guide's sizes. */
export const podSpec: ApplicationPod = {
  version: "1.4.0",
  image,
  pullPolicy: "IfNotPresent",
  pullSecrets: ["registry-pull-secret"],
  resources: { requests: { cpu: "1", memory: "2Gi" }, limits: { cpu: "2", memory: "4Gi" } },
  ports: { http: 8000, metrics: 8001 },
  configuration: configurationData({ variables: { APG_DEBUG: false }, gracefulShutdownSeconds: 65 }),
  banks: ["chase", "wells-fargo"],
  readReplicas: { postgresql: false, redis: false },
  volumes: {
    logs: { size: "1Gi" },
    models: { size: "10Gi" },
    temporary: { size: "1Gi" },
    metrics: { size: "64Mi" },
    databaseAuthority: "postgres-tls",
    kubernetesApi: false,
  },
  ...guideNodes,
  spread: { zones: "preferred", nodes: "required" },
  termination: { drainSeconds: 15, shutdownSeconds: 65 },
  kubernetesMinor: 35,
};

/** The application under an autoscaler. */
export const applicationSpec: Application = {
  pod: podSpec,
  service: { type: "ClusterIP", port: 8000, metricsPort: 8001, annotations: {} },
};

/** The guide's autoscaler, on cpu and memory. */
export const autoscalingSpec: Autoscaling = {
  namespace: "apg-cash-management",
  minReplicas: 3,
  maxReplicas: 20,
  targetCPUUtilizationPercentage: 70,
  targetMemoryUtilizationPercentage: 80,
};

/** The migration of the same release. */
export const migrationSpec: Migration = {
  version: "1.4.0",
  image,
  pullPolicy: "IfNotPresent",
  pullSecrets: [],
  resources: { requests: { cpu: "100m", memory: "256Mi" }, limits: { cpu: "500m", memory: "512Mi" } },
  deadlineSeconds: 900,
  databaseAuthority: "postgres-tls",
  directly: false,
  ...guideNodes,
};

/** The guide's health check. */
export const smokeTestSpec: SmokeTest = {
  image: `registry.example.org/curl@sha256:${"0".repeat(64)}`,
  pullSecrets: [],
  resources: { requests: { cpu: "10m", memory: "64Mi" }, limits: { cpu: "100m", memory: "64Mi" } },
  url: "http://apg-cash-management-service:8000/health",
};

/** Returns the objects as the cluster would get them. */
export function sealed(models: readonly Model[]): JsonObject[] {
  return models.map(
    (model) => seal(model, { component: "application", namespace: "apg-cash-management", wave: 20 }).body,
  );
}

/** Returns the one object of a kind. Throws an Error when there is none, or more than one. */
export function only(models: readonly Model[], kind: string): JsonObject {
  const [body, ...others] = sealed(models).filter((object) => object["kind"] === kind);
  if (!body || others.length > 0)
    throw new Error(`expected one ${kind}, got ${others.length + (body ? 1 : 0)}`);
  return body;
}
