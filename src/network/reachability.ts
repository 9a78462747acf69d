import { contains } from "./addresses.ts";
import { type Endpoint, type PodsEndpoint, podsIn, strangers } from "./endpoints.ts";
import { type Direction, policiesIn, type Policy, type PolicyRule, type RulePeer } from "./policies.ts";
import { allPorts, difference, intersection, type PortRange, type Ports, union } from "./ports.ts";
import { selects } from "./selectors.ts";
import type { TreeObject } from "./tree-object.ts";

/** A way that is open: the ports on which one end may open connections to the other. */
export interface Connection {
  readonly from: Endpoint;
  readonly to: Endpoint;
  /** Never empty. */
  readonly ports: Ports;
}

/** What a matrix is computed from. */
export interface Network {
  readonly policies: readonly Policy[];
  /** The ends that are told apart: the pods of the tree first. */
  readonly endpoints: readonly Endpoint[];
  /** Namespaces that the tree is about. */
  readonly home: ReadonlySet<string>;
}

/**
 * Returns the network of the objects. `alsoTellApart` are objects of another tree: ends of connections that only its
 * policies name are told apart too, so that two matrices can be compared.
 */
export function networkOf(
  objects: readonly TreeObject[],
  alsoTellApart: readonly TreeObject[] = [],
): Network {
  const [policies, pods] = [policiesIn(objects), podsIn(objects)];
  const allPolicies = [...policies, ...policiesIn(alsoTellApart)];
  const allPods = [...pods, ...podsIn(alsoTellApart)];
  return {
    policies,
    endpoints: [...pods, ...strangers([...objects, ...alsoTellApart], allPolicies, allPods)],
    home: new Set([...allPolicies, ...allPods].map(({ namespace }) => namespace)),
  };
}

/**
 * Returns every connection that the tree's network policies leave open and that has an end in a namespace of the tree:
 * the reachability matrix, without its empty fields. It is computed from NetworkPolicies, pod templates and Namespaces
 * alone (Kubernetes documentation, Network Policies): a pod that no policy selects for a direction is open in that
 * direction, what several policies allow adds up, and a connection needs its egress and its ingress side open.
 * Pods have no known address, so an ipBlock is about addresses outside of the cluster; a port's name that a policy
 * uses opens what the receiving pods of the tree call by it.
 */
export function reachability(network: Network): readonly Connection[] {
  const { endpoints, home } = network;
  const leaves = sides(network, "egress");
  const enters = sides(network, "ingress");
  return endpoints.flatMap((from) =>
    endpoints.flatMap((to): readonly Connection[] => {
      if (!isHome(home, from) && !isHome(home, to)) return [];
      const out = leaves.get(from)?.(to, to) ?? allPorts;
      if (out.length === 0) return [];
      const ports = intersection(out, enters.get(to)?.(from, to) ?? allPorts);
      return ports.length === 0 ? [] : [{ from, to, ports }];
    }),
  );
}

/**
 * Returns what the policies of one direction leave open for the ends in the tree's own namespaces, whatever the other
 * direction says: connections that pods there may begin (egress), or that may reach them (ingress).
 */
export function openSides(network: Network, direction: Direction): readonly Connection[] {
  const { endpoints, home } = network;
  return [...sides(network, direction)].flatMap(([own, side]) =>
    isHome(home, own)
      ? endpoints.flatMap((other): readonly Connection[] => {
          const [from, to] = direction === "egress" ? [own, other] : [other, own];
          const ports = side === undefined ? allPorts : side(other, to);
          return ports.length === 0 ? [] : [{ from, to, ports }];
        })
      : [],
  );
}

/** Returns the names of the policies that let a connection through in a direction. */
export function openedBy(
  { policies }: Network,
  direction: Direction,
  { from, to, ports }: Connection,
): readonly string[] {
  const [own, other] = direction === "egress" ? [from, to] : [to, from];
  return policies
    .filter((policy) => {
      const open = sideOf([policy], own, direction)?.(other, to);
      return open !== undefined && intersection(open, ports).length > 0;
    })
    .map(({ name }) => name);
}

/** What a change of the tree opens and closes; a connection of which only some ports change is listed with those. */
export interface NetworkChanges {
  readonly opened: readonly Connection[];
  readonly closed: readonly Connection[];
}

/** Returns the connections that are open in one of two trees only. */
export function networkChanges(base: readonly TreeObject[], head: readonly TreeObject[]): NetworkChanges {
  const before = reachability(networkOf(base, head));
  const after = reachability(networkOf(head, base));
  return { opened: missing(after, before), closed: missing(before, after) };
}

/** Returns a text that two endpoints share when they are the same end of a connection, also across trees. */
export function endpointKey(endpoint: Endpoint): string {
  return endpoint.kind === "pods" ? `${endpoint.namespace}: ${endpoint.name}` : endpoint.name;
}

function missing(these: readonly Connection[], those: readonly Connection[]): readonly Connection[] {
  const key = ({ from, to }: Connection): string => `${endpointKey(from)} → ${endpointKey(to)}`;
  const open = new Map(those.map((connection) => [key(connection), connection.ports]));
  return these.flatMap((connection) => {
    const ports = difference(connection.ports, open.get(key(connection)) ?? []);
    return ports.length === 0 ? [] : [{ ...connection, ports }];
  });
}

type Side = (other: Endpoint, receiver: Endpoint) => Ports;

function isHome(home: ReadonlySet<string>, endpoint: Endpoint): boolean {
  return endpoint.kind === "pods" && home.has(endpoint.namespace);
}

function sides(
  { policies, endpoints }: Network,
  direction: Direction,
): ReadonlyMap<Endpoint, Side | undefined> {
  return new Map(endpoints.map((endpoint) => [endpoint, sideOf(policies, endpoint, direction)]));
}

/** Returns what the policies allow an endpoint in a direction; undefined where none restricts it. */
function sideOf(policies: readonly Policy[], endpoint: Endpoint, direction: Direction): Side | undefined {
  if (endpoint.kind === "addresses") return undefined;
  const selecting = policies.filter(
    ({ namespace, pods, rules }) =>
      rules[direction] !== undefined && namespace === endpoint.namespace && selects(pods, endpoint.labels),
  );
  if (selecting.length === 0) return undefined;
  const rules = selecting.flatMap(({ namespace, rules: { [direction]: own = [] } }) =>
    own.map((rule) => ({ namespace, rule })),
  );
  return (other, receiver) =>
    union(
      rules.flatMap(({ namespace, rule }) =>
        (rule.peers ?? [undefined]).some((peer) => peer === undefined || isPeer(peer, namespace, other))
          ? opened(rule, receiver)
          : [],
      ),
    );
}

function isPeer(peer: RulePeer, namespace: string, endpoint: Endpoint): boolean {
  if (peer.kind === "block") return endpoint.kind === "addresses" && contains(peer.block, endpoint.sample);
  return (
    endpoint.kind === "pods" &&
    selects(peer.pods, endpoint.labels) &&
    isIn(peer.namespaces, namespace, endpoint)
  );
}

function isIn(
  selector: Extract<RulePeer, { kind: "pods" }>["namespaces"],
  namespace: string,
  { namespace: own, namespaceLabels }: PodsEndpoint,
): boolean {
  return selector === undefined ? own === namespace : selects(selector, namespaceLabels);
}

function opened({ ports }: PolicyRule, receiver: Endpoint): readonly PortRange[] {
  if (receiver.kind === "addresses" || ports.names.length === 0) return ports.numbers;
  const named = ports.names.flatMap(({ name, protocol }) =>
    (receiver.portNames.get(name) ?? []).filter((range) => range.protocol === protocol),
  );
  return [...ports.numbers, ...named];
}
