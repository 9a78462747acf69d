import { ConfigMap } from "kubernetes-models/v1/ConfigMap";
import type { IContainer } from "kubernetes-models/v1/Container";
import type { IEnvVar } from "kubernetes-models/v1/EnvVar";
import type { IVolume } from "kubernetes-models/v1/Volume";
import type { IVolumeMount } from "kubernetes-models/v1/VolumeMount";
import type { Model } from "../kubernetes/manifest.ts";
import { workloadLabels } from "../kubernetes/metadata.ts";
import { type Resources, restrictedContainer } from "../kubernetes/pods.ts";

/** Where backups are copied to: a bucket that speaks S3, in which everything is encrypted. */
export interface BackupCopy {
  /**
   * rclone; its program is a static one, so that it runs in the servers' images too. These have no certificates of public
   * authorities (their Dockerfiles purge ca-certificates), so those of rclone's image come with it.
   */
  readonly image: string;
  /** Which S3 it is, in rclone's words (`GCS`, `AWS`, `Minio`, `Other`). */
  readonly provider: string;
  /** Address of the object store. */
  readonly endpoint: string;
  readonly region: string;
  /** Name of the bucket. */
  readonly bucket: string;
  /** Certificates, as PEM, of the private authority of the object store; the public ones where absent. */
  readonly authority?: string | undefined;
}

/** What a pod needs so that its scripts can copy and fetch; nothing where backups stay in the cluster. */
export interface CopyParts {
  readonly initContainers: readonly IContainer[];
  readonly env: readonly IEnvVar[];
  readonly mounts: readonly IVolumeMount[];
  readonly volumes: readonly IVolume[];
}

/** Secret with the bucket's access key, and the password and salt of the encryption. */
export const copyCredentials = "backup-copy-credentials";

/** Keys of `copyCredentials`. */
export const copyCredentialKeys = [
  "access-key-id",
  "secret-access-key",
  "encryption-password",
  "encryption-salt",
] as const;

/**
 * Returns the resources of a container whose scripts copy or fetch, with room on the node for the program beside what
 * it may write to /tmp: an emptyDir counts as ephemeral storage (Kubernetes, Local ephemeral storage).
 */
export function copyResources(copy: BackupCopy | undefined, { requests, limits }: Resources): Resources {
  if (copy === undefined) return { requests, limits };
  return {
    requests: { "ephemeral-storage": "384Mi", ...requests },
    limits: { "ephemeral-storage": "1Gi", ...limits },
  };
}

const authorityName = "backup-copy-authority";
const authorityFolder = "/run/backup-copy";
const authorityFile = "ca.crt";

/** Returns the objects that all pods with `copyParts` share. */
export function copyObjects(copy: BackupCopy | undefined): Model[] {
  if (copy?.authority === undefined) return [];
  return [
    new ConfigMap({
      metadata: { name: authorityName, labels: workloadLabels({ app: "backup-copy" }) },
      data: { [authorityFile]: copy.authority },
    }),
  ];
}

/** Returns the parts of a pod whose scripts copy backups off the cluster or fetch them (base/backup/offsite.sh). */
export function copyParts(copy: BackupCopy | undefined): CopyParts {
  if (copy === undefined) return { initContainers: [], env: [], mounts: [], volumes: [] };
  const isPrivate = copy.authority !== undefined;
  return {
    initContainers: [
      {
        name: "rclone",
        image: copy.image,
        command: ["/bin/cp", "/usr/local/bin/rclone", "/etc/ssl/certs/ca-certificates.crt", "/tools/"],
        resources: { requests: { cpu: "10m", memory: "64Mi" }, limits: { cpu: "500m", memory: "128Mi" } },
        securityContext: restrictedContainer,
        volumeMounts: [{ name: "tools", mountPath: "/tools" }],
      },
    ],
    env: [
      { name: "COPY_PROVIDER", value: copy.provider },
      { name: "COPY_ENDPOINT", value: copy.endpoint },
      { name: "COPY_REGION", value: copy.region },
      { name: "COPY_BUCKET", value: copy.bucket },
      {
        name: "COPY_AUTHORITIES",
        value: isPrivate ? `${authorityFolder}/${authorityFile}` : "/tools/ca-certificates.crt",
      },
    ],
    mounts: [
      { name: "tools", mountPath: "/tools", readOnly: true },
      { name: "copy-credentials", mountPath: "/run/secrets/backup-copy", readOnly: true },
      ...(isPrivate ? [{ name: "copy-authority", mountPath: authorityFolder, readOnly: true }] : []),
    ],
    volumes: [
      { name: "tools", emptyDir: { sizeLimit: "256Mi" } },
      { name: "copy-credentials", secret: { secretName: copyCredentials, defaultMode: 0o440 } },
      ...(isPrivate ? [{ name: "copy-authority", configMap: { name: authorityName } }] : []),
    ],
  };
}
