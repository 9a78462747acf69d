import { createHash } from "node:crypto";
import type { ISecurityContext } from "kubernetes-models/v1/SecurityContext";
import type { IPodSecurityContext } from "kubernetes-models/v1/PodSecurityContext";

/** CPU and memory of one container, in Kubernetes quantities such as `500m` and `2Gi`. */
export interface Resources {
  readonly requests: { readonly cpu: string; readonly memory: string; readonly "ephemeral-storage"?: string };
  readonly limits: { readonly cpu: string; readonly memory: string; readonly "ephemeral-storage"?: string };
}

/** What the Pod Security Standard `restricted` asks of a container, and a read-only root file system besides. */
export const restrictedContainer = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ["ALL"] },
  readOnlyRootFilesystem: true,
} as const satisfies ISecurityContext;

/**
 * Returns a pod security context that fits the Pod Security Standard `restricted` for a user and group id.
 * OnRootMismatch: with the default, kubelet opens PGDATA to the group at every mount and PostgreSQL refuses to start
 * again ("data directory has invalid permissions").
 */
export function restrictedPod({
  user,
  group,
}: {
  readonly user: number;
  readonly group: number;
}): IPodSecurityContext {
  return {
    fsGroup: group,
    fsGroupChangePolicy: "OnRootMismatch",
    runAsGroup: group,
    runAsNonRoot: true,
    runAsUser: user,
    seccompProfile: { type: "RuntimeDefault" },
  };
}

/**
 * Returns a digest (16 hexadecimal digits) over exactly the data given. As a pod template annotation it restarts the
 * pods that read the data when, and only when, the data changes.
 */
export function checksum(data: Readonly<Record<string, string>>): string {
  const entries = Object.entries(data).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return createHash("sha256").update(JSON.stringify(entries)).digest("hex").slice(0, 16);
}
