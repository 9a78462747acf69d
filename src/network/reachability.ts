import { type Endpoint, podsIn, strangers } from "./endpoints.ts";
import { type Direction, policiesIn, type Policy } from "./policies.ts";
import { allPorts, difference, intersection, type Ports } from "./ports.ts";
import { sidesOf } from "./sides.ts";
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
export function reachability({ policies, endpoints, home }: Network): readonly Connection[] {
  const leaves = sidesOf(policies, endpoints, "egress");
  const enters = sidesOf(policies, endpoints, "ingress");
  return endpoints.flatMap((from) => {
    const side = leaves.get(from);
    // Where egress is restricted, only what it allows needs a look.
    return [...(side?.keys() ?? endpoints)].flatMap((to): readonly Connection[] => {
      if (!isHome(home, from) && !isHome(home, to)) return [];
      const entry = enters.get(to);
      const out = side === undefined ? allPorts : (side.get(to) ?? []);
      const ports = intersection(out, entry === undefined ? allPorts : (entry.get(from) ?? []));
      return ports.length === 0 ? [] : [{ from, to, ports }];
    });
  });
}

/**
 * Returns what the policies of one direction leave open for the ends in the tree's own namespaces, whatever the other
 * direction says: connections that pods there may begin (egress), or that may reach them (ingress).
 */
export function openSides(
  { policies, endpoints, home }: Network,
  direction: Direction,
): readonly Connection[] {
  return [...sidesOf(policies, endpoints, direction)].flatMap(([own, side]) => {
    if (!isHome(home, own)) return [];
    const open = side ?? new Map(endpoints.map((other) => [other, allPorts]));
    return [...open].map(([other, ports]) =>
      direction === "egress" ? { from: own, to: other, ports } : { from: other, to: own, ports },
    );
  });
}

/** Returns the names of the policies that let a connection through in a direction. */
export function openedBy(
  { policies, endpoints }: Network,
  direction: Direction,
  { from, to, ports }: Connection,
): readonly string[] {
  const [own, other] = direction === "egress" ? [from, to] : [to, from];
  return policies
    .filter((policy) => {
      const open = sidesOf([policy], endpoints, direction).get(own)?.get(other) ?? [];
      return intersection(open, ports).length > 0;
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

function isHome(home: ReadonlySet<string>, endpoint: Endpoint): boolean {
  return endpoint.kind === "pods" && home.has(endpoint.namespace);
}
