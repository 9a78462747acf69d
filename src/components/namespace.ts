import { LimitRange } from "kubernetes-models/v1/LimitRange";
import { Namespace } from "kubernetes-models/v1/Namespace";
import { ResourceQuota } from "kubernetes-models/v1/ResourceQuota";
import type { Model } from "../kubernetes/manifest.ts";
import { keepData } from "../kubernetes/metadata.ts";
import type { EgressTarget } from "./network-edges.ts";
import type { AddressBlock, PlatformPods } from "./network-peers.ts";
import type { HardQuota } from "./quota.ts";

/** The namespace and the bounds of everything in it. */
export interface NamespaceSpec {
  readonly name: string;
  /** Value of the guide's label `environment`, such as `production`. */
  readonly environment: string;
  /** Minor version of the cluster's Kubernetes; the Pod Security Standard is pinned to it. */
  readonly kubernetesMinor: number;
  readonly limits: ContainerLimits;
  /** What the pods and objects of the other components need at most. */
  readonly quota: HardQuota;
  /** Whom the namespace talks to outside of itself; the rule `network` compares the policies with it. */
  readonly outside: Outside;
  /** Size of the database that its volumes are made for, where it is here; the rule `disk` reads it. */
  readonly databaseSize?: string | undefined;
}

/** The declaration of every end of a connection that is not in this namespace; absent parts are not there. */
export interface Outside {
  readonly edgeController?: PlatformPods;
  readonly prometheus?: PlatformPods;
  readonly apiServer?: { readonly blocks: readonly AddressBlock[]; readonly port: number };
  readonly dns: readonly AddressBlock[];
  readonly egress: readonly EgressTarget[];
}

/** Bounds of one container, quantities by resource name, with the names that a LimitRange has for them. */
export interface ContainerLimits {
  readonly default: Readonly<Record<string, string>>;
  readonly defaultRequest: Readonly<Record<string, string>>;
  readonly max: Readonly<Record<string, string>>;
  readonly min: Readonly<Record<string, string>>;
}

/**
 * The guide's bounds, except the lower one: cert-manager's solver pods ask for 10m and 64Mi, and the guide's 100m and
 * 128Mi would refuse them, so that no certificate would ever be issued. Temporary storage is bounded besides: a
 * container that fills its node's disk evicts its neighbours.
 */
export const containerLimits: ContainerLimits = {
  default: { cpu: "1", memory: "2Gi", "ephemeral-storage": "1Gi" },
  defaultRequest: { cpu: "500m", memory: "1Gi", "ephemeral-storage": "128Mi" },
  max: { cpu: "4", memory: "8Gi" },
  min: { cpu: "10m", memory: "64Mi" },
};

/**
 * Returns the Namespace, which enforces the Pod Security Standard `restricted`, its LimitRange and its ResourceQuota.
 * The standard is pinned to the cluster's own minor: with `latest` an upgrade of the cluster could refuse pods that
 * ran before it.
 */
export function namespace({
  name,
  environment,
  kubernetesMinor,
  limits,
  quota,
  outside,
  databaseSize,
}: NamespaceSpec): Model[] {
  return [
    new Namespace({
      metadata: {
        name,
        labels: {
          name,
          environment,
          component: "financial-services",
          ...podSecurity(`v1.${kubernetesMinor}`),
        },
        annotations: {
          ...keepData,
          description: `APG Cash Management System - ${capitalized(environment)} Environment`,
          ...(databaseSize === undefined ? {} : { "database-size": databaseSize }),
          "network-declaration": `${JSON.stringify(outside, undefined, 2)}\n`,
        },
      },
    }),
    new LimitRange({
      metadata: { name: `${name}-limits` },
      spec: {
        limits: [
          {
            type: "Container",
            default: { ...limits.default },
            defaultRequest: { ...limits.defaultRequest },
            max: { ...limits.max },
            min: { ...limits.min },
          },
        ],
      },
    }),
    new ResourceQuota({ metadata: { name: `${name}-quota` }, spec: { hard: { ...quota } } }),
  ];
}

function podSecurity(version: string): Record<string, string> {
  const modes = ["enforce", "audit", "warn"];
  return Object.fromEntries(
    modes.flatMap((mode) => [
      [`pod-security.kubernetes.io/${mode}`, "restricted"],
      [`pod-security.kubernetes.io/${mode}-version`, version],
    ]),
  );
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
