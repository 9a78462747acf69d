import { StatefulSet } from "kubernetes-models/apps/v1/StatefulSet";
import { ConfigMap } from "kubernetes-models/v1/ConfigMap";
import type { Model } from "../kubernetes/manifest.ts";
import { keepData, workloadLabels } from "../kubernetes/metadata.ts";
import type { Resources } from "../kubernetes/pods.ts";
import type { PodOptions } from "./pod-options.ts";
import {
  claimTemplate,
  clusterService,
  disruptionBudget,
  nodesService,
  type Spread,
  type Storage,
} from "./data-tier.ts";
import { redisNames, redisPod } from "./redis-pod.ts";
import { redisSizesConf, type RedisSettings } from "./redis-settings.ts";

/** Size of the servers of one workload. */
export interface RedisServer {
  readonly resources: Resources;
  readonly storage: Storage;
}

/** Redis with replicas. */
export interface Redis {
  readonly image: string;
  readonly exporterImage: string;
  /** Pod that is the master: redis-master-0, or after a promotion redis-replica-0 and so on. */
  readonly master: string;
  readonly replicas: number;
  readonly settings: RedisSettings;
  readonly masterServer: RedisServer;
  readonly replicaServer: RedisServer;
  /** Seconds for which a peer has to refuse connections before an empty master believes that it has no data. */
  readonly guardSeconds: number;
  /** Seconds between two readiness probes; liveness asks half as often. */
  readonly probeSeconds: number;
  /** Seconds between two looks at changed passwords, certificates and settings. */
  readonly reloadSeconds: number;
  readonly spread: Spread;
  readonly options: PodOptions;
  /** Whether the cluster knows unhealthyPodEvictionPolicy (Kubernetes 1.27). */
  readonly evictUnhealthyPods: boolean;
  /** redis.conf and users.acl by name. */
  readonly configFiles: ReadonlyMap<string, string>;
  /** The pods' scripts by name. */
  readonly scriptFiles: ReadonlyMap<string, string>;
}

const port = { name: "redis", port: 6379 } as const;

/** Returns the names of the pods of the master's and the replicas' StatefulSet. */
export function redisPods(replicas: number): readonly string[] {
  return ["redis-master-0", ...Array.from({ length: replicas }, (_, index) => `redis-replica-${index}`)];
}

/**
 * Returns Redis: two StatefulSets, their configuration, Services and disruption budgets.
 * Throws an Error when the master is none of the pods.
 */
export function redis(spec: Redis): Model[] {
  const peers = redisPods(spec.replicas);
  if (!peers.includes(spec.master)) {
    throw new Error(`the master "${spec.master}" is none of the pods ${peers.join(", ")}`);
  }
  const always = { always: spec.evictUnhealthyPods };
  const config = { ...Object.fromEntries(spec.configFiles), "sizes.conf": redisSizesConf(spec.settings) };
  return [
    new ConfigMap({
      metadata: { name: redisNames.config, labels: workloadLabels({ app: "redis" }) },
      data: config,
    }),
    new ConfigMap({
      metadata: { name: redisNames.scripts, labels: workloadLabels({ app: "redis" }) },
      data: Object.fromEntries(spec.scriptFiles),
    }),
    nodesService(redisNames.nodes, "redis", [port, { name: "metrics", port: 9121 }]),
    // By pod name: one changed value moves it to a promoted replica.
    clusterService(
      "redis-master-service",
      { app: "redis", role: "master" },
      { app: "redis", "statefulset.kubernetes.io/pod-name": spec.master },
      port,
    ),
    clusterService(
      "redis-replica-service",
      { app: "redis", role: "replica" },
      { app: "redis", role: "replica" },
      port,
    ),
    workload(spec, "master", spec.masterServer, 1, config),
    workload(spec, "replica", spec.replicaServer, spec.replicas, config),
    disruptionBudget("redis-master", { app: "redis", role: "master" }, always),
    disruptionBudget("redis-replica", { app: "redis", role: "replica" }, always),
  ];
}

function workload(
  spec: Redis,
  role: "master" | "replica",
  server: RedisServer,
  replicas: number,
  config: Readonly<Record<string, string>>,
): StatefulSet {
  const selector = { app: "redis", role };
  const { "users.acl": _reloaded, ...restartData } = config;
  return new StatefulSet({
    metadata: { name: `redis-${role}`, labels: workloadLabels(selector), annotations: { ...keepData } },
    spec: {
      serviceName: redisNames.nodes,
      replicas,
      selector: { matchLabels: selector },
      podManagementPolicy: "Parallel",
      updateStrategy: { type: "RollingUpdate" },
      template: redisPod({ ...spec, ...server, role, peers: redisPods(spec.replicas), restartData }),
      volumeClaimTemplates: [claimTemplate(redisNames.claim, server.storage, selector)],
    },
  });
}
