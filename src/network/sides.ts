import { contains } from "./addresses.ts";
import type { Endpoint, PodsEndpoint } from "./endpoints.ts";
import type { Direction, Policy, PolicyRule, RulePeer } from "./policies.ts";
import { type PortRange, type Ports, union } from "./ports.ts";
import { selects } from "./selectors.ts";

/** What one end may reach, or be reached by, in one direction: ports by the other end. */
export type Side = ReadonlyMap<Endpoint, Ports>;

/**
 * Returns, for each end, what the policies of a direction allow it; undefined where none of them selects it, which leaves
 * it open. Ends are looked up by their labels, so that the work grows with what is open and not with all pairs.
 */
export function sidesOf(
  policies: readonly Policy[],
  endpoints: readonly Endpoint[],
  direction: Direction,
): ReadonlyMap<Endpoint, Side | undefined> {
  const lookUp = finder(endpoints);
  const peersOf = new Map<PolicyRule, readonly Endpoint[]>();
  const matching = (rule: PolicyRule, namespace: string): readonly Endpoint[] => {
    const known = peersOf.get(rule);
    if (known) return known;
    const found = rule.peers
      ? [...new Set(rule.peers.flatMap((peer) => lookUp(peer, namespace)))]
      : endpoints;
    peersOf.set(rule, found);
    return found;
  };
  const selecting = new Map<Endpoint, Policy[]>();
  for (const policy of policies) {
    if (policy.rules[direction] === undefined) continue;
    for (const endpoint of lookUp({ kind: "pods", pods: policy.pods }, policy.namespace))
      selecting.set(endpoint, [...(selecting.get(endpoint) ?? []), policy]);
  }
  return new Map(
    endpoints.map((own) => {
      const selected = selecting.get(own);
      if (!selected) return [own, undefined];
      const open = new Map<Endpoint, readonly PortRange[]>();
      for (const { namespace, rules } of selected)
        for (const rule of rules[direction] ?? [])
          for (const other of matching(rule, namespace)) {
            const ranges = openedPorts(rule, direction === "egress" ? other : own);
            if (ranges.length > 0) open.set(other, [...(open.get(other) ?? []), ...ranges]);
          }
      return [own, new Map([...open].map(([other, ranges]) => [other, union(ranges)]))];
    }),
  );
}

/** Returns a function that finds the ends which a peer of a policy in a namespace means. */
function finder(endpoints: readonly Endpoint[]): (peer: RulePeer, namespace: string) => readonly Endpoint[] {
  const pods = endpoints.filter((endpoint): endpoint is PodsEndpoint => endpoint.kind === "pods");
  const addresses = endpoints.filter((endpoint) => endpoint.kind === "addresses");
  const byLabel = Map.groupBy(
    pods.flatMap((pod) =>
      Object.entries(pod.labels).map(([key, value]) => [`${key}=${value}`, pod] as const),
    ),
    ([label]) => label,
  );
  return (peer, namespace) => {
    if (peer.kind === "block") return addresses.filter(({ sample }) => contains(peer.block, sample));
    const [label] = Object.entries(Object(peer.pods["matchLabels"] ?? {}));
    const candidates = label
      ? (byLabel.get(`${label[0]}=${String(label[1])}`) ?? []).map(([, pod]) => pod)
      : pods;
    return candidates.filter(
      (pod) =>
        (peer.namespaces === undefined
          ? pod.namespace === namespace
          : selects(peer.namespaces, pod.namespaceLabels)) && selects(peer.pods, pod.labels),
    );
  };
}

/** Numbers as they are, and names as the receiving pods mean them. */
function openedPorts({ ports }: PolicyRule, receiver: Endpoint): readonly PortRange[] {
  if (receiver.kind === "addresses" || ports.names.length === 0) return ports.numbers;
  const named = ports.names.flatMap(({ name, protocol }) =>
    (receiver.portNames.get(name) ?? []).filter((range) => range.protocol === protocol),
  );
  return [...ports.numbers, ...named];
}
