import type { IPersistentVolumeClaimSpec } from "kubernetes-models/v1/PersistentVolumeClaimSpec";
import { PersistentVolumeClaim } from "kubernetes-models/v1/PersistentVolumeClaim";
import { StorageClass } from "kubernetes-models/storage.k8s.io/v1/StorageClass";
import type { Model } from "../kubernetes/manifest.ts";
import { keepData, workloadLabels } from "../kubernetes/metadata.ts";

/** What the cluster is asked for in storage. */
export interface Storage {
  /** The guide's two classes; absent on a cluster that brings its own. */
  readonly classes?: {
    /** A regional disk is kept in exactly two zones (Compute Engine documentation, Regional Persistent Disk). */
    readonly zones: readonly [string, string];
  };
  /** A volume for /app/logs that all pods of the application share. */
  readonly logs?: {
    /** A class whose volumes many nodes can write to at once; a persistent disk cannot. */
    readonly storageClass: string;
    /** A quantity such as `50Gi`. */
    readonly size: string;
    readonly accessMode: "ReadWriteMany";
    /** Sync wave of the pods that mount it. */
    readonly wave: number;
  };
}

/** Names of the guide's classes. */
export const storageClassNames = { fast: "apg-ssd-fast", standard: "apg-ssd-standard" } as const;

/** Name of the claim of the shared logs. */
export const logsClaimName = "apg-logs-pvc";

/**
 * Smallest volume of the class `standard`: Compute Engine makes no regional pd-standard disk below 200 GiB, and the
 * claim would stay Pending.
 */
export const smallestStandardVolume = "200Gi";

/** Returns the StorageClasses and the claim of the shared logs, each where it is asked for. */
export function storage({ classes, logs }: Storage): Model[] {
  return [
    ...(classes
      ? [
          regionalDisk(storageClassNames.fast, "pd-ssd", classes.zones),
          regionalDisk(storageClassNames.standard, "pd-standard", classes.zones),
        ]
      : []),
    ...(logs ? [logsClaim(logs)] : []),
  ];
}

function regionalDisk(name: string, type: string, zones: readonly [string, string]): StorageClass {
  return new StorageClass({
    metadata: { name, annotations: { "storageclass.kubernetes.io/is-default-class": "false" } },
    provisioner: "pd.csi.storage.gke.io",
    // The driver refuses parameters that it does not know; zones are chosen by topology alone.
    parameters: { type, "replication-type": "regional-pd" },
    allowedTopologies: [{ matchLabelExpressions: [{ key: "topology.gke.io/zone", values: [...zones] }] }],
    allowVolumeExpansion: true,
    reclaimPolicy: "Retain",
    volumeBindingMode: "WaitForFirstConsumer",
  });
}

function logsClaim({ storageClass, size, accessMode, wave }: NonNullable<Storage["logs"]>): Model {
  const spec: IPersistentVolumeClaimSpec = {
    accessModes: [accessMode],
    storageClassName: storageClass,
    resources: { requests: { storage: size } },
    volumeMode: "Filesystem",
  };
  return new PersistentVolumeClaim({
    metadata: {
      name: logsClaimName,
      labels: workloadLabels({ app: "apg-cash-management" }),
      annotations: {
        ...keepData,
        // In its consumer's wave: a claim that waits for its first consumer would stop the sync for ever.
        "argocd.argoproj.io/sync-wave": String(wave),
      },
    },
    spec,
  });
}
