import type { IContainer } from "kubernetes-models/v1/Container";
import type { IEnvVar } from "kubernetes-models/v1/EnvVar";
import type { IPodTemplateSpec } from "kubernetes-models/v1/PodTemplateSpec";
import type { IVolume } from "kubernetes-models/v1/Volume";
import type { IVolumeMount } from "kubernetes-models/v1/VolumeMount";
import { restrictedContainer } from "../kubernetes/pods.ts";
import { type DataPod, dataPod } from "./data-pod.ts";
import { memoryVolume } from "./data-tier.ts";

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
export interface PostgresqlPod extends DataPod {
  readonly role: "primary" | "replica";
  /** Size of /dev/shm, part of the memory limit. */
  readonly sharedMemory: string;
  readonly database: string;
  readonly applicationRole: string;
  /** Pod that is the primary. */
  readonly primary: string;
  /** Bytes of WAL by which a Ready replica may be behind. */
  readonly readyLagBytes: number;
  /** Seconds that a replica without data waits for the primary before its container starts again. */
  readonly waitSeconds: number;
}

/** Returns the pod template of the primary or the replicas. All of them run the same scripts: the role is a name. */
export function postgresqlPod(spec: PostgresqlPod): IPodTemplateSpec {
  return dataPod(spec, {
    app: "postgres",
    role: spec.role,
    // A fast shutdown writes a checkpoint first: as long as max_wal_size takes on the disk.
    graceSeconds: 120,
    port: 5432,
    environment: environment(spec),
    serverMounts: [
      { name: postgresqlNames.claim, mountPath: "/var/lib/postgresql/data" },
      { name: "shared-memory", mountPath: "/dev/shm" },
    ],
    mounts: commonMounts,
    lifecycle: { preStop: { exec: { command: ["/bin/bash", "/scripts/stop.sh"] } } },
    reloadCpu: "200m",
    exporter: exporter(spec),
    volumes: volumes(spec),
  });
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
