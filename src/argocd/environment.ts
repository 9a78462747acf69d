import type { Manifest } from "../kubernetes/manifest.ts";
import type { DenyWindow } from "../promotion/windows.ts";

/** What Argo CD has to know of one environment. */
export interface ArgoCdEnvironment {
  readonly name: string;
  /** The Argo CD that syncs it: a folder below argocd/, with a root of its own. */
  readonly installation: string;
  /** API server of its cluster as Argo CD knows it; `localServer` for the cluster that Argo CD itself runs in. */
  readonly server: string;
  readonly namespace: string;
  /** Minor version of the cluster's Kubernetes, such as `1.35`. */
  readonly kubernetesVersion: string;
  /** This repository and its branch, as Argo CD reads them. */
  readonly repository: string;
  readonly revision: string;
  /** Everything in rendered/NAME: the project's lists and the deployer's rights are derived from it. */
  readonly manifests: readonly Manifest[];
  /** Groups of the identity provider by their role in the project. */
  /** Keys of which one has to have signed the commit that is synced; none asks for no signature. */
  readonly signatureKeys: readonly string[];
  readonly groups: Readonly<Record<ProjectRoleName, readonly string[]>>;
  readonly platform: Platform;
  /** When nothing is synced but by hand. */
  readonly denyWindows: readonly DenyWindow[];
  /** How much one pull request may delete, where that is more than the plan's own budget. */
  readonly deletionBudget?: DeletionBudget;
}

/** A wider budget of deletions, which the plan reads from the Application. */
export interface DeletionBudget {
  readonly objects: number;
  readonly dataBearing: number;
  readonly reason: string;
  readonly owner: string;
  /** Last day, as year-month-day. */
  readonly end: string;
}

/** Roles of an environment's project, each with the rights of the one before it. */
export type ProjectRoleName = "read" | "sync" | "override";

/** What the environment needs of its cluster, as Helm charts. */
export interface Platform {
  /** kube-prometheus-stack, and the metrics of the other charts in it. */
  readonly prometheus: boolean;
  /** Release name of kube-prometheus-stack, which its Prometheus selects monitors and rules by. */
  readonly prometheusRelease: string;
  readonly grafana: boolean;
  /** Where requests per second scale the application. */
  readonly keda: boolean;
  readonly traefik: Traefik | undefined;
  /** Registry that mirrors every image of the charts; undefined takes each from where its chart says. */
  readonly imageRegistry: string | undefined;
  /** Helm repository that holds every chart; undefined takes each from its own. */
  readonly chartRepository: string | undefined;
}

/** Settings of the edge's controller that an Ingress cannot carry. */
export interface Traefik {
  readonly ingressClass: string;
  /** Seconds within which a request, with its body, must have arrived. */
  readonly readSeconds: number;
  /** Seconds that a client's idle connection is kept. */
  readonly idleSeconds: number;
  /** Address blocks of proxies whose X-Forwarded-For is believed; of anyone else it is replaced. */
  readonly trustedProxies: readonly string[];
}
