import type { Json, Manifest } from "../kubernetes/manifest.ts";
import { asObject } from "../kubernetes/manifest.ts";
import { at, find, number, objects, ofKind, text } from "../checks/read.ts";
import { type Workload, workloads } from "../checks/workloads.ts";
import { callsIn } from "./calls.ts";
import { type DeclaredEnd, type Outside, outsideIn, solverPods } from "./declaration.ts";
import type { PortRange, Ports, Protocol } from "./ports.ts";

/** A connection that something in the tree needs. */
export interface DeclaredConnection {
  readonly from: DeclaredEnd;
  readonly to: DeclaredEnd;
  readonly ports: Ports;
  /** What needs it: `Deployment/web, env DATABASE_URL`. */
  readonly because: string;
}

// cert-manager's documentation of HTTP01: solver pods listen on 8089.
const solverPort = 8089;
// The first address is where NodeLocal DNSCache listens on every node, the second where Cloud DNS for GKE answers.
const nodeDns = ["169.254.20.10/32", "169.254.169.254/32"];

/**
 * Returns every connection that the objects need, derived from the consumers alone, not from the table that the policies
 * are made from: servers that workloads are told to call, backends of Ingresses, scraped ports, certificate solvers,
 * names that every pod resolves, and what the Namespace declares about the world outside. A Service leads to all pods
 * with the label `app` of those that it selects: a promotion moves the role of a database to another pod, and must not
 * need another network.
 */
export function declaredConnections(manifests: readonly Manifest[]): readonly DeclaredConnection[] {
  const outside = outsideIn(manifests);
  return [
    ...calls(manifests),
    ...edge(manifests, outside),
    ...metrics(manifests, outside),
    ...names(manifests, outside),
    ...apiServer(manifests, outside),
    ...outside.egress.map(({ purpose, from, to, port }) => ({
      from,
      to,
      ports: tcp(port),
      because: `the Namespace's declaration, ${purpose}`,
    })),
  ];
}

function calls(manifests: readonly Manifest[]): readonly DeclaredConnection[] {
  const known = new Map<string, readonly Backend[]>();
  return callsIn(manifests).flatMap(({ caller, where, host, port }) => {
    const service = find(manifests, "Service", host);
    if (!service) return [];
    const key = `${host}:${port ?? ""}`;
    const called = known.get(key) ?? backends(manifests, service, port);
    known.set(key, called);
    const because = `${caller.manifest.kind}/${caller.manifest.name}, ${where}`;
    const from: DeclaredEnd = { kind: "workload", app: appOf(caller) };
    return called.flatMap(({ app, ports, pods }) =>
      app === appOf(caller) && pods < 2
        ? []
        : [{ from, to: { kind: "workload" as const, app }, ports, because }],
    );
  });
}

interface Backend {
  readonly app: string;
  readonly ports: Ports;
  /** How many pods there are with the label, in the largest state. */
  readonly pods: number;
}

/** Ports of the pods behind a Service: of the port given, by number or name, else of all but the metrics. */
function backends(
  manifests: readonly Manifest[],
  service: Manifest,
  port?: number | string,
): readonly Backend[] {
  const selector = asObject(at(service.body, "spec", "selector"));
  const wanted = Object.entries(selector).filter(([key]) => key !== "statefulset.kubernetes.io/pod-name");
  const behind = workloads(manifests).filter(({ labels }) =>
    wanted.every(([key, value]) => labels[key] === value),
  );
  const headless = at(service.body, "spec", "clusterIP") === "None";
  const entries = objects(at(service.body, "spec", "ports")).filter((entry) =>
    port === undefined ? entry["name"] !== "metrics" : entry["port"] === port || entry["name"] === port,
  );
  return [...Map.groupBy(behind, appOf)].map(([app, alike]) => {
    const ports = alike.flatMap((workload) =>
      // Behind a headless Service a client reaches the pod itself, on the port that it asks for.
      headless && typeof port === "number"
        ? tcp(port)
        : entries.flatMap(({ targetPort, port: own, protocol }) =>
            resolved(workload, targetPort ?? own, text(protocol)),
          ),
    );
    const all = workloads(manifests).filter((workload) => appOf(workload) === app);
    return { app, ports, pods: all.reduce((sum, { largest }) => sum + largest, 0) };
  });
}

function resolved(workload: Workload, target: Json | undefined, protocol: string): readonly PortRange[] {
  const kind = protocol === "UDP" || protocol === "SCTP" ? protocol : "TCP";
  if (typeof target === "number") return range(kind, target);
  return workload.containers.flatMap(({ container }) =>
    objects(container["ports"])
      .filter(({ name }) => name === target)
      .flatMap(({ containerPort }) => range(kind, number(containerPort) ?? 0)),
  );
}

function edge(
  manifests: readonly Manifest[],
  { edgeController: from }: Outside,
): readonly DeclaredConnection[] {
  if (!from) return [];
  const clients = ofKind(manifests, "Ingress").flatMap(({ name, body }) =>
    [at(body, "spec", "defaultBackend"), ...objects(at(body, "spec", "rules")).flatMap(pathBackends)].flatMap(
      (backend) => {
        const service = find(manifests, "Service", text(at(backend, "service", "name")));
        const port = at(backend, "service", "port", "number") ?? at(backend, "service", "port", "name");
        return !service
          ? []
          : backends(manifests, service, number(port) ?? text(port)).map(({ app, ports }) => ({
              from,
              to: { kind: "workload" as const, app },
              ports,
              because: `Ingress/${name}`,
            }));
      },
    ),
  );
  const solvers = ofKind(manifests, "Issuer").flatMap(({ name, namespace, body }) =>
    objects(at(body, "spec", "acme", "solvers")).some(({ http01 }) => http01 !== undefined)
      ? [
          {
            from,
            to: solverPods(namespace ?? "default"),
            ports: tcp(solverPort),
            because: `Issuer/${name}`,
          },
        ]
      : [],
  );
  return [...clients, ...solvers];
}

function pathBackends({ http }: ReturnType<typeof objects>[number]): readonly (Json | undefined)[] {
  return objects(at(http, "paths")).map(({ backend }) => backend);
}

/** Ports that containers call `metrics`, whichever way they are collected. */
function metrics(
  manifests: readonly Manifest[],
  { prometheus: from }: Outside,
): readonly DeclaredConnection[] {
  if (!from) return [];
  return workloads(manifests).flatMap((workload) => {
    const ports = resolved(workload, "metrics", "TCP");
    const because = `${workload.manifest.kind}/${workload.manifest.name}, port metrics`;
    return ports.length === 0
      ? []
      : [{ from, to: { kind: "workload" as const, app: appOf(workload) }, ports, because }];
  });
}

/** Pods that are told to call somebody, or that the Namespace lets out, ask for names. */
function names(manifests: readonly Manifest[], { dns, egress }: Outside): readonly DeclaredConnection[] {
  const blocks = [...nodeDns.map((cidr) => ({ cidr, except: [] })), ...dns];
  const servers: readonly DeclaredEnd[] = [
    ...["kube-dns", "node-local-dns"].map((name): DeclaredEnd => ({
      kind: "platform",
      namespace: "kube-system",
      labels: { "k8s-app": name },
    })),
    { kind: "addresses", blocks },
  ];
  const ports = [...range("TCP", 53), ...range("UDP", 53)];
  const apps = new Set([
    ...callsIn(manifests).map(({ caller }) => appOf(caller)),
    ...egress.flatMap(({ from }) => (from.kind === "workload" ? [from.app] : [])),
  ]);
  return [...apps].flatMap((app) =>
    servers.map((to) => ({
      from: { kind: "workload" as const, app },
      to,
      ports,
      because: `the names that pods with app=${app} call`,
    })),
  );
}

/** A pod that mounts a token of its account talks to the API server. */
function apiServer(
  manifests: readonly Manifest[],
  { apiServer: server }: Outside,
): readonly DeclaredConnection[] {
  if (!server) return [];
  return workloads(manifests)
    .filter(
      ({ pod }) =>
        pod["automountServiceAccountToken"] === true ||
        objects(pod["volumes"]).some((volume) =>
          objects(at(volume, "projected", "sources")).some(
            (source) => source["serviceAccountToken"] !== undefined,
          ),
        ),
    )
    .map((workload) => ({
      from: { kind: "workload" as const, app: appOf(workload) },
      to: server.to,
      ports: tcp(server.port),
      because: `${workload.manifest.kind}/${workload.manifest.name} mounts a token`,
    }));
}

function appOf({ labels }: Workload): string {
  return text(labels["app"]);
}

function tcp(port: number): Ports {
  return range("TCP", port);
}

function range(protocol: Protocol, port: number): Ports {
  return [{ protocol, first: port, last: port }];
}
