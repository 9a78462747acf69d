import type { JsonObject } from "../../../src/kubernetes/manifest.ts";
import type { Family } from "./pair.ts";

const namespace = "plan-pairs";

const claim = (name: string, spec: JsonObject): JsonObject => ({
  apiVersion: "v1",
  kind: "PersistentVolumeClaim",
  metadata: { name, namespace },
  spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "2Gi" } }, ...spec },
});
const bound = { phase: "Bound", capacity: { storage: "2Gi" }, accessModes: ["ReadWriteOnce"] } as const;
const claimEdits: Readonly<Record<string, JsonObject>> = {
  grows: { spec: { resources: { requests: { storage: "3Gi" } } } },
  shrinks: { spec: { resources: { requests: { storage: "1Gi" } } } },
  "size spelled otherwise": { spec: { resources: { requests: { storage: "2048Mi" } } } },
  "access mode": { spec: { accessModes: ["ReadWriteMany"] } },
  class: { spec: { storageClassName: "plan-fixed" } },
  "volume mode": { spec: { volumeMode: "Block" } },
  "volume mode written out": { spec: { volumeMode: "Filesystem" } },
  "resource limit": { spec: { resources: { limits: { storage: "9Gi" } } } },
  label: { metadata: { labels: { a: "b" } } },
};

const storageClass: JsonObject = {
  apiVersion: "storage.k8s.io/v1",
  kind: "StorageClass",
  metadata: { name: "plan-class" },
  provisioner: "example.com/disk",
  parameters: { type: "ssd" },
};

const volume: JsonObject = {
  apiVersion: "v1",
  kind: "PersistentVolume",
  metadata: { name: "plan-volume" },
  spec: {
    accessModes: ["ReadWriteOnce"],
    capacity: { storage: "1Gi" },
    csi: { driver: "example.com", volumeHandle: "a" },
    storageClassName: "none",
  },
};

/** Claims, volumes and classes. `plan-growing` allows expansion, `plan-fixed` does not. */
export const storageFamilies: readonly Family[] = [
  {
    name: "claim of a class that grows",
    base: claim("growing", { storageClassName: "plan-growing" }),
    status: bound,
    edits: claimEdits,
  },
  {
    name: "claim of a class that does not",
    base: claim("fixed", { storageClassName: "plan-fixed" }),
    status: bound,
    edits: { grows: claimEdits["grows"] ?? {} },
  },
  {
    name: "StorageClass",
    base: storageClass,
    edits: {
      provisioner: { provisioner: "example.com/other" },
      parameter: { parameters: { type: "hdd" } },
      "reclaim policy": { reclaimPolicy: "Retain" },
      "binding mode": { volumeBindingMode: "WaitForFirstConsumer" },
      "defaults written out": { reclaimPolicy: "Delete", volumeBindingMode: "Immediate" },
      expansion: { allowVolumeExpansion: true },
      "mount options": { mountOptions: ["noatime"] },
      "default class": {
        metadata: { annotations: { "storageclass.kubernetes.io/is-default-class": "false" } },
      },
    },
  },
  {
    name: "PersistentVolume",
    base: volume,
    edits: {
      capacity: { spec: { capacity: { storage: "2Gi" } } },
      "reclaim policy": { spec: { persistentVolumeReclaimPolicy: "Delete" } },
      "reclaim policy written out": {
        spec: { persistentVolumeReclaimPolicy: "Retain", volumeMode: "Filesystem" },
      },
      handle: { spec: { csi: { volumeHandle: "b" } } },
      "mount options": { spec: { mountOptions: ["noatime"] } },
      "node affinity": {
        spec: {
          nodeAffinity: {
            required: {
              nodeSelectorTerms: [{ matchExpressions: [{ key: "zone", operator: "In", values: ["a"] }] }],
            },
          },
        },
      },
      class: { spec: { storageClassName: "other" } },
    },
  },
  {
    name: "CSIDriver",
    base: {
      apiVersion: "storage.k8s.io/v1",
      kind: "CSIDriver",
      metadata: { name: "plan.example.com" },
      spec: {},
    },
    edits: {
      "attach required": { spec: { attachRequired: false } },
      "defaults written out": { spec: { attachRequired: true, podInfoOnMount: false } },
      "pod info": { spec: { podInfoOnMount: true } },
    },
  },
];
