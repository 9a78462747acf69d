import { StatefulSet } from "kubernetes-models/apps/v1/StatefulSet";
import { ConfigMap } from "kubernetes-models/v1/ConfigMap";
import type { Model } from "../kubernetes/manifest.ts";
import { keepData, workloadLabels } from "../kubernetes/metadata.ts";
import type { Resources } from "../kubernetes/pods.ts";
import { claimTemplate, type Storage } from "./data-tier.ts";
import { redisNames, redisPod } from "./redis-pod.ts";
import { redisSizesConf, type RedisSettings } from "./redis-settings.ts";
import { reachOf, replicatedPods, type ReplicatedServer } from "./replicated-server.ts";

/** Size of the servers of one workload. */
export interface RedisServer {
  readonly resources: Resources;
  readonly storage: Storage;
}

/** Redis with replicas. */
export interface Redis extends ReplicatedServer {
  /** Pod that is the master: redis-master-0, or after a promotion redis-replica-0 and so on. */
  readonly master: string;
  readonly settings: RedisSettings;
  readonly masterServer: RedisServer;
  readonly replicaServer: RedisServer;
}

const reach = {
  app: "redis",
  first: "master",
  nodes: redisNames.nodes,
  port: { name: "redis", port: 6379 },
  metricsPort: 9121,
} as const;

/** Returns the names of the pods of the master's and the replicas' StatefulSet. */
export function redisPods(replicas: number): readonly string[] {
  return replicatedPods(reach, replicas);
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
    ...reachOf({ ...reach, written: spec.master }, { always: spec.evictUnhealthyPods }),
    workload(spec, "master", spec.masterServer, 1, config),
    workload(spec, "replica", spec.replicaServer, spec.replicas, config),
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
