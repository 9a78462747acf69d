import type { IContainer } from "kubernetes-models/v1/Container";
import type { IEnvVar } from "kubernetes-models/v1/EnvVar";
import type { IPodTemplateSpec } from "kubernetes-models/v1/PodTemplateSpec";
import type { IVolume } from "kubernetes-models/v1/Volume";
import type { IVolumeMount } from "kubernetes-models/v1/VolumeMount";
import { workloadLabels } from "../kubernetes/metadata.ts";
import { checksum, type Resources, restrictedContainer, restrictedPod } from "../kubernetes/pods.ts";
import { execProbe, memoryVolume, type Spread, spreadOver } from "./data-tier.ts";
import { type PodOptions, podOptions } from "./pod-options.ts";

/** Names of what the pods of both workloads mount. */
export const postgresqlNames = {
  config: "apg-cash-management-postgres-config",
  scripts: "postgres-init-scripts",
  credentials: "postgres-credentials",
  certificate: "postgres-tls",
  nodes: "postgres-nodes",
  claim: "postgres-storage",
} as const;

/** What one PostgreSQL pod is made of. */
export interface PostgresqlPod {
  readonly role: "primary" | "replica";
  readonly image: string;
  readonly exporterImage: string;
  readonly resources: Resources;
  /** Size of /dev/shm, part of the memory limit. */
  readonly sharedMemory: string;
  readonly database: string;
  readonly applicationRole: string;
  /** Pod that is the primary. */
  readonly primary: string;
  /** All pods of both workloads. */
  readonly peers: readonly string[];
  /** Bytes of WAL by which a Ready replica may be behind. */
  readonly readyLagBytes: number;
  /** Seconds for which a peer has to refuse connections before an empty primary believes that it has no data. */
  readonly guardSeconds: number;
  /** Seconds that a replica without data waits for the primary before its container starts again. */
  readonly waitSeconds: number;
  /** Seconds between two readiness probes; liveness asks half as often. */
  readonly probeSeconds: number;
  /** Seconds between two looks at changed passwords, certificates and settings. */
  readonly reloadSeconds: number;
  readonly spread: Spread;
  readonly options: PodOptions;
  /** What takes effect only at a restart; a change of it rolls the pod. */
  readonly restartData: Readonly<Record<string, string>>;
}

// The official image's and, in the tests, Debian's user `postgres`; peer authentication needs it in /etc/passwd.
const user = 999;

/** Returns the pod template of the primary or the replicas. All of them run the same scripts: the role is a name. */
export function postgresqlPod(spec: PostgresqlPod): IPodTemplateSpec {
  return {
    metadata: {
      labels: workloadLabels({ app: "postgres", role: spec.role }),
      annotations: {
        "checksum/restart": checksum(spec.restartData),
        "kubectl.kubernetes.io/default-container": "postgres",
      },
    },
    spec: {
      serviceAccountName: "postgres",
      ...podOptions(spec.options),
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      // A fast shutdown writes a checkpoint first: as long as max_wal_size takes on the disk.
      terminationGracePeriodSeconds: 120,
      securityContext: restrictedPod({ user, group: user }),
      topologySpreadConstraints: spreadOver("postgres", spec.spread),
      containers: [server(spec), reload(spec), exporter(spec)],
      volumes: volumes(spec),
    },
  };
}

function server(spec: PostgresqlPod): IContainer {
  return {
    name: "postgres",
    image: spec.image,
    command: ["/bin/bash", "/scripts/start.sh"],
    env: environment(spec),
    ports: [{ name: "postgres", containerPort: 5432, protocol: "TCP" }],
    resources: spec.resources,
    securityContext: restrictedContainer,
    // Liveness waits for a clone and for crash recovery by itself, so no startup probe has to guess their length.
    livenessProbe: execProbe(["/bin/bash", "/scripts/probe.sh", "live"], {
      period: 2 * spec.probeSeconds,
      failures: 6,
    }),
    readinessProbe: execProbe(["/bin/bash", "/scripts/probe.sh", "ready"], {
      period: spec.probeSeconds,
      failures: 3,
    }),
    lifecycle: { preStop: { exec: { command: ["/bin/bash", "/scripts/stop.sh"] } } },
    volumeMounts: [
      { name: postgresqlNames.claim, mountPath: "/var/lib/postgresql/data" },
      { name: "shared-memory", mountPath: "/dev/shm" },
      ...commonMounts,
    ],
  };
}

function reload(spec: PostgresqlPod): IContainer {
  return {
    name: "reload",
    image: spec.image,
    command: ["/bin/bash", "/scripts/reload.sh"],
    env: environment(spec),
    resources: { requests: { cpu: "50m", memory: "64Mi" }, limits: { cpu: "200m", memory: "128Mi" } },
    securityContext: restrictedContainer,
    volumeMounts: commonMounts,
  };
}

function exporter(spec: PostgresqlPod): IContainer {
  return {
    name: "exporter",
    image: spec.exporterImage,
    command: ["/bin/postgres_exporter"],
    // Off by default, and alerts ask for them (postgres_exporter README, collectors).
    args: [
      "--collector.database_wraparound",
      "--collector.long_running_transactions",
      "--collector.postmaster",
      "--collector.stat_wal_receiver",
      "--extend.query-path=/etc/postgres_exporter/queries.yaml",
    ],
    env: [
      {
        name: "DATA_SOURCE_NAME",
        value: `postgresql://monitoring@localhost:5432/${encodeURIComponent(spec.database)}?sslmode=verify-full&sslrootcert=/run/secrets/postgres-tls/ca.crt`,
      },
      // The exporter reads a password from a file too, but cannot log in with one that has a space in it; the driver can.
      {
        name: "PGPASSWORD",
        valueFrom: { secretKeyRef: { name: postgresqlNames.credentials, key: "monitoring-password" } },
      },
    ],
    ports: [{ name: "metrics", containerPort: 9187, protocol: "TCP" }],
    resources: { requests: { cpu: "50m", memory: "64Mi" }, limits: { cpu: "200m", memory: "128Mi" } },
    securityContext: restrictedContainer,
    volumeMounts: [
      { name: "authority", mountPath: "/run/secrets/postgres-tls", readOnly: true },
      { name: "queries", mountPath: "/etc/postgres_exporter", readOnly: true },
    ],
  };
}

const commonMounts: IVolumeMount[] = [
  { name: "config", mountPath: "/etc/postgresql", readOnly: true },
  { name: "scripts", mountPath: "/scripts", readOnly: true },
  { name: "credentials", mountPath: "/run/secrets/postgres", readOnly: true },
  { name: "certificate", mountPath: "/run/secrets/postgres-tls", readOnly: true },
  { name: "run", mountPath: "/run/postgresql" },
  { name: "tmp", mountPath: "/tmp" },
];

function environment(spec: PostgresqlPod): IEnvVar[] {
  return [
    { name: "POD_NAME", valueFrom: { fieldRef: { apiVersion: "v1", fieldPath: "metadata.name" } } },
    { name: "PRIMARY_POD", value: spec.primary },
    { name: "PEERS", value: spec.peers.join(" ") },
    { name: "NODES_SERVICE", value: postgresqlNames.nodes },
    { name: "DATABASE", value: spec.database },
    { name: "APPLICATION_ROLE", value: spec.applicationRole },
    { name: "READY_LAG_BYTES", value: String(spec.readyLagBytes) },
    { name: "GUARD_SECONDS", value: String(spec.guardSeconds) },
    { name: "WAIT_SECONDS", value: String(spec.waitSeconds) },
    { name: "RELOAD_SECONDS", value: String(spec.reloadSeconds) },
  ];
}

function volumes(spec: PostgresqlPod): IVolume[] {
  const { certificate, config, credentials, scripts } = postgresqlNames;
  return [
    { name: "config", configMap: { name: config, defaultMode: 0o444 } },
    { name: "scripts", configMap: { name: scripts, defaultMode: 0o555 } },
    // 0440 with fsGroup: root owns the key and the group reads it, which is as open as PostgreSQL accepts.
    { name: "credentials", secret: { secretName: credentials, defaultMode: 0o440 } },
    { name: "certificate", secret: { secretName: certificate, defaultMode: 0o440 } },
    { name: "authority", secret: { secretName: certificate, defaultMode: 0o440, items: [only("ca.crt")] } },
    { name: "queries", configMap: { name: config, defaultMode: 0o444, items: [only("queries.yaml")] } },
    memoryVolume("run", "16Mi"),
    memoryVolume("shared-memory", spec.sharedMemory),
    { name: "tmp", emptyDir: { sizeLimit: "128Mi" } },
  ];
}

function only(key: string): { key: string; path: string } {
  return { key, path: key };
}
