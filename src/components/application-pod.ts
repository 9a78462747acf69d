import type { IContainer } from "kubernetes-models/v1/Container";
import type { ILifecycle } from "kubernetes-models/v1/Lifecycle";
import type { IPodTemplateSpec } from "kubernetes-models/v1/PodTemplateSpec";
import type { IProbe } from "kubernetes-models/v1/Probe";
import type { ITopologySpreadConstraint } from "kubernetes-models/v1/TopologySpreadConstraint";
import { workloadLabels } from "../kubernetes/metadata.ts";
import { checksum, type Resources, restrictedContainer, restrictedPod } from "../kubernetes/pods.ts";
import { bankVariables, type SecretVariable, secretVariables } from "./application-environment.ts";
import { type ApplicationVolumes, mounts, volumes, withTemporaryStorage } from "./application-volumes.ts";
import { configurationName } from "./configuration.ts";
import { type PodOptions, podOptions } from "./pod-options.ts";

/** What one pod of the application is made of. */
export interface ApplicationPod extends PodOptions {
  /** Release of the application, such as `1.4.0`. */
  readonly version: string;
  readonly image: string;
  readonly pullPolicy: "Always" | "IfNotPresent" | "Never";
  readonly resources: Resources;
  /** Ports that the application listens on; `metrics` is its PROMETHEUS_METRICS_PORT. */
  readonly ports: { readonly http: number; readonly metrics: number };
  /** Data of the ConfigMap: a change of it restarts the pods, which read it when they start. */
  readonly configuration: Readonly<Record<string, string>>;
  /** Banks whose keys the application gets, such as `wells-fargo`. */
  readonly banks: readonly string[];
  /** Parts whose replicas the application reads from, by URLs of their own. */
  readonly readReplicas: { readonly postgresql: boolean; readonly redis: boolean };
  readonly volumes: ApplicationVolumes;
  readonly spread: { readonly zones: Spreading; readonly nodes: Spreading };
  readonly termination: Termination;
  /** Minor version of the cluster's Kubernetes. */
  readonly kubernetesMinor: number;
}

/** `required` leaves a pod Pending rather than put it where others already are; `preferred` does not. */
export type Spreading = "required" | "preferred";

/** How a pod leaves, in seconds. */
export interface Termination {
  /** How long it keeps serving after it was told to stop, while the edge still sends requests to it. */
  readonly drainSeconds: number;
  /** How long requests may then take to end. */
  readonly shutdownSeconds: number;
}

// The guide's user and group of the image.
const user = 1000;
// Time between the end of the application's own shutdown and the kill, in seconds.
const marginSeconds = 5;

/** Name of the Deployment, its pods' label `app` and their account. */
export const applicationName = "apg-cash-management";

/** Returns the application's pod template. */
export function applicationPod(spec: ApplicationPod): IPodTemplateSpec {
  const { termination, version } = spec;
  return {
    metadata: {
      labels: {
        ...workloadLabels({ app: applicationName }),
        version: `v${version}`,
        "app.kubernetes.io/version": version,
      },
      annotations: {
        "checksum/configuration": checksum(spec.configuration),
        "kubectl.kubernetes.io/default-container": applicationName,
      },
    },
    spec: {
      serviceAccountName: applicationName,
      automountServiceAccountToken: false,
      // Variables such as REDIS_MASTER_SERVICE_PORT=tcp://… would stand beside the application's own.
      enableServiceLinks: false,
      ...podOptions(spec),
      securityContext: restrictedPod({ user, group: user }),
      terminationGracePeriodSeconds: termination.drainSeconds + termination.shutdownSeconds + marginSeconds,
      topologySpreadConstraints: [
        spreading("topology.kubernetes.io/zone", spec.spread.zones, spec.kubernetesMinor),
        spreading("kubernetes.io/hostname", spec.spread.nodes, spec.kubernetesMinor),
      ],
      containers: [container(spec)],
      volumes: volumes(spec.volumes),
    },
  };
}

function container(spec: ApplicationPod): IContainer {
  return {
    name: applicationName,
    image: spec.image,
    imagePullPolicy: spec.pullPolicy,
    ports: [
      { name: "http", containerPort: spec.ports.http, protocol: "TCP" },
      { name: "metrics", containerPort: spec.ports.metrics, protocol: "TCP" },
    ],
    env: [...secretVariables(secrets(spec)), ...bankVariables(spec.banks)],
    envFrom: [{ configMapRef: { name: configurationName } }],
    resources: withTemporaryStorage(spec.resources, spec.volumes),
    securityContext: restrictedContainer,
    ...probes,
    lifecycle: drain(spec),
    volumeMounts: mounts(spec.volumes),
  };
}

function secrets({ readReplicas }: ApplicationPod): SecretVariable[] {
  return [
    "DATABASE_URL",
    ...(readReplicas.postgresql ? (["DATABASE_REPLICA_URL"] as const) : []),
    "REDIS_URL",
    ...(readReplicas.redis ? (["REDIS_REPLICA_URL"] as const) : []),
    "SECRET_KEY",
    "JWT_SECRET_KEY",
    "ENCRYPTION_KEY",
  ];
}

const probes = {
  livenessProbe: probe("/health", { initialDelaySeconds: 60, periodSeconds: 30, timeoutSeconds: 10 }),
  readinessProbe: probe("/health/ready", { initialDelaySeconds: 30, periodSeconds: 10, timeoutSeconds: 5 }),
  startupProbe: {
    ...probe("/health", { initialDelaySeconds: 10, periodSeconds: 10, timeoutSeconds: 5 }),
    failureThreshold: 30,
  },
} satisfies Partial<IContainer>;

function probe(
  path: string,
  times: { initialDelaySeconds: number; periodSeconds: number; timeoutSeconds: number },
): IProbe {
  return {
    httpGet: { path, port: "http", scheme: "HTTP" },
    ...times,
    failureThreshold: 3,
    successThreshold: 1,
  };
}

function drain({ termination, kubernetesMinor }: ApplicationPod): ILifecycle {
  const seconds = termination.drainSeconds;
  // The action `sleep` is on by default since Kubernetes 1.30 (KEP-3960); before, the image's own sleep does it.
  return {
    preStop:
      kubernetesMinor >= 30 ? { sleep: { seconds } } : { exec: { command: ["sleep", String(seconds)] } },
  };
}

function spreading(topologyKey: string, how: Spreading, kubernetesMinor: number): ITopologySpreadConstraint {
  return {
    maxSkew: 1,
    topologyKey,
    whenUnsatisfiable: how === "required" ? "DoNotSchedule" : "ScheduleAnyway",
    labelSelector: { matchLabels: { app: applicationName } },
    // Or a node that no pod may use counts as one without any, and each other node gets one pod (KEP-3094, on since 1.26).
    ...(how === "required" && kubernetesMinor >= 26 ? { nodeTaintsPolicy: "Honor" as const } : {}),
    // Pods of the release that is leaving would count, and the new ones end up on one side (KEP-3243, on since 1.27).
    ...(kubernetesMinor >= 27 ? { matchLabelKeys: ["pod-template-hash"] } : {}),
  };
}
