import type { Model } from "../kubernetes/manifest.ts";
import { clusterService, disruptionBudget, nodesService, type Spread } from "./data-tier.ts";
import type { PodOptions } from "./pod-options.ts";

/** What PostgreSQL and Redis are told alike: a server of which one pod is written to, and replicas that copy it. */
export interface ReplicatedServer {
  readonly image: string;
  readonly exporterImage: string;
  readonly replicas: number;
  /** Seconds for which a peer has to refuse connections before an empty first pod believes that it has no data. */
  readonly guardSeconds: number;
  /** Seconds between two readiness probes; liveness asks half as often. */
  readonly probeSeconds: number;
  /** Seconds between two looks at changed passwords, certificates and settings. */
  readonly reloadSeconds: number;
  readonly spread: Spread;
  readonly options: PodOptions;
  /** Whether the cluster knows unhealthyPodEvictionPolicy (Kubernetes 1.27). */
  readonly evictUnhealthyPods: boolean;
  /** The server's configuration files by name. */
  readonly configFiles: ReadonlyMap<string, string>;
  /** The pods' scripts by name. */
  readonly scriptFiles: ReadonlyMap<string, string>;
}

/** How a server's pods are called and reached. */
interface Reach {
  /** Label `app` of all its pods, and first part of the names. */
  readonly app: string;
  /** Label `role` of the StatefulSet that begins as the one that is written to: `primary` or `master`. */
  readonly first: string;
  /** Pod that is written to now: the first StatefulSet's, or a promoted replica. */
  readonly written: string;
  /** The headless Service. */
  readonly nodes: string;
  readonly port: { readonly name: string; readonly port: number };
  readonly metricsPort: number;
}

/** Returns the names of the pods of both StatefulSets. */
export function replicatedPods({ app, first }: Pick<Reach, "app" | "first">, replicas: number): string[] {
  return [`${app}-${first}-0`, ...Array.from({ length: replicas }, (_, index) => `${app}-replica-${index}`)];
}

/**
 * Returns the Services in front of a server's pods and the budgets of its two StatefulSets.
 * @param always whether the cluster knows unhealthyPodEvictionPolicy, as `disruptionBudget` takes it.
 */
export function reachOf(
  { app, first, written, nodes, port, metricsPort }: Reach,
  { always }: { readonly always: boolean },
): Model[] {
  const roles = [first, "replica"].map((role) => ({ app, role }));
  return [
    nodesService(nodes, app, [port, { name: "metrics", port: metricsPort }]),
    // By pod name: one changed value moves it to a promoted replica.
    clusterService(
      `${app}-${first}-service`,
      { app, role: first },
      { app, "statefulset.kubernetes.io/pod-name": written },
      port,
    ),
    clusterService(`${app}-replica-service`, { app, role: "replica" }, { app, role: "replica" }, port),
    ...roles.map((labels) => disruptionBudget(`${app}-${labels.role}`, labels, { always })),
  ];
}
