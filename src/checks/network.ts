import { asObject, type JsonObject, type Manifest } from "../kubernetes/manifest.ts";
import { callsIn } from "../network/calls.ts";
import { type DeclaredEnd, isDeclared } from "../network/declaration.ts";
import { type DeclaredConnection, declaredConnections } from "../network/declared-connections.ts";
import type { Endpoint } from "../network/endpoints.ts";
import type { Direction } from "../network/policies.ts";
import { difference, formatPorts, type Ports, union } from "../network/ports.ts";
import {
  type Connection,
  endpointKey,
  type Network,
  networkOf,
  openedBy,
  openSides,
} from "../network/reachability.ts";
import type { TreeObject } from "../network/tree-object.ts";
import { malformedBlocks } from "./address-blocks.ts";
import { find, number, objectName, objects, ofKind } from "./read.ts";
import type { Finding, Rule } from "./rule.ts";
import { workloads } from "./workloads.ts";

/** The policies open what the objects need, and nothing else. */
export const network: Rule = {
  id: "network",
  reason:
    "a connection that is closed and needed is an outage, one that is open and not needed is the way of an intruder",
  source: "Kubernetes, Network Policies; the consumers' own configuration",
  values: ["network", "cluster.apiServer", "ingress.controller", "monitoring", "postgresql", "redis", "env"],
  *check(manifests) {
    const malformed = [...malformedBlocks(manifests)];
    yield* malformed;
    if (malformed.length > 0) return;
    const pods = workloads(manifests);
    const home = (pods[0]?.manifest ?? ofKind(manifests, "NetworkPolicy")[0])?.namespace ?? "default";
    const declared = declaredConnections(manifests);
    const tree = networkOf(manifests, naming(declared, home));
    const wanted = wantedConnections(declared, tree.endpoints, home);
    for (const direction of ["egress", "ingress"] as const) {
      const compared = { tree, direction, open: openSides(tree, direction), wanted };
      yield* unneeded(manifests, compared);
      yield* missing(manifests, compared);
    }
    yield* unknownHosts(manifests);
  },
};

interface Wanted extends Connection {
  readonly because: readonly string[];
}

/** By the end that begins it, then by the other. */
type ByEnds<Value> = ReadonlyMap<Endpoint, ReadonlyMap<Endpoint, Value>>;

function wantedConnections(
  declared: readonly DeclaredConnection[],
  endpoints: readonly Endpoint[],
  home: string,
): ByEnds<Wanted> {
  const ends = new Map<string, readonly Endpoint[]>();
  const endpointsAt = (end: DeclaredEnd): readonly Endpoint[] => {
    const key = keyOf(end);
    const known = ends.get(key) ?? endpoints.filter((endpoint) => isDeclared(end, home, endpoint));
    ends.set(key, known);
    return known;
  };
  const reasons = new Map<Endpoint, Map<Endpoint, DeclaredConnection[]>>();
  for (const connection of declared)
    for (const from of endpointsAt(connection.from)) {
      const receivers = reasons.get(from) ?? new Map<Endpoint, DeclaredConnection[]>();
      reasons.set(from, receivers);
      for (const to of endpointsAt(connection.to)) {
        const before = receivers.get(to);
        if (before) before.push(connection);
        else receivers.set(to, [connection]);
      }
    }
  return new Map(
    [...reasons].map(([from, receivers]) => [
      from,
      new Map(
        [...receivers].map(([to, connections]) => [
          to,
          {
            from,
            to,
            ports: union(connections.flatMap(({ ports }) => ports)),
            because: connections.map(({ because }) => because),
          },
        ]),
      ),
    ]),
  );
}

function keyOf(end: DeclaredEnd): string {
  switch (end.kind) {
    case "workload":
      return end.app;
    case "platform":
      return `${end.namespace} ${Object.entries(end.labels).join(" ")}`;
    case "addresses":
      return end.blocks.map(({ cidr, except }) => [cidr, ...except].join(" ")).join(", ");
  }
}

interface Compared {
  readonly tree: Network;
  readonly direction: Direction;
  readonly open: readonly Connection[];
  readonly wanted: ByEnds<Wanted>;
}

function* unneeded(
  manifests: readonly Manifest[],
  { tree, direction, open, wanted }: Compared,
): Iterable<Finding> {
  const extra = open.flatMap((connection) => {
    const ports = difference(connection.ports, wanted.get(connection.from)?.get(connection.to)?.ports ?? []);
    return ports.length === 0 ? [] : [{ ...connection, ports }];
  });
  const byPolicy = Map.groupBy(extra, (connection) => openedBy(tree, direction, connection)[0]);
  for (const [policy, connections] of byPolicy) {
    const subject = policy === undefined ? namespaceIn(manifests) : find(manifests, "NetworkPolicy", policy);
    if (!subject) return;
    yield {
      manifest: subject,
      path: `spec.${direction}`,
      message: `${policy === undefined ? `no policy closes the ${direction} of these pods, which opens` : "opens"} what nothing in the tree needs; close it, or declare who needs it:\n${table(connections)}`,
    };
  }
}

function* missing(
  manifests: readonly Manifest[],
  { tree: { home }, direction, open, wanted }: Compared,
): Iterable<Finding> {
  const opened = new Map<Endpoint, Map<Endpoint, Ports>>();
  for (const { from, to, ports } of open) {
    const receivers = opened.get(from) ?? new Map<Endpoint, Ports>();
    opened.set(from, receivers.set(to, ports));
  }
  const all = [...wanted.values()].flatMap((receivers) => [...receivers.values()]);
  const closed = all.flatMap((connection): readonly Wanted[] => {
    const { from, to } = connection;
    const own = direction === "egress" ? from : to;
    if (own.kind === "addresses" || !home.has(own.namespace)) return [];
    const ports = difference(connection.ports, opened.get(from)?.get(to) ?? []);
    return ports.length === 0 ? [] : [{ ...connection, ports }];
  });
  for (const [manifest, connections] of Map.groupBy(closed, ({ from, to }) =>
    workloadAt(manifests, [from, to]),
  )) {
    const subject = manifest ?? namespaceIn(manifests);
    if (!subject) return;
    const because = [...new Set(connections.flatMap((connection) => connection.because))];
    yield {
      manifest: subject,
      path: "spec",
      message: `needs ${direction} that no network policy opens, because of ${because.join("; ")}:\n${table(connections)}`,
    };
  }
}

function namespaceIn(manifests: readonly Manifest[]): Manifest | undefined {
  return ofKind(manifests, "Namespace", "NetworkPolicy", "Deployment", "StatefulSet")[0];
}

/** A name without a dot and with a port can only be a Service of the namespace. */
function* unknownHosts(manifests: readonly Manifest[]): Iterable<Finding> {
  for (const { caller, where, host, port } of callsIn(manifests)) {
    const service = find(manifests, "Service", host);
    const local = !host.includes(".") && host !== "localhost";
    if (port === undefined || (!service && !local)) continue;
    const spec = asObject(service?.body["spec"]);
    const served = objects(spec["ports"]).map((entry) => number(entry["port"]));
    if (service && (spec["clusterIP"] === "None" || served.includes(port))) continue;
    const wrong = service ? `that Service has the ports ${served.join(", ")}` : "no Service has that name";
    yield {
      manifest: caller.manifest,
      path: caller.path,
      message: `${where} calls ${host}:${port}, but ${wrong}`,
    };
  }
}

/** Policies that do nothing but name the declared ends, so that the matrix tells them apart. */
function naming(declared: readonly DeclaredConnection[], home: string): readonly TreeObject[] {
  const ends = new Map(declared.flatMap(({ from, to }) => [from, to]).map((end) => [keyOf(end), end]));
  const peers = [...ends.values()].flatMap((end) => peersOf(end, home));
  const spec = { podSelector: {}, ingress: [{ from: peers }] };
  const body = { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", spec };
  return [{ kind: "NetworkPolicy", name: "declared", namespace: home, body }];
}

function peersOf(end: DeclaredEnd, home: string): readonly JsonObject[] {
  switch (end.kind) {
    case "workload":
      return [{ podSelector: { matchLabels: { app: end.app } } }];
    case "platform":
      return [
        {
          ...(end.namespace === home
            ? {}
            : { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": end.namespace } } }),
          podSelector: { matchLabels: { ...end.labels } },
        },
      ];
    case "addresses":
      return end.blocks.map(({ cidr, except }) => ({ ipBlock: { cidr, except: [...except] } }));
  }
}

function workloadAt(manifests: readonly Manifest[], ends: readonly Endpoint[]): Manifest | undefined {
  const names = ends.flatMap((end) => (end.kind === "pods" && end.object !== undefined ? [end.object] : []));
  return manifests.find((manifest) => objectName(manifest) === names[0]);
}

function wayOf({ from, to }: Pick<Connection, "from" | "to">): string {
  return `${endpointKey(from)} → ${endpointKey(to)}`;
}

function isStranger(end: Endpoint): boolean {
  return end.kind === "addresses" || Object.keys(end.labels).length === 0;
}

function table(connections: readonly Connection[]): string {
  const shown = 12;
  // What nobody named is the widest, and comes first.
  const [wide, others] = [true, false].map((isWide) =>
    connections.filter(({ from, to }) => [from, to].some(isStranger) === isWide),
  );
  const lines = [...(wide ?? []), ...(others ?? [])].map(
    (connection) => `    ${wayOf(connection)}: ${formatPorts(connection.ports)}`,
  );
  const rest = lines.length - shown;
  return [...lines.slice(0, shown), ...(rest > 0 ? [`    and ${rest} more`] : [])].join("\n");
}
