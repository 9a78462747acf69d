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
  return protocols.flatMap((protocol) => {
    const sorted = ranges
      .filter((range) => range.protocol === protocol)
      .toSorted((left, right) => left.first - right.first);
    const merged: PortRange[] = [];
    for (const range of sorted) {
      const before = merged.at(-1);
      if (before && range.first <= before.last + 1)
        merged[merged.length - 1] = { ...before, last: Math.max(before.last, range.last) };
      else merged.push(range);
    }
    return merged;
  });
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
  return without.reduce(
    (rest, { protocol, first, last }) =>
      rest.flatMap((range) => {
        if (range.protocol !== protocol || range.last < first || range.first > last) return [range];
        return [
          ...(range.first < first ? [{ ...range, last: first - 1 }] : []),
          ...(range.last > last ? [{ ...range, first: last + 1 }] : []),
        ];
      }),
    from,
  );
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
