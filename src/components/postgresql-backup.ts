import { Certificate } from "@kubernetes-models/cert-manager/cert-manager.io/v1/Certificate";
import { ConfigMap } from "kubernetes-models/v1/ConfigMap";
import type { IContainer } from "kubernetes-models/v1/Container";
import type { IEnvVar } from "kubernetes-models/v1/EnvVar";
import type { IVolume } from "kubernetes-models/v1/Volume";
import type { IVolumeMount } from "kubernetes-models/v1/VolumeMount";
import type { Model } from "../kubernetes/manifest.ts";
import { workloadLabels } from "../kubernetes/metadata.ts";
import { type Resources, restrictedContainer } from "../kubernetes/pods.ts";
import { backupCronJob, backupHolder, backupMounts, type BackupPods } from "./backup-pods.ts";
import { type BackupCopy, copyParts, copyResources } from "./backup-copy.ts";
import { claimTemplate, memoryVolume, nodesService, type Storage } from "./data-tier.ts";
import { dataAuthority } from "./data-certificates.ts";
import type { PodOptions } from "./pod-options.ts";
import { postgresqlNames } from "./postgresql-pod.ts";

/** Continuous WAL, base backups and restore rehearsals. */
export interface PostgresqlBackup {
  /** The image of the servers: the same PostgreSQL makes, verifies and restores the backups. */
  readonly image: string;
  readonly database: string;
  /** Pod that is the primary. */
  readonly primary: string;
  /** Base backups that are kept, with the WAL since the oldest of them. */
  readonly keep: number;
  /** When a base backup is taken, in cron's five fields, UTC. */
  readonly backupSchedule: string;
  /** When the newest backup is restored, in cron's five fields, UTC. */
  readonly rehearsalSchedule: string;
  readonly storage: Storage;
  /** Room for one restored copy; exists while a rehearsal runs. */
  readonly rehearsalStorage: Storage;
  readonly resources: Resources;
  readonly rehearsalResources: Resources;
  /** The copy off the cluster, and when it is brought up to date in cron's five fields, UTC. */
  readonly copy?: (BackupCopy & { readonly schedule: string }) | undefined;
  readonly options: PodOptions;
  /** Scripts and pg_hba.conf of the backup pods by name. */
  readonly scriptFiles: ReadonlyMap<string, string>;
}

const app = "postgres-backup";
const certificate = "postgres-backup-tls";
const scripts = "postgres-backup-scripts";

/** CronJobs of the backups; the rehearsal records what it found in the database. */
export const postgresqlBackupRuns = {
  base: "postgres-base-backup",
  copy: "postgres-backup-copy",
  rehearsal: "postgres-restore-rehearsal",
} as const;

/**
 * Returns the backups of PostgreSQL: the pod that receives WAL, the CronJobs for base backups and rehearsals, and
 * the client certificate that they log in with.
 */
export function postgresqlBackup(spec: PostgresqlBackup): Model[] {
  const labels = workloadLabels({ app });
  const data = Object.fromEntries(spec.scriptFiles);
  const offsite = copyParts(spec.copy);
  const pods: BackupPods = {
    app,
    scripts,
    options: spec.options,
    volumes: [certificateVolume],
  };
  return [
    new ConfigMap({ metadata: { name: scripts, labels }, data }),
    // The common name is the role that PostgreSQL lets in by this certificate (pg_hba.conf, cert).
    new Certificate({
      metadata: { name: certificate, labels },
      spec: {
        secretName: certificate,
        commonName: "backup",
        duration: "2160h0m0s",
        renewBefore: "720h0m0s",
        privateKey: { algorithm: "ECDSA", size: 256, rotationPolicy: "Always" },
        usages: ["client auth"],
        issuerRef: { group: "cert-manager.io", kind: "Issuer", name: dataAuthority },
      },
    }),
    nodesService(app, app, []),
    backupHolder(pods, spec.storage, container(spec, "wal", spec.resources), data),
    backupCronJob(pods, {
      name: postgresqlBackupRuns.base,
      schedule: spec.backupSchedule,
      container: container(spec, "base", spec.resources, {
        env: [{ name: "KEEP", value: String(spec.keep) }],
      }),
      volumes: [certificateVolume],
    }),
    ...(spec.copy === undefined
      ? []
      : [
          backupCronJob(pods, {
            name: postgresqlBackupRuns.copy,
            schedule: spec.copy.schedule,
            initContainers: offsite.initContainers,
            container: plainContainer(spec, "copy", copyResources(spec.copy, spec.resources), offsite),
            volumes: offsite.volumes,
          }),
        ]),
    backupCronJob(pods, {
      name: postgresqlBackupRuns.rehearsal,
      schedule: spec.rehearsalSchedule,
      initContainers: offsite.initContainers,
      container: container(spec, "rehearse", copyResources(spec.copy, spec.rehearsalResources), {
        env: offsite.env,
        mounts: [...restoreMounts, ...offsite.mounts],
      }),
      volumes: [
        certificateVolume,
        ...offsite.volumes,
        restoreVolume(spec.rehearsalStorage),
        memoryVolume("run", "16Mi"),
        memoryVolume("shared-memory", "256Mi"),
      ],
    }),
  ];
}

const certificateVolume: IVolume = {
  name: "certificate",
  secret: { secretName: certificate, defaultMode: 0o440 },
};

const restoreMounts: readonly IVolumeMount[] = [
  { name: "restore", mountPath: "/restore" },
  { name: "run", mountPath: "/run/postgresql" },
  { name: "shared-memory", mountPath: "/dev/shm" },
];

interface More {
  readonly env?: readonly IEnvVar[];
  readonly mounts?: readonly IVolumeMount[];
}

function container(
  spec: PostgresqlBackup,
  script: string,
  resources: Resources,
  { env = [], mounts = [] }: More = {},
): IContainer {
  return plainContainer(spec, script, resources, {
    env: [
      { name: "PRIMARY_POD", value: spec.primary },
      { name: "NODES_SERVICE", value: postgresqlNames.nodes },
      { name: "DATABASE", value: spec.database },
      ...env,
    ],
    mounts: [
      { name: "certificate", mountPath: "/run/secrets/postgres-backup-tls", readOnly: true },
      ...mounts,
    ],
  });
}

/** A container that has no way to the primary. */
function plainContainer(
  { image }: PostgresqlBackup,
  script: string,
  resources: Resources,
  { env = [], mounts = [] }: More,
): IContainer {
  return {
    name: script,
    image,
    command: ["/bin/bash", `/scripts/${script}.sh`],
    env: [...env],
    resources,
    securityContext: restrictedContainer,
    volumeMounts: [...backupMounts, ...mounts],
  };
}

function restoreVolume(storage: Storage): IVolume {
  const { spec } = claimTemplate("restore", storage, { app });
  return { name: "restore", ephemeral: { volumeClaimTemplate: { spec: spec ?? {} } } };
}
