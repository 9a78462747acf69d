import type { IContainer } from "kubernetes-models/v1/Container";
import type { IEnvVar } from "kubernetes-models/v1/EnvVar";
import type { IPodTemplateSpec } from "kubernetes-models/v1/PodTemplateSpec";
import type { IVolume } from "kubernetes-models/v1/Volume";
import type { IVolumeMount } from "kubernetes-models/v1/VolumeMount";
import { workloadLabels } from "../kubernetes/metadata.ts";
import { checksum, type Resources, restrictedContainer, restrictedPod } from "../kubernetes/pods.ts";
import { execProbe, type Spread, spreadOver } from "./data-tier.ts";
import { type PodOptions, podOptions } from "./pod-options.ts";

/** What a pod of PostgreSQL and one of Redis are both made of. */
export interface DataPod {
  readonly image: string;
  readonly exporterImage: string;
  readonly resources: Resources;
  /** All pods of both workloads. */
  readonly peers: readonly string[];
  /** Seconds for which a peer has to refuse connections before an empty primary or master believes that it has no data. */
  readonly guardSeconds: number;
  /** Seconds between two readiness probes; liveness asks half as often. */
  readonly probeSeconds: number;
  /** Seconds between two looks at changed passwords, certificates and settings. */
  readonly reloadSeconds: number;
  readonly spread: Spread;
  readonly options: PodOptions;
  /** What takes effect only at a restart; a change of it rolls the pod. */
  readonly restartData: Readonly<Record<string, string>>;
}

/** What differs between the two. */
export interface DataPodParts {
  /** Name of the server: of its pods' label, its container, its port and its ServiceAccount. */
  readonly app: "postgres" | "redis";
  readonly role: string;
  /** Seconds that the server has to stop. */
  readonly graceSeconds: number;
  readonly port: number;
  readonly environment: readonly IEnvVar[];
  /** Mounts of the server alone, before those that the container `reload` has too. */
  readonly serverMounts: readonly IVolumeMount[];
  readonly mounts: readonly IVolumeMount[];
  readonly lifecycle?: IContainer["lifecycle"];
  /** CPU limit of the container `reload`. */
  readonly reloadCpu: string;
  readonly exporter: IContainer;
  readonly volumes: readonly IVolume[];
}

// The official images' users `postgres` and `redis`; peer authentication needs its name in /etc/passwd.
const user = 999;

/** Returns the pod template of a server, with its container `reload` and its exporter. */
export function dataPod(spec: DataPod, parts: DataPodParts): IPodTemplateSpec {
  const { app, role, graceSeconds, exporter, volumes } = parts;
  return {
    metadata: {
      labels: workloadLabels({ app, role }),
      annotations: {
        "checksum/restart": checksum(spec.restartData),
        "kubectl.kubernetes.io/default-container": app,
      },
    },
    spec: {
      serviceAccountName: app,
      ...podOptions(spec.options),
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      terminationGracePeriodSeconds: graceSeconds,
      securityContext: restrictedPod({ user, group: user }),
      topologySpreadConstraints: spreadOver(app, spec.spread),
      containers: [server(spec, parts), reload(spec, parts), exporter],
      volumes: [...volumes],
    },
  };
}

function server(
  spec: DataPod,
  { app, port, environment, serverMounts, mounts, lifecycle }: DataPodParts,
): IContainer {
  return {
    name: app,
    image: spec.image,
    command: ["/bin/bash", "/scripts/start.sh"],
    env: [...environment],
    ports: [{ name: app, containerPort: port, protocol: "TCP" }],
    resources: spec.resources,
    securityContext: restrictedContainer,
    // Liveness counts recovery, a clone and loading as alive, so no startup probe has to guess their length.
    livenessProbe: execProbe(["/bin/bash", "/scripts/probe.sh", "live"], {
      period: 2 * spec.probeSeconds,
      failures: 6,
    }),
    readinessProbe: execProbe(["/bin/bash", "/scripts/probe.sh", "ready"], {
      period: spec.probeSeconds,
      failures: 3,
    }),
    ...(lifecycle && { lifecycle }),
    volumeMounts: [...serverMounts, ...mounts],
  };
}

function reload(spec: DataPod, { environment, mounts, reloadCpu }: DataPodParts): IContainer {
  return {
    name: "reload",
    image: spec.image,
    command: ["/bin/bash", "/scripts/reload.sh"],
    env: [...environment],
    resources: { requests: { cpu: "50m", memory: "64Mi" }, limits: { cpu: reloadCpu, memory: "128Mi" } },
    securityContext: restrictedContainer,
    volumeMounts: [...mounts],
  };
}
