import { StatefulSet } from "kubernetes-models/apps/v1/StatefulSet";
import { CronJob } from "kubernetes-models/batch/v1/CronJob";
import type { IContainer } from "kubernetes-models/v1/Container";
import type { IPodSpec } from "kubernetes-models/v1/PodSpec";
import type { IVolume } from "kubernetes-models/v1/Volume";
import type { IVolumeMount } from "kubernetes-models/v1/VolumeMount";
import { keepData, workloadLabels } from "../kubernetes/metadata.ts";
import { checksum, restrictedPod } from "../kubernetes/pods.ts";
import { claimTemplate, type Storage } from "./data-tier.ts";
import { type PodOptions, podOptions } from "./pod-options.ts";

/** What the pods that work on one claim of backups share. */
export interface BackupPods {
  /** Name of the StatefulSet that holds the claim, and of the account of all these pods. */
  readonly app: string;
  /** ConfigMap of the scripts. */
  readonly scripts: string;
  /** Volumes of the holder's pod besides the claim, the scripts and /tmp. */
  readonly volumes: readonly IVolume[];
  readonly options: PodOptions;
}

/** A run of a pod on a schedule. */
export interface BackupRun {
  readonly name: string;
  /** Cron's five fields, UTC. */
  readonly schedule: string;
  readonly container: IContainer;
  readonly initContainers?: readonly IContainer[];
  /** Volumes of this pod besides the claim, the scripts and /tmp. */
  readonly volumes?: readonly IVolume[];
}

const claim = "backup-storage";
const user = 999;

/** Where every container of these pods has the claim, the scripts and /tmp. */
export const backupMounts: readonly IVolumeMount[] = [
  { name: claim, mountPath: "/backup" },
  { name: "scripts", mountPath: "/scripts", readOnly: true },
  { name: "tmp", mountPath: "/tmp" },
];

/**
 * Returns the StatefulSet of one pod that has the claim. Its disk is attached to one node, and it is bound as soon as
 * this pod starts: a claim that waits for the first run of a CronJob would hold up a sync until then.
 */
export function backupHolder(
  pods: BackupPods,
  storage: Storage,
  container: IContainer,
  restartData: Readonly<Record<string, string>>,
): StatefulSet {
  const selector = { app: pods.app };
  const labels = workloadLabels(selector);
  return new StatefulSet({
    metadata: { name: pods.app, labels, annotations: { ...keepData } },
    spec: {
      serviceName: pods.app,
      replicas: 1,
      selector: { matchLabels: selector },
      podManagementPolicy: "Parallel",
      updateStrategy: { type: "RollingUpdate" },
      template: {
        metadata: { labels, annotations: { "checksum/restart": checksum(restartData) } },
        spec: podSpec(pods, [container], pods.volumes),
      },
      volumeClaimTemplates: [claimTemplate(claim, storage, selector)],
    },
  });
}

/** Returns a CronJob whose pods run where the holder of the claim is, one at a time, and are not tried again. */
export function backupCronJob(pods: BackupPods, run: BackupRun): CronJob {
  const labels = workloadLabels({ app: run.name });
  const shared = { name: claim, persistentVolumeClaim: { claimName: `${claim}-${pods.app}-0` } };
  const { container, initContainers = [], volumes = [] } = run;
  return new CronJob({
    metadata: { name: run.name, labels },
    spec: {
      schedule: run.schedule,
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
              ...podSpec(pods, [container], [shared, ...volumes]),
              ...(initContainers.length === 0 ? {} : { initContainers: [...initContainers] }),
              restartPolicy: "Never",
              affinity: {
                podAffinity: {
                  requiredDuringSchedulingIgnoredDuringExecution: [
                    {
                      labelSelector: { matchLabels: { app: pods.app } },
                      topologyKey: "kubernetes.io/hostname",
                    },
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

function podSpec(
  { app, options, scripts }: BackupPods,
  containers: IContainer[],
  more: readonly IVolume[],
): IPodSpec {
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
      { name: "tmp", emptyDir: { sizeLimit: "128Mi" } },
      ...more,
    ],
  };
}
