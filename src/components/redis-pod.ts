import type { IContainer } from "kubernetes-models/v1/Container";
import type { IEnvVar } from "kubernetes-models/v1/EnvVar";
import type { IPodTemplateSpec } from "kubernetes-models/v1/PodTemplateSpec";
import type { IVolumeMount } from "kubernetes-models/v1/VolumeMount";
import { workloadLabels } from "../kubernetes/metadata.ts";
import { checksum, type Resources, restrictedContainer, restrictedPod } from "../kubernetes/pods.ts";
import { execProbe, memoryVolume, type Spread, spreadOver } from "./data-tier.ts";
import { type PodOptions, podOptions } from "./pod-options.ts";

/** Names of what the pods of both workloads mount. */
export const redisNames = {
  config: "apg-cash-management-redis-config",
  scripts: "redis-scripts",
  credentials: "redis-credentials",
  nodes: "redis-nodes",
  claim: "redis-storage",
} as const;

/** What one Redis pod is made of. */
export interface RedisPod {
  readonly role: "master" | "replica";
  readonly image: string;
  readonly exporterImage: string;
  readonly resources: Resources;
  /** Pod that is the master. */
  readonly master: string;
  /** All pods of both workloads. */
  readonly peers: readonly string[];
  /** Seconds for which a peer has to refuse connections before an empty master believes that it has no data. */
  readonly guardSeconds: number;
  /** Seconds between two readiness probes; liveness asks half as often. */
  readonly probeSeconds: number;
  /** Seconds between two looks at changed passwords, certificates and settings. */
  readonly reloadSeconds: number;
  readonly spread: Spread;
  readonly options: PodOptions;
  /** What takes effect only at a restart; a change of it rolls the pod. */
  readonly restartData: Readonly<Record<string, string>>;
}

// The user `redis` of the official Debian-based image.
const user = 999;

/** Returns the pod template of the master or the replicas. All of them run the same scripts: the role is a name. */
export function redisPod(spec: RedisPod): IPodTemplateSpec {
  const { config, credentials, scripts } = redisNames;
  return {
    metadata: {
      labels: workloadLabels({ app: "redis", role: spec.role }),
      annotations: {
        "checksum/restart": checksum(spec.restartData),
        "kubectl.kubernetes.io/default-container": "redis",
      },
    },
    spec: {
      serviceAccountName: "redis",
      ...podOptions(spec.options),
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      terminationGracePeriodSeconds: 60,
      securityContext: restrictedPod({ user, group: user }),
      topologySpreadConstraints: spreadOver("redis", spec.spread),
      containers: [server(spec), reload(spec), exporter(spec)],
      volumes: [
        { name: "config", configMap: { name: config, defaultMode: 0o444 } },
        { name: "scripts", configMap: { name: scripts, defaultMode: 0o555 } },
        { name: "credentials", secret: { secretName: credentials, defaultMode: 0o440 } },
        memoryVolume("run", "16Mi"),
        { name: "tmp", emptyDir: { sizeLimit: "16Mi" } },
      ],
    },
  };
}

function server(spec: RedisPod): IContainer {
  return {
    name: "redis",
    image: spec.image,
    command: ["/bin/bash", "/scripts/start.sh"],
    env: environment(spec),
    ports: [{ name: "redis", containerPort: 6379, protocol: "TCP" }],
    resources: spec.resources,
    securityContext: restrictedContainer,
    // Loading answers LOADING, which is alive: no startup probe has to guess how long it takes.
    livenessProbe: execProbe(["/bin/bash", "/scripts/probe.sh", "live"], {
      period: 2 * spec.probeSeconds,
      failures: 6,
    }),
    readinessProbe: execProbe(["/bin/bash", "/scripts/probe.sh", "ready"], {
      period: spec.probeSeconds,
      failures: 3,
    }),
    volumeMounts: [{ name: redisNames.claim, mountPath: "/data" }, ...commonMounts],
  };
}

function reload(spec: RedisPod): IContainer {
  return {
    name: "reload",
    image: spec.image,
    command: ["/bin/bash", "/scripts/reload.sh"],
    env: environment(spec),
    resources: { requests: { cpu: "50m", memory: "64Mi" }, limits: { cpu: "100m", memory: "128Mi" } },
    securityContext: restrictedContainer,
    volumeMounts: commonMounts,
  };
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
