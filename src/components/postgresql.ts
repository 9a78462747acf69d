import { StatefulSet } from "kubernetes-models/apps/v1/StatefulSet";
import { ConfigMap } from "kubernetes-models/v1/ConfigMap";
import { keepData, workloadLabels } from "../kubernetes/metadata.ts";
import type { Model } from "../kubernetes/manifest.ts";
import type { Resources } from "../kubernetes/pods.ts";
import { claimTemplate, type Storage } from "./data-tier.ts";
import { postgresqlNames, postgresqlPod } from "./postgresql-pod.ts";
import {
  type MemorySettings,
  restartData,
  serverConf,
  type SharedSettings,
  sizesConf,
} from "./postgresql-settings.ts";
import { reachOf, replicatedPods, type ReplicatedServer } from "./replicated-server.ts";

/** Size of the servers of one workload. */
export interface PostgresqlServer {
  readonly resources: Resources;
  readonly memory: MemorySettings;
  /** Size of /dev/shm, part of the memory limit. */
  readonly sharedMemory: string;
  readonly storage: Storage;
}

/** PostgreSQL with streaming replicas. */
export interface Postgresql extends ReplicatedServer {
  readonly database: string;
  readonly applicationRole: string;
  /** Pod that is the primary: postgres-primary-0, or after a promotion postgres-replica-0 and so on. */
  readonly primary: string;
  /** Whether a commit waits until a replica has it on its disk too; with no replica left, writes wait. */
  readonly synchronous: boolean;
  readonly settings: SharedSettings;
  readonly primaryServer: PostgresqlServer;
  readonly replicaServer: PostgresqlServer;
  /** Bytes of WAL by which a Ready replica may be behind. */
  readonly readyLagBytes: number;
  /** Seconds that a replica without data waits for the primary before its container starts again. */
  readonly waitSeconds: number;
}

const reach = {
  app: "postgres",
  first: "primary",
  nodes: postgresqlNames.nodes,
  port: { name: "postgres", port: 5432 },
  metricsPort: 9187,
} as const;

/** Returns the names of the pods of the primary's and the replicas' StatefulSet. */
export function postgresqlPods(replicas: number): readonly string[] {
  return replicatedPods(reach, replicas);
}

/**
 * Returns PostgreSQL: two StatefulSets, their configuration, Services and disruption budgets.
 * Throws an Error when the primary is none of the pods.
 */
export function postgresql(spec: Postgresql): Model[] {
  const peers = postgresqlPods(spec.replicas);
  if (!peers.includes(spec.primary)) {
    throw new Error(`the primary "${spec.primary}" is none of the pods ${peers.join(", ")}`);
  }
  return [
    configuration(spec),
    new ConfigMap({
      metadata: { name: postgresqlNames.scripts, labels: workloadLabels({ app: "postgres" }) },
      data: Object.fromEntries(spec.scriptFiles),
    }),
    ...reachOf({ ...reach, written: spec.primary }, { always: spec.evictUnhealthyPods }),
    workload(spec, "primary", spec.primaryServer, 1),
    workload(spec, "replica", spec.replicaServer, spec.replicas),
  ];
}

function standbys(spec: Postgresql): readonly string[] {
  return spec.synchronous ? postgresqlPods(spec.replicas).filter((pod) => pod !== spec.primary) : [];
}

function configuration(spec: Postgresql): ConfigMap {
  return new ConfigMap({
    metadata: { name: postgresqlNames.config, labels: workloadLabels({ app: "postgres" }) },
    data: {
      ...Object.fromEntries(spec.configFiles),
      "sizes.conf": sizesConf(spec.settings, standbys(spec)),
      "primary.conf": serverConf(spec.primaryServer.memory),
      "replica.conf": serverConf(spec.replicaServer.memory),
    },
  });
}

function workload(
  spec: Postgresql,
  role: "primary" | "replica",
  server: PostgresqlServer,
  replicas: number,
): StatefulSet {
  const selector = { app: "postgres", role };
  const files = [
    ...spec.configFiles.values(),
    sizesConf(spec.settings, standbys(spec)),
    serverConf(server.memory),
  ];
  return new StatefulSet({
    metadata: { name: `postgres-${role}`, labels: workloadLabels(selector), annotations: { ...keepData } },
    spec: {
      serviceName: postgresqlNames.nodes,
      replicas,
      selector: { matchLabels: selector },
      // Replicas do not wait for each other: a broken first one must not keep the second from starting.
      podManagementPolicy: "Parallel",
      updateStrategy: { type: "RollingUpdate" },
      template: postgresqlPod({
        ...spec,
        ...server,
        role,
        peers: postgresqlPods(spec.replicas),
        // The exporter reads its queries once, when it starts.
        restartData: { ...restartData(files), "queries.yaml": spec.configFiles.get("queries.yaml") ?? "" },
      }),
      volumeClaimTemplates: [claimTemplate(postgresqlNames.claim, server.storage, selector)],
    },
  });
}
