import { endpointKey, networkChanges, type Connection } from "../../network/reachability.ts";
import { formatPorts } from "../../network/ports.ts";
import { differences } from "../compare/differences.ts";
import { at, mapAt, type Json } from "../json.ts";
import { identityOf, type PlanObject } from "../read/objects.ts";
import type { NetworkChange } from "../report/model.ts";
import { containersOf, shortName, templateOf, type ObjectSet } from "./neighbours.ts";
import type { Pairing } from "./sections.ts";

/** What reachability is computed from: more of it than this is left out, the matrix grows with its square. */
export const mostEnds = 250;
// Each changed object is put into the base alone, to see what it opens by itself.
const mostCauses = 12;

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

/** Whether the set is small enough for its reachability to be computed, and whether any policy restricts it. */
export function isComparable(...sets: readonly ObjectSet[]): "yes" | "too-large" | "unrestricted" {
  const parts = sets.map((set) => [...set.values()].filter((object) => networkPart(object) !== undefined));
  if (parts.some((part) => part.length > mostEnds)) return "too-large";
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
  const causes = pairs.filter(concernsNetwork);
  const alone = causes.length > mostCauses ? [] : causes.map((pair) => ({ pair, by: doneBy(base, pair) }));
  const line = (connection: Connection, change: "opened" | "closed"): NetworkChange => {
    const { from, to, ports } = connection;
    const key = keyOf(connection);
    const found = alone.filter(({ by }) => by[change].has(key)).map(({ pair }) => pair);
    // What only several of them do together is told with all of them.
    const by = (found.length > 0 ? found : causes).map(({ base: old, head: next }) => next ?? old);
    return {
      environments: [environment],
      change,
      from: endpointKey(from),
      to: endpointKey(to),
      ports: formatPorts(ports),
      by: by.flatMap((object) => (object ? [shortName(object)] : [])),
      outside: !isOfTree(from) || !isOfTree(to),
    };
  };
  return [
    ...opened.map((connection) => line(connection, "opened")),
    ...closed.map((connection) => line(connection, "closed")),
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
