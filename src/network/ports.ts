/** A protocol that network policies know. */
export type Protocol = "TCP" | "UDP" | "SCTP";

/** Ports of one protocol, both ends included. */
export interface PortRange {
  readonly protocol: Protocol;
  readonly first: number;
  readonly last: number;
}

/** Ports in order, without overlap or neighbours that could be one range; empty: none. */
export type Ports = readonly PortRange[];

const protocols: readonly Protocol[] = ["TCP", "UDP", "SCTP"];

/** Every port of every protocol. */
export const allPorts: Ports = protocols.map((protocol) => ({ protocol, first: 1, last: 65_535 }));

/** Returns all ports of a protocol. */
export function portsOf(protocol: Protocol): Ports {
  return allPorts.filter((range) => range.protocol === protocol);
}

/** Returns the text as a protocol; TCP where there is none (Kubernetes API reference, NetworkPolicyPort). */
export function protocolOf(text: unknown): Protocol {
  return protocols.find((protocol) => protocol === text) ?? "TCP";
}

/** Returns the ports that are in any of the ranges. */
export function union(ranges: readonly PortRange[]): Ports {
  if (ranges.length < 2) return ranges;
  const sorted = ranges.toSorted(
    (left, right) =>
      protocols.indexOf(left.protocol) - protocols.indexOf(right.protocol) || left.first - right.first,
  );
  const merged: PortRange[] = [];
  for (const range of sorted) {
    const before = merged.at(-1);
    if (before?.protocol !== range.protocol || range.first > before.last + 1) merged.push(range);
    else if (range.last > before.last) merged[merged.length - 1] = { ...before, last: range.last };
  }
  return merged;
}

/** Returns the ports that are in both. */
export function intersection(left: Ports, right: Ports): Ports {
  if (left === allPorts) return right;
  if (right === allPorts) return left;
  return union(
    left.flatMap((one) =>
      right.flatMap((other) => {
        if (one.protocol !== other.protocol) return [];
        const range = {
          protocol: one.protocol,
          first: Math.max(one.first, other.first),
          last: Math.min(one.last, other.last),
        };
        return range.first <= range.last ? [range] : [];
      }),
    ),
  );
}

/** Returns the ports that are in the first and not in the second. */
export function difference(from: Ports, without: Ports): Ports {
  let rest = from;
  for (const { protocol, first, last } of without) {
    const left: PortRange[] = [];
    for (const range of rest) {
      if (range.protocol !== protocol || range.last < first || range.first > last) left.push(range);
      else {
        if (range.first < first) left.push({ ...range, last: first - 1 });
        if (range.last > last) left.push({ ...range, first: last + 1 });
      }
    }
    rest = left;
  }
  return rest;
}

/** Returns the ports for people: `TCP 5432`, `UDP 53, TCP 53`, `TCP 30000–32767`, `every port`. */
export function formatPorts(ports: Ports): string {
  const rest = difference(allPorts, ports);
  if (rest.length === 0) return "every port";
  return protocols
    .flatMap((protocol) => {
      const own = ports.filter((range) => range.protocol === protocol);
      if (own.length === 0) return [];
      const ranges = own.map(({ first, last }) => (first === last ? `${first}` : `${first}–${last}`));
      return [`${protocol} ${ranges.join(", ")}`];
    })
    .join(", ");
}
