import { Certificate } from "@kubernetes-models/cert-manager/cert-manager.io/v1/Certificate";
import { Deployment } from "kubernetes-models/apps/v1/Deployment";
import type { IContainer } from "kubernetes-models/v1/Container";
import { ConfigMap } from "kubernetes-models/v1/ConfigMap";
import type { IVolume } from "kubernetes-models/v1/Volume";
import type { Model } from "../kubernetes/manifest.ts";
import { workloadLabels } from "../kubernetes/metadata.ts";
import { checksum, type Resources, restrictedContainer, restrictedPod } from "../kubernetes/pods.ts";
import { clusterService, disruptionBudget, memoryVolume, type Spread, spreadOver } from "./data-tier.ts";
import { dataAuthority } from "./data-certificates.ts";
import { type PodOptions, podOptions } from "./pod-options.ts";

/** PgBouncer between the application and the primary. */
export interface Pgbouncer {
  /** Debian-based, with bash and PgBouncer 1.26.1 or later: 1.17 to 1.26.0 let one SCRAM user log in as another. */
  readonly image: string;
  readonly exporterImage: string;
  readonly namespace: string;
  readonly replicas: number;
  /** Server connections that one pod opens at most, all roles together. */
  readonly serverConnections: number;
  /** Client connections that one pod accepts at most. */
  readonly clientConnections: number;
  /** How long a query waits for a server connection, in seconds. */
  readonly waitSeconds: number;
  readonly resources: Resources;
  readonly reloadSeconds: number;
  readonly spread: Spread;
  readonly options: PodOptions;
  /** Whether the cluster knows unhealthyPodEvictionPolicy (Kubernetes 1.27). */
  readonly evictUnhealthyPods: boolean;
  /** pgbouncer.ini by name. */
  readonly configFiles: ReadonlyMap<string, string>;
  /** The pods' scripts by name. */
  readonly scriptFiles: ReadonlyMap<string, string>;
}

const selector = { app: "pgbouncer" } as const;
const port = { name: "pgbouncer", port: 6432 } as const;
const names = {
  config: "pgbouncer-config",
  scripts: "pgbouncer-scripts",
  server: "pgbouncer-tls",
  client: "pgbouncer-client-tls",
};
const user = 999;

/** Returns PgBouncer: its Deployment, configuration, Service, certificates and disruption budget. */
export function pgbouncer(spec: Pgbouncer): Model[] {
  const labels = workloadLabels(selector);
  const scripts = Object.fromEntries(spec.scriptFiles);
  return [
    new ConfigMap({
      metadata: { name: names.config, labels },
      data: { ...Object.fromEntries(spec.configFiles), "sizes.ini": pgbouncerSizes(spec) },
    }),
    new ConfigMap({ metadata: { name: names.scripts, labels }, data: scripts }),
    clusterService("pgbouncer", selector, selector, port, { name: "metrics", port: 9127 }),
    ...pgbouncerCertificates(spec.namespace),
    new Deployment({
      metadata: { name: "pgbouncer", labels },
      spec: {
        replicas: spec.replicas,
        selector: { matchLabels: selector },
        // One more before one less: the application always finds a pooler.
        strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
        template: {
          // Settings and certificates are read again by the pod itself; only its script needs a new one.
          metadata: { labels, annotations: { "checksum/restart": checksum(scripts) } },
          spec: {
            serviceAccountName: "pgbouncer",
            ...podOptions(spec.options),
            automountServiceAccountToken: false,
            enableServiceLinks: false,
            terminationGracePeriodSeconds: 60,
            securityContext: restrictedPod({ user, group: user }),
            topologySpreadConstraints: spreadOver("pgbouncer", spec.spread),
            containers: [server(spec), exporter(spec)],
            volumes,
          },
        },
      },
    }),
    disruptionBudget("pgbouncer", selector, { always: spec.evictUnhealthyPods }),
  ];
}

/** Returns the text of sizes.ini. max_db_connections is the promise of the connection budget: it covers every role. */
export function pgbouncerSizes(
  spec: Pick<Pgbouncer, "serverConnections" | "clientConnections" | "waitSeconds">,
): string {
  return [
    `max_client_conn = ${spec.clientConnections}`,
    `default_pool_size = ${spec.serverConnections}`,
    `max_db_connections = ${spec.serverConnections}`,
    // No longer than a worker waits for its own pool: the inner error is the one that is seen.
    `query_wait_timeout = ${spec.waitSeconds}`,
    "",
  ].join("\n");
}

function server(spec: Pgbouncer): IContainer {
  const probe = {
    tcpSocket: { port: port.name },
    timeoutSeconds: 3,
    failureThreshold: 3,
    successThreshold: 1,
  };
  return {
    name: "pgbouncer",
    image: spec.image,
    command: ["/bin/bash", "/scripts/start.sh"],
    env: [{ name: "RELOAD_SECONDS", value: String(spec.reloadSeconds) }],
    ports: [{ name: port.name, containerPort: port.port, protocol: "TCP" }],
    resources: spec.resources,
    securityContext: restrictedContainer,
    livenessProbe: { ...probe, periodSeconds: 10 },
    readinessProbe: { ...probe, periodSeconds: 2 },
    // The Service stops sending before the pooler stops taking.
    lifecycle: { preStop: { exec: { command: ["/bin/sleep", "5"] } } },
    volumeMounts: [
      { name: "config", mountPath: "/etc/pgbouncer", readOnly: true },
      { name: "scripts", mountPath: "/scripts", readOnly: true },
      { name: "server-certificate", mountPath: "/run/secrets/pgbouncer-tls", readOnly: true },
      { name: "client-certificate", mountPath: "/run/secrets/pgbouncer-client-tls", readOnly: true },
      { name: "run", mountPath: "/run/pgbouncer" },
    ],
  };
}

function exporter(spec: Pgbouncer): IContainer {
  return {
    name: "exporter",
    image: spec.exporterImage,
    command: ["/bin/pgbouncer_exporter"],
    // Over the socket, as the operating system user that PgBouncer itself runs as: no password.
    args: [
      "--pgBouncer.connectionString=postgres:///pgbouncer?host=/run/pgbouncer&port=6432&user=pgbouncer&sslmode=disable",
    ],
    ports: [{ name: "metrics", containerPort: 9127, protocol: "TCP" }],
    resources: { requests: { cpu: "50m", memory: "64Mi" }, limits: { cpu: "100m", memory: "128Mi" } },
    securityContext: restrictedContainer,
    volumeMounts: [{ name: "run", mountPath: "/run/pgbouncer" }],
  };
}

const volumes: IVolume[] = [
  { name: "config", configMap: { name: names.config, defaultMode: 0o444 } },
  { name: "scripts", configMap: { name: names.scripts, defaultMode: 0o555 } },
  { name: "server-certificate", secret: { secretName: names.server, defaultMode: 0o440 } },
  { name: "client-certificate", secret: { secretName: names.client, defaultMode: 0o440 } },
  memoryVolume("run", "16Mi"),
];

/** Returns the names under which clients verify PgBouncer. */
export function pgbouncerHosts(namespace: string): readonly string[] {
  return ["pgbouncer", `pgbouncer.${namespace}`, `pgbouncer.${namespace}.svc`];
}

function pgbouncerCertificates(namespace: string): Certificate[] {
  const labels = workloadLabels(selector);
  const common = {
    duration: "2160h0m0s",
    renewBefore: "720h0m0s",
    privateKey: { algorithm: "ECDSA", size: 256, rotationPolicy: "Always" },
    issuerRef: { group: "cert-manager.io", kind: "Issuer", name: dataAuthority },
  } as const;
  return [
    new Certificate({
      metadata: { name: names.server, labels },
      spec: {
        ...common,
        secretName: names.server,
        dnsNames: [...pgbouncerHosts(namespace)],
        usages: ["server auth"],
      },
    }),
    // The common name is the role that PostgreSQL lets in by this certificate (pg_hba.conf, cert).
    new Certificate({
      metadata: { name: names.client, labels },
      spec: { ...common, secretName: names.client, commonName: "pgbouncer", usages: ["client auth"] },
    }),
  ];
}
