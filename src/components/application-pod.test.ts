import { expect, test } from "vitest";
import { applicationSpec, only, podSpec } from "../../test/application-specs.ts";
import { guideFixture } from "../../test/guide.ts";
import { containersOf, names, podOf, templateOf } from "../../test/pod-parts.ts";
import { asArray, asObject, type JsonObject } from "../kubernetes/manifest.ts";
import type { ApplicationPod } from "./application-pod.ts";
import { application } from "./application.ts";

const deployment = only(application(applicationSpec), "Deployment");

test("the container has the guide's probes, ports and resources", () => {
  const [container] = containersOf(deployment);
  expect(container).toMatchObject({
    ports: [
      { name: "http", containerPort: 8000 },
      { name: "metrics", containerPort: 8001 },
    ],
    livenessProbe: {
      httpGet: { path: "/health", port: "http" },
      initialDelaySeconds: 60,
      periodSeconds: 30,
      timeoutSeconds: 10,
      failureThreshold: 3,
    },
    readinessProbe: {
      httpGet: { path: "/health/ready", port: "http" },
      initialDelaySeconds: 30,
      periodSeconds: 10,
      timeoutSeconds: 5,
      failureThreshold: 3,
    },
    startupProbe: {
      httpGet: { path: "/health", port: "http" },
      initialDelaySeconds: 10,
      periodSeconds: 10,
      timeoutSeconds: 5,
      failureThreshold: 30,
    },
    resources: {
      requests: { cpu: "1", memory: "2Gi", "ephemeral-storage": "13Gi" },
      limits: { cpu: "2", memory: "4Gi", "ephemeral-storage": "13Gi" },
    },
  });
});

test("a pod takes nodes as the values say, and says nothing where they say nothing", () => {
  expect(podOf(deployment)).toMatchObject({
    nodeSelector: { "node-type": "application" },
    tolerations: [{ key: "application", operator: "Equal", value: "true", effect: "NoSchedule" }],
    imagePullSecrets: [{ name: "registry-pull-secret" }],
  });
  const anywhere = pod({ nodeSelector: {}, tolerations: [], pullSecrets: [] });
  for (const field of ["nodeSelector", "tolerations", "imagePullSecrets"]) {
    expect(anywhere).not.toHaveProperty(field);
  }
});

test("variables come from Secrets one by one under the names that the application reads; the guide's do not (K9)", () => {
  const [container] = containersOf(deployment);
  expect(names(container?.["env"])).toEqual([
    "DATABASE_URL",
    "REDIS_URL",
    "SECRET_KEY",
    "JWT_SECRET_KEY",
    "ENCRYPTION_KEY",
    "CHASE_API_KEY",
    "WELLS_FARGO_API_KEY",
  ]);
  expect(asArray(container?.["env"])).toContainEqual({
    name: "WELLS_FARGO_API_KEY",
    valueFrom: {
      secretKeyRef: { name: "apg-cash-management-bank-secrets", key: "wells-fargo-api-key" },
    },
  });
  expect(wholeSecrets(deployment)).toBe(0);
  expect(wholeSecrets(guideFixture("K9-secrets-as-environment"))).toBe(2);
});

test("URLs of replicas are there only for the parts that are read from replicas", () => {
  const readReplicas = { postgresql: true, redis: false };
  const models = application({ ...applicationSpec, pod: { ...podSpec, readReplicas } });
  const [container] = containersOf(only(models, "Deployment"));
  expect(names(container?.["env"])).toContain("DATABASE_REPLICA_URL");
  expect(names(container?.["env"])).not.toContain("REDIS_REPLICA_URL");
});

test("another configuration restarts the pods, another order of the same does not", () => {
  expect(configurationChecksum({ A: "1", B: "2" })).toBe(configurationChecksum({ B: "2", A: "1" }));
  expect(configurationChecksum({ A: "1", B: "2" })).not.toBe(configurationChecksum({ A: "1", B: "3" }));
});

test("each volume is mounted, and of the database's certificate only the authority is", () => {
  const all = { ...podSpec.volumes, kubernetesApi: true };
  const models = application({ ...applicationSpec, pod: { ...podSpec, volumes: all } });
  const [container] = containersOf(only(models, "Deployment"));
  const { volumes } = podOf(only(models, "Deployment"));
  expect(names(container?.["volumeMounts"])).toEqual(names(volumes));
  expect(asArray(volumes)).toContainEqual({
    name: "database-authority",
    secret: {
      secretName: "postgres-tls",
      items: [{ key: "ca.crt", path: "ca.crt" }],
      defaultMode: 0o444,
    },
  });
});

test("workers share their metrics in a directory in memory", () => {
  const volumes = asArray(podOf(deployment)["volumes"]);
  expect(volumes).toContainEqual({ name: "metrics", emptyDir: { medium: "Memory", sizeLimit: "64Mi" } });
  const [container] = containersOf(deployment);
  expect(asArray(container?.["volumeMounts"])).toContainEqual({
    name: "metrics",
    mountPath: "/run/prometheus",
  });
});

test("logs go to the shared claim where it is on, and its size then limits no directory of the pod", () => {
  const shared = pod({ volumes: { ...podSpec.volumes, logs: "claim" } });
  expect(asArray(shared["volumes"])).toContainEqual({
    name: "logs",
    persistentVolumeClaim: { claimName: "apg-logs-pvc" },
  });
  const [container] = asArray(shared["containers"]).map(asObject);
  expect(container?.["resources"]).toMatchObject({ limits: { "ephemeral-storage": "12Gi" } });
});

test("a token for the Kubernetes API is mounted only where the application may ask it", () => {
  expect(JSON.stringify(podOf(deployment))).not.toContain("serviceAccountToken");
  const allowed = pod({ volumes: { ...podSpec.volumes, kubernetesApi: true } });
  expect(JSON.stringify(allowed)).toContain("serviceAccountToken");
  expect(allowed["automountServiceAccountToken"]).toBe(false);
});

test("a pod serves on while the edge forgets it, and its requests end before it is killed", () => {
  expect(podOf(deployment)["terminationGracePeriodSeconds"]).toBe(85);
  expect(containersOf(deployment)[0]?.["lifecycle"]).toEqual({ preStop: { sleep: { seconds: 15 } } });
});

function pod(changes: Partial<ApplicationPod>): JsonObject {
  return podOf(only(application({ ...applicationSpec, pod: { ...podSpec, ...changes } }), "Deployment"));
}

function configurationChecksum(configuration: Readonly<Record<string, string>>): unknown {
  const models = application({ ...applicationSpec, pod: { ...podSpec, configuration } });
  const metadata = asObject(templateOf(only(models, "Deployment"))["metadata"]);
  return asObject(metadata["annotations"])["checksum/configuration"];
}

function wholeSecrets(body: JsonObject): number {
  const sources = containersOf(body).flatMap(({ envFrom }) => asArray(envFrom).map(asObject));
  return sources.filter((source) => "secretRef" in source).length;
}
