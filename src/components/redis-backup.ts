import { CronJob } from "kubernetes-models/batch/v1/CronJob";
import { ConfigMap } from "kubernetes-models/v1/ConfigMap";
import { PersistentVolumeClaim } from "kubernetes-models/v1/PersistentVolumeClaim";
import type { Model } from "../kubernetes/manifest.ts";
import { keepData, workloadLabels } from "../kubernetes/metadata.ts";
import { type Resources, restrictedContainer, restrictedPod } from "../kubernetes/pods.ts";
import type { Storage } from "./data-tier.ts";
import { type PodOptions, podOptions } from "./pod-options.ts";
import { redisNames } from "./redis-pod.ts";

/** Dumps of Redis, each loaded once before it counts. */
export interface RedisBackup {
  /** The image of the servers. */
  readonly image: string;
  /** Service that is asked for the dump: the replicas' where there are any. */
  readonly source: string;
  /** When a dump is made, in cron's five fields, UTC. */
  readonly schedule: string;
  /** Dumps that are kept. */
  readonly keep: number;
  readonly storage: Storage;
  /** The memory must hold the whole data: the dump is loaded. */
  readonly resources: Resources;
  readonly options: PodOptions;
  /** The pod's script by name. */
  readonly scriptFiles: ReadonlyMap<string, string>;
}

const app = "redis-backup";
const scripts = "redis-backup-scripts";
const user = 999;

/** Returns the backups of Redis: the CronJob that makes, loads and keeps dumps, and the claim that they are on. */
export function redisBackup(spec: RedisBackup): Model[] {
  const labels = workloadLabels({ app });
  const { className, size } = spec.storage;
  return [
    new ConfigMap({ metadata: { name: scripts, labels }, data: Object.fromEntries(spec.scriptFiles) }),
    new PersistentVolumeClaim({
      metadata: { name: app, labels, annotations: { ...keepData } },
      spec: {
        accessModes: ["ReadWriteOnce"],
        resources: { requests: { storage: size } },
        volumeMode: "Filesystem",
        ...(className === undefined ? {} : { storageClassName: className }),
      },
    }),
    new CronJob({
      metadata: { name: app, labels },
      spec: {
        schedule: spec.schedule,
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
                serviceAccountName: app,
                ...podOptions(spec.options),
                automountServiceAccountToken: false,
                enableServiceLinks: false,
                restartPolicy: "Never",
                securityContext: restrictedPod({ user, group: user }),
                containers: [
                  {
                    name: "backup",
                    image: spec.image,
                    command: ["/bin/bash", "/scripts/backup.sh"],
                    env: [
                      { name: "SOURCE", value: spec.source },
                      { name: "KEEP", value: String(spec.keep) },
                    ],
                    resources: spec.resources,
                    securityContext: restrictedContainer,
                    volumeMounts: [
                      { name: "backup", mountPath: "/backup" },
                      { name: "scripts", mountPath: "/scripts", readOnly: true },
                      { name: "credentials", mountPath: "/run/secrets/redis", readOnly: true },
                      { name: "tmp", mountPath: "/tmp" },
                    ],
                  },
                ],
                volumes: [
                  { name: "backup", persistentVolumeClaim: { claimName: app } },
                  { name: "scripts", configMap: { name: scripts, defaultMode: 0o555 } },
                  {
                    name: "credentials",
                    secret: {
                      secretName: redisNames.credentials,
                      defaultMode: 0o440,
                      items: [
                        { key: "monitoring-password", path: "monitoring-password" },
                        { key: "replication-password", path: "replication-password" },
                      ],
                    },
                  },
                  { name: "tmp", emptyDir: { sizeLimit: "16Mi" } },
                ],
              },
            },
          },
        },
      },
    }),
  ];
}
