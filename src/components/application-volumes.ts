import type { IVolume } from "kubernetes-models/v1/Volume";
import type { IVolumeMount } from "kubernetes-models/v1/VolumeMount";
import type { Resources } from "../kubernetes/pods.ts";
import { formatBytes, parseQuantity } from "../kubernetes/quantity.ts";
import { metricsDirectory } from "./configuration.ts";
import { logsClaimName } from "./storage.ts";

/** What the application's pods mount. Sizes are quantities such as `1Gi`. */
export interface ApplicationVolumes {
  /** The shared claim of the logs, or the size of a directory of the pod's own. */
  readonly logs: "claim" | { readonly size: string };
  readonly models: { readonly size: string };
  readonly temporary: { readonly size: string };
  /** Metrics that the workers share, in memory: it counts towards the container's memory. */
  readonly metrics: { readonly size: string };
  /** Secret whose ca.crt the application trusts for the database; absent where the database is elsewhere. */
  readonly databaseAuthority?: string | undefined;
  /** Whether the application may ask the Kubernetes API. */
  readonly kubernetesApi: boolean;
}

/** Directory that holds ca.crt of the database's authority; the database's URL names it. */
export const databaseAuthorityDirectory = "/run/secrets/postgres-ca";

/** Returns the database authority as a volume: its certificate alone, never the server's key beside it. */
export function databaseAuthorityVolume(secretName: string): IVolume {
  return {
    name: "database-authority",
    secret: { secretName, items: [{ key: "ca.crt", path: "ca.crt" }], defaultMode: 0o444 },
  };
}

/** Returns where the database authority is mounted. */
export const databaseAuthorityMount: IVolumeMount = {
  name: "database-authority",
  mountPath: databaseAuthorityDirectory,
  readOnly: true,
};

/** Returns the volumes of the application's pod. */
export function volumes(spec: ApplicationVolumes): IVolume[] {
  const { logs, models, temporary, metrics, databaseAuthority, kubernetesApi } = spec;
  return [
    logs === "claim"
      ? { name: "logs", persistentVolumeClaim: { claimName: logsClaimName } }
      : { name: "logs", emptyDir: { sizeLimit: logs.size } },
    { name: "ml-models", emptyDir: { sizeLimit: models.size } },
    { name: "temp", emptyDir: { sizeLimit: temporary.size } },
    { name: "metrics", emptyDir: { medium: "Memory", sizeLimit: metrics.size } },
    ...(databaseAuthority === undefined ? [] : [databaseAuthorityVolume(databaseAuthority)]),
    ...(kubernetesApi ? [apiAccess] : []),
  ];
}

/** Returns the mounts of the application's container, one for each of the volumes. */
export function mounts({ databaseAuthority, kubernetesApi }: ApplicationVolumes): IVolumeMount[] {
  return [
    { name: "logs", mountPath: "/app/logs" },
    { name: "ml-models", mountPath: "/app/ml-models" },
    { name: "temp", mountPath: "/tmp" },
    { name: "metrics", mountPath: metricsDirectory },
    ...(databaseAuthority === undefined ? [] : [databaseAuthorityMount]),
    ...(kubernetesApi
      ? [
          {
            name: "kubernetes-api",
            mountPath: "/var/run/secrets/kubernetes.io/serviceaccount",
            readOnly: true,
          },
        ]
      : []),
  ];
}

// For the container's log; its root file system is read-only.
const logSize = "1Gi";

/**
 * Returns the resources with temporary storage, where they do not state it: as much as the directories of the pod on
 * its node's disk may hold, since kubelet evicts a pod whose directories exceed its containers' limits together, and
 * a LimitRange would set those to its default. All of it is requested: on a node that is short of disk, kubelet first
 * evicts the pods that use more than they requested.
 */
export function withTemporaryStorage(resources: Resources, spec: ApplicationVolumes): Resources {
  const { logs, models, temporary } = spec;
  const sizes = [models.size, temporary.size, logSize, ...(logs === "claim" ? [] : [logs.size])];
  const bytes = sizes.map((size) => parseQuantity(size) / 1000).reduce((sum, size) => sum + size, 0);
  const storage = formatBytes(bytes);
  const { limits } = resources;
  return {
    // A limit that the values state bounds the request as well.
    requests: { "ephemeral-storage": limits["ephemeral-storage"] ?? storage, ...resources.requests },
    limits: { "ephemeral-storage": storage, ...limits },
  };
}

// What the API server would mount by itself, stated: the account stays without tokens for any other pod.
const apiAccess: IVolume = {
  name: "kubernetes-api",
  projected: {
    defaultMode: 0o444,
    sources: [
      { serviceAccountToken: { expirationSeconds: 3607, path: "token" } },
      { configMap: { name: "kube-root-ca.crt", items: [{ key: "ca.crt", path: "ca.crt" }] } },
      {
        downwardAPI: {
          items: [{ path: "namespace", fieldRef: { apiVersion: "v1", fieldPath: "metadata.namespace" } }],
        },
      },
    ],
  },
};
