import type { Endpoint } from "../../src/network/endpoints.ts";
import { difference, type Protocol } from "../../src/network/ports.ts";
import { endpointKey, type Network, reachability } from "../../src/network/reachability.ts";
import { type Attempt, judge } from "./judge.ts";
import type { TreeObject } from "../../src/network/tree-object.ts";

/** Ports on either side of each boundary that a policy or a pod draws, and two that nobody names. */
export function portsToTry({ policies, endpoints }: Network): readonly (readonly [Protocol, number])[] {
  const ranges = [
    ...policies.flatMap(({ rules }) =>
      [...(rules.ingress ?? []), ...(rules.egress ?? [])].flatMap(({ ports }) => ports.numbers),
    ),
    ...endpoints.flatMap((end) => (end.kind === "pods" ? [...end.portNames.values()].flat() : [])),
  ];
  const numbers = ranges.flatMap(({ first, last }) => (first === last ? [first] : [first, last, last + 1]));
  const tried = new Set([...numbers, 7, 65_535].filter((port) => port > 0 && port < 65_536));
  const others = new Set(
    ranges.filter(({ protocol }) => protocol === "UDP").flatMap(({ first, last }) => [first, last]),
  );
  return [
    ...[...tried].map((port) => ["TCP", port] as const),
    ...[...others, 7].map((port) => ["UDP", port] as const),
    ["SCTP", 7],
  ];
}

/** Every way between two ends, of which one is in the tree's own namespaces, on each of the ports. */
export function attemptsIn(network: Network): readonly Attempt[] {
  const { endpoints, home } = network;
  const isHome = (end: Endpoint): boolean => end.kind === "pods" && home.has(end.namespace);
  const ports = portsToTry(network);
  return endpoints.flatMap((from) =>
    endpoints
      .filter((to) => isHome(from) || isHome(to))
      .flatMap((to) => ports.map(([protocol, port]): Attempt => ({ from, to, protocol, port }))),
  );
}

/**
 * Returns the attempts about which the computation and the judge disagree, each as `from → to TCP 80: computed open`. The
 * judge reads the objects; the computation is given the network, which a test may have spoilt.
 */
export async function disagreements(
  program: string,
  objects: readonly TreeObject[],
  network: Network,
): Promise<{ readonly attempts: number; readonly open: number; readonly different: readonly string[] }> {
  const attempts = attemptsIn(network);
  const answers = await judge(program, objects, attempts);
  const matrix = new Map(
    reachability(network).map(({ from, to, ports }) => [`${endpointKey(from)} → ${endpointKey(to)}`, ports]),
  );
  const different = attempts.flatMap(({ from, to, protocol, port }, index) => {
    const way = `${endpointKey(from)} → ${endpointKey(to)}`;
    const single = [{ protocol, first: port, last: port }];
    const open = difference(single, matrix.get(way) ?? []).length === 0;
    return open === answers[index]
      ? []
      : [`${way} ${protocol} ${port}: computed ${open ? "open" : "closed"}`];
  });
  return { attempts: attempts.length, open: answers.filter(Boolean).length, different };
}
