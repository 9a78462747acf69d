import { Certificate } from "@kubernetes-models/cert-manager/cert-manager.io/v1/Certificate";
import { StatefulSet } from "kubernetes-models/apps/v1/StatefulSet";
import { CronJob } from "kubernetes-models/batch/v1/CronJob";
import { ConfigMap } from "kubernetes-models/v1/ConfigMap";
import type { IContainer } from "kubernetes-models/v1/Container";
import type { IEnvVar } from "kubernetes-models/v1/EnvVar";
import type { IPodSpec } from "kubernetes-models/v1/PodSpec";
import type { IVolume } from "kubernetes-models/v1/Volume";
import type { Model } from "../kubernetes/manifest.ts";
import { keepData, workloadLabels } from "../kubernetes/metadata.ts";
import { checksum, type Resources, restrictedContainer, restrictedPod } from "../kubernetes/pods.ts";
import { claimTemplate, memoryVolume, nodesService, type Storage } from "./data-tier.ts";
import { dataAuthority } from "./data-certificates.ts";
import { type PodOptions, podOptions } from "./pod-options.ts";
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
  readonly options: PodOptions;
  /** Scripts and pg_hba.conf of the backup pods by name. */
  readonly scriptFiles: ReadonlyMap<string, string>;
}

const app = "postgres-backup";
const selector = { app } as const;
const certificate = "postgres-backup-tls";
const scripts = "postgres-backup-scripts";
const claim = "backup-storage";
const user = 999;

/**
 * Returns the backups of PostgreSQL: the pod that receives WAL, the CronJobs for base backups and rehearsals, and
 * the client certificate that they log in with.
 */
export function postgresqlBackup(spec: PostgresqlBackup): Model[] {
  const labels = workloadLabels(selector);
  const data = Object.fromEntries(spec.scriptFiles);
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
    new StatefulSet({
      metadata: { name: app, labels, annotations: { ...keepData } },
      spec: {
        serviceName: app,
        replicas: 1,
        selector: { matchLabels: selector },
        podManagementPolicy: "Parallel",
        updateStrategy: { type: "RollingUpdate" },
        template: {
          metadata: { labels, annotations: { "checksum/restart": checksum(data) } },
          spec: podSpec(spec.options, [container(spec, "wal", spec.resources)], []),
        },
        volumeClaimTemplates: [claimTemplate(claim, spec.storage, selector)],
      },
    }),
    cronJob(spec, "postgres-base-backup", spec.backupSchedule, [
      container(spec, "base", spec.resources, [{ name: "KEEP", value: String(spec.keep) }]),
    ]),
    cronJob(
      spec,
      "postgres-restore-rehearsal",
      spec.rehearsalSchedule,
      [container(spec, "rehearse", spec.rehearsalResources)],
      [
        restoreVolume(spec.rehearsalStorage),
        memoryVolume("run", "16Mi"),
        memoryVolume("shared-memory", "256Mi"),
      ],
    ),
  ];
}

function cronJob(
  spec: PostgresqlBackup,
  name: string,
  schedule: string,
  containers: IContainer[],
  volumes: IVolume[] = [],
): CronJob {
  const labels = workloadLabels({ app: name });
  const shared = { name: claim, persistentVolumeClaim: { claimName: `${claim}-${app}-0` } };
  return new CronJob({
    metadata: { name, labels },
    spec: {
      schedule,
      timeZone: "Etc/UTC",
      concurrencyPolicy: "Forbid",
      startingDeadlineSeconds: 3600,
      successfulJobsHistoryLimit: 1,
      failedJobsHistoryLimit: 3,
      jobTemplate: {
        spec: {
          backoffLimit: 0,
          template: {
            metadata: { labels },
            spec: {
              ...podSpec(spec.options, containers, [shared, ...volumes]),
              restartPolicy: "Never",
              // The disk is attached to one node: whoever uses it runs where the WAL is received.
              affinity: {
                podAffinity: {
                  requiredDuringSchedulingIgnoredDuringExecution: [
                    { labelSelector: { matchLabels: selector }, topologyKey: "kubernetes.io/hostname" },
                  ],
                },
              },
            },
          },
        },
      },
    },
  });
}

function podSpec(options: PodOptions, containers: IContainer[], volumes: IVolume[]): IPodSpec {
  return {
    serviceAccountName: app,
    ...podOptions(options),
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: 30,
    securityContext: restrictedPod({ user, group: user }),
    containers,
    volumes: [
      { name: "scripts", configMap: { name: scripts, defaultMode: 0o555 } },
      { name: "certificate", secret: { secretName: certificate, defaultMode: 0o440 } },
      { name: "tmp", emptyDir: { sizeLimit: "128Mi" } },
      ...volumes,
    ],
  };
}

function container(
  spec: PostgresqlBackup,
  script: string,
  resources: Resources,
  more: IEnvVar[] = [],
): IContainer {
  const restoring = script === "rehearse";
  return {
    name: script,
    image: spec.image,
    command: ["/bin/bash", `/scripts/${script}.sh`],
    env: [
      { name: "PRIMARY_POD", value: spec.primary },
      { name: "NODES_SERVICE", value: postgresqlNames.nodes },
      { name: "DATABASE", value: spec.database },
      ...more,
    ],
    resources,
    securityContext: restrictedContainer,
    volumeMounts: [
      { name: claim, mountPath: "/backup" },
      { name: "scripts", mountPath: "/scripts", readOnly: true },
      { name: "certificate", mountPath: "/run/secrets/postgres-backup-tls", readOnly: true },
      { name: "tmp", mountPath: "/tmp" },
      ...(restoring
        ? [
            { name: "restore", mountPath: "/restore" },
            { name: "run", mountPath: "/run/postgresql" },
            { name: "shared-memory", mountPath: "/dev/shm" },
          ]
        : []),
    ],
  };
}

function restoreVolume(storage: Storage): IVolume {
  const { spec } = claimTemplate("restore", storage, selector);
  return { name: "restore", ephemeral: { volumeClaimTemplate: { spec: spec ?? {} } } };
}
