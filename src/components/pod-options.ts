import type { IPodSpec } from "kubernetes-models/v1/PodSpec";
import type { IToleration } from "kubernetes-models/v1/Toleration";

/** What may be asked of a pod besides its containers; empty where nothing is. */
export interface PodOptions {
  /** Names of Secrets of type kubernetes.io/dockerconfigjson. */
  readonly pullSecrets: readonly string[];
  readonly nodeSelector?: Readonly<Record<string, string>>;
  readonly tolerations?: readonly IToleration[];
}

/**
 * Returns the fields of a pod that carry the options. An empty one is left out: the API server drops it, and the
 * object in the cluster would differ from the one in git for ever.
 */
export function podOptions({
  pullSecrets,
  nodeSelector = {},
  tolerations = [],
}: PodOptions): Partial<IPodSpec> {
  return {
    ...(pullSecrets.length === 0 ? {} : { imagePullSecrets: pullSecrets.map((name) => ({ name })) }),
    ...(Object.keys(nodeSelector).length === 0 ? {} : { nodeSelector: { ...nodeSelector } }),
    ...(tolerations.length === 0
      ? {}
      : { tolerations: tolerations.map((toleration) => ({ ...toleration })) }),
  };
}
