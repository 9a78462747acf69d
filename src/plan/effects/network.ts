import {
  endpointKey,
  networkChanges,
  networkOf,
  reachability,
  type Connection,
} from "../../network/reachability.ts";
import { isCidr } from "../../kubernetes/cidr.ts";
import { formatPorts } from "../../network/ports.ts";
import { differences } from "../compare/differences.ts";
import { at, mapAt, type Json } from "../json.ts";
import { identityOf, type PlanObject } from "../read/objects.ts";
import type { NetworkChange } from "../report/model.ts";
import { blocksOf } from "./refusals/values.ts";
import { containersOf, shortName, templateOf, type ObjectSet } from "./neighbours.ts";
import type { Pairing } from "./sections.ts";

/** What reachability is computed from: more of it than this is left out, the matrix grows with its square. */
export const mostEnds = 150;
// Each changed object is put into the base alone, to see what it opens by itself.
const mostCauses = 12;
// Connections that stay are told as surroundings of those that change, for a picture; more of them hide what changes.
const mostUnchanged = 60;

/**
 * Returns what of an object the reachability is computed from, or undefined where it has no part in it: a policy's
 * rules, a namespace's labels, the labels and ports of pods.
 */
function networkPart(object: PlanObject): Json | undefined {
  const { group, kind, body } = object;
  if (group === "networking.k8s.io" && kind === "NetworkPolicy") return at(body, "spec") ?? null;
  if (group === "" && kind === "Namespace") return mapAt(body, "metadata", "labels");
  const template = templateOf(object);
  if (!template) return undefined;
  const ports = containersOf(template).map((container) => at(container, "ports") ?? null);
  return [mapAt(template, "metadata", "labels"), ports];
}

/** Whether the pair differs in what reachability is computed from. */
export function concernsNetwork({ base, head }: Pairing): boolean {
  const [before, after] = [base && networkPart(base), head && networkPart(head)];
  if (before === undefined || after === undefined) return before !== after;
  return differences(before, after, false).length > 0;
}

/** Whether the sets are small enough for their reachability to be computed, and whether any policy restricts them. */
export function isComparable(
  ...sets: readonly ObjectSet[]
): "yes" | "too-large" | "unrestricted" | "unreadable" {
  const parts = sets.map((set) => [...set.values()].filter((object) => networkPart(object) !== undefined));
  if (parts.some((part) => part.length > mostEnds)) return "too-large";
  const blocks = parts.flat().flatMap(({ kind, body }) => (kind === "NetworkPolicy" ? blocksOf(body) : []));
  if (!blocks.every(({ cidr, except }) => [cidr, ...except].every(isCidr))) return "unreadable";
  return parts.some((part) => part.some(({ kind }) => kind === "NetworkPolicy")) ? "yes" : "unrestricted";
}

/** Returns the connections that a change opens or closes, and the changed objects that each of them comes from. */
export function networkLines(
  environment: string,
  base: ObjectSet,
  head: ObjectSet,
  pairs: readonly Pairing[],
): readonly NetworkChange[] {
  const { opened, closed } = networkChanges([...base.values()], [...head.values()]);
  if (opened.length + closed.length === 0) return [];
  // What the server refuses opens nothing: afterwards it is as it was.
  const causes = pairs.filter(
    (pair) => (!pair.head || head.get(identityOf(pair.head)) === pair.head) && concernsNetwork(pair),
  );
  const isSmall = causes.length <= mostCauses && base.size + head.size <= mostEnds;
  const alone = isSmall ? causes.map((pair) => ({ pair, by: doneBy(base, pair) })) : [];
  const told = (connection: Connection): Omit<NetworkChange, "change" | "by"> => {
    const { from, to, ports } = connection;
    return {
      environments: [environment],
      from: endpointKey(from),
      to: endpointKey(to),
      ports: formatPorts(ports),
      outside: !isOfTree(from) || !isOfTree(to),
    };
  };
  const line = (connection: Connection, change: "opened" | "closed"): NetworkChange => {
    const key = keyOf(connection);
    const found = alone.filter(({ by }) => by[change].has(key)).map(({ pair }) => pair);
    // What only several of them do together is told with all of them.
    const by = (found.length > 0 ? found : causes).map(({ base: old, head: next }) => next ?? old);
    return { change, ...told(connection), by: by.flatMap((object) => (object ? [shortName(object)] : [])) };
  };
  const changed = [...opened, ...closed];
  const ends = new Set(changed.flatMap(({ from, to }) => [endpointKey(from), endpointKey(to)]));
  const keys = new Set(changed.map(keyOf));
  const unchanged = reachability(networkOf([...head.values()], [...base.values()])).filter(
    ({ from, to, ports }) =>
      ends.has(endpointKey(from)) && ends.has(endpointKey(to)) && !keys.has(keyOf({ from, to, ports })),
  );
  return [
    ...opened.map((connection) => line(connection, "opened")),
    ...closed.map((connection) => line(connection, "closed")),
    ...unchanged
      .slice(0, mostUnchanged)
      .map((connection): NetworkChange => ({ change: "unchanged", ...told(connection), by: [] })),
  ];
}

const isOfTree = (end: Connection["from"]): boolean => end.kind === "pods" && end.object !== undefined;

const keyOf = ({ from, to }: Connection): string => `${endpointKey(from)} → ${endpointKey(to)}`;

function doneBy(
  base: ObjectSet,
  pair: Pairing,
): { readonly opened: ReadonlySet<string>; readonly closed: ReadonlySet<string> } {
  const changed = new Map(base);
  if (pair.base) changed.delete(identityOf(pair.base));
  if (pair.head) changed.set(identityOf(pair.head), pair.head);
  const { opened, closed } = networkChanges([...base.values()], [...changed.values()]);
  return { opened: new Set(opened.map(keyOf)), closed: new Set(closed.map(keyOf)) };
}
