import type { IContainer } from "kubernetes-models/v1/Container";
import type { IEnvVar } from "kubernetes-models/v1/EnvVar";
import type { IPodTemplateSpec } from "kubernetes-models/v1/PodTemplateSpec";
import type { IVolumeMount } from "kubernetes-models/v1/VolumeMount";
import { restrictedContainer } from "../kubernetes/pods.ts";
import { type DataPod, dataPod } from "./data-pod.ts";
import { memoryVolume } from "./data-tier.ts";

/** Names of what the pods of both workloads mount. */
export const redisNames = {
  config: "apg-cash-management-redis-config",
  scripts: "redis-scripts",
  credentials: "redis-credentials",
  nodes: "redis-nodes",
  claim: "redis-storage",
} as const;

/** What one Redis pod is made of. */
export interface RedisPod extends DataPod {
  readonly role: "master" | "replica";
  /** Pod that is the master. */
  readonly master: string;
}

/** Returns the pod template of the master or the replicas. All of them run the same scripts: the role is a name. */
export function redisPod(spec: RedisPod): IPodTemplateSpec {
  const { config, credentials, scripts } = redisNames;
  return dataPod(spec, {
    app: "redis",
    role: spec.role,
    graceSeconds: 60,
    port: 6379,
    environment: environment(spec),
    serverMounts: [{ name: redisNames.claim, mountPath: "/data" }],
    mounts: commonMounts,
    reloadCpu: "100m",
    exporter: exporter(spec),
    volumes: [
      { name: "config", configMap: { name: config, defaultMode: 0o444 } },
      { name: "scripts", configMap: { name: scripts, defaultMode: 0o555 } },
      { name: "credentials", secret: { secretName: credentials, defaultMode: 0o440 } },
      memoryVolume("run", "16Mi"),
      { name: "tmp", emptyDir: { sizeLimit: "16Mi" } },
    ],
  });
}

function exporter(spec: RedisPod): IContainer {
  return {
    name: "exporter",
    image: spec.exporterImage,
    command: ["/redis_exporter"],
    env: [
      { name: "REDIS_ADDR", value: "redis://localhost:6379" },
      { name: "REDIS_USER", value: "monitoring" },
      // Less than Prometheus waits for an answer: a server that hangs is then one that is down, not one that is unknown.
      { name: "REDIS_EXPORTER_CONNECTION_TIMEOUT", value: "5s" },
      // The exporter's own password file is a JSON map by address; a Secret's plain value it reads only from here.
      {
        name: "REDIS_PASSWORD",
        valueFrom: { secretKeyRef: { name: redisNames.credentials, key: "monitoring-password" } },
      },
    ],
    ports: [{ name: "metrics", containerPort: 9121, protocol: "TCP" }],
    resources: { requests: { cpu: "50m", memory: "64Mi" }, limits: { cpu: "100m", memory: "128Mi" } },
    securityContext: restrictedContainer,
  };
}

const commonMounts: IVolumeMount[] = [
  { name: "config", mountPath: "/etc/redis", readOnly: true },
  { name: "scripts", mountPath: "/scripts", readOnly: true },
  { name: "credentials", mountPath: "/run/secrets/redis", readOnly: true },
  { name: "run", mountPath: "/run/redis" },
  { name: "tmp", mountPath: "/tmp" },
];

function environment(spec: RedisPod): IEnvVar[] {
  return [
    { name: "POD_NAME", valueFrom: { fieldRef: { apiVersion: "v1", fieldPath: "metadata.name" } } },
    { name: "MASTER_POD", value: spec.master },
    { name: "PEERS", value: spec.peers.join(" ") },
    { name: "NODES_SERVICE", value: redisNames.nodes },
    { name: "GUARD_SECONDS", value: String(spec.guardSeconds) },
    { name: "RELOAD_SECONDS", value: String(spec.reloadSeconds) },
  ];
}
