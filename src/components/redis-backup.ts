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
import { nodesService, type Storage } from "./data-tier.ts";
import type { PodOptions } from "./pod-options.ts";
import { redisNames } from "./redis-pod.ts";

/** Dumps of Redis, each loaded once before it counts, and restore rehearsals of the newest. */
export interface RedisBackup {
  /** The image of the servers. */
  readonly image: string;
  /** Service that is asked for the dump: the replicas' where there are any. */
  readonly source: string;
  /** When a dump is made, in cron's five fields, UTC. */
  readonly backupSchedule: string;
  /** When the newest dump is restored, in cron's five fields, UTC. */
  readonly rehearsalSchedule: string;
  /** Dumps that are kept. */
  readonly keep: number;
  readonly storage: Storage;
  /** The memory must hold the whole data: the dump is loaded. */
  readonly resources: Resources;
  /** The copy off the cluster. */
  readonly copy?: BackupCopy | undefined;
  readonly options: PodOptions;
  /** The pods' scripts by name. */
  readonly scriptFiles: ReadonlyMap<string, string>;
}

const app = "redis-backup";
const scripts = "redis-backup-scripts";

/** CronJobs of the backups. */
export const redisBackupRuns = { dump: "redis-dump", rehearsal: "redis-restore-rehearsal" } as const;

/** Returns the backups of Redis: the pod that has their claim, and the CronJobs that make and that restore dumps. */
export function redisBackup(spec: RedisBackup): Model[] {
  const labels = workloadLabels({ app });
  const data = Object.fromEntries(spec.scriptFiles);
  const offsite = copyParts(spec.copy);
  const pods: BackupPods = { app, scripts, options: spec.options, volumes: [] };
  return [
    new ConfigMap({ metadata: { name: scripts, labels }, data }),
    nodesService(app, app, []),
    // It only has the claim: the runs find their node by it, and dumps are fetched from it by hand.
    backupHolder(pods, spec.storage, container(spec, "hold", idle), {
      "hold.sh": data["hold.sh"] ?? "",
    }),
    backupCronJob(pods, {
      name: redisBackupRuns.dump,
      schedule: spec.backupSchedule,
      initContainers: offsite.initContainers,
      container: container(spec, "dump", copyResources(spec.copy, spec.resources), {
        env: [
          { name: "SOURCE", value: spec.source },
          { name: "KEEP", value: String(spec.keep) },
          ...offsite.env,
        ],
        mounts: [{ name: "credentials", mountPath: "/run/secrets/redis", readOnly: true }, ...offsite.mounts],
      }),
      volumes: [credentials, ...offsite.volumes],
    }),
    backupCronJob(pods, {
      name: redisBackupRuns.rehearsal,
      schedule: spec.rehearsalSchedule,
      initContainers: offsite.initContainers,
      container: container(spec, "rehearse", copyResources(spec.copy, spec.resources), offsite),
      volumes: offsite.volumes,
    }),
  ];
}

const idle: Resources = {
  requests: { cpu: "10m", memory: "64Mi" },
  limits: { cpu: "100m", memory: "64Mi" },
};

const credentials: IVolume = {
  name: "credentials",
  secret: {
    secretName: redisNames.credentials,
    defaultMode: 0o440,
    items: ["monitoring-password", "replication-password"].map((key) => ({ key, path: key })),
  },
};

function container(
  { image }: RedisBackup,
  script: string,
  resources: Resources,
  {
    env = [],
    mounts = [],
  }: { readonly env?: readonly IEnvVar[]; readonly mounts?: readonly IVolumeMount[] } = {},
): IContainer {
  return {
    name: script,
    image,
    command: ["/bin/bash", `/scripts/${script}.sh`],
    ...(env.length === 0 ? {} : { env: [...env] }),
    resources,
    securityContext: restrictedContainer,
    volumeMounts: [...backupMounts, ...mounts],
  };
}
