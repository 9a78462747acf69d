import type { CapacityLine, Effect, NetworkChange } from "../report/model.ts";
import { capacityKinds, capacityLines } from "./capacity/index.ts";
import type { Context } from "./context.ts";
import type { ObjectSet } from "./neighbours.ts";
import { concernsNetwork, isComparable, mostEnds, networkLines } from "./network.ts";
import type { Pairing } from "./sections.ts";

/** What changes together mean for an environment as a whole. */
export interface Consequences {
  readonly capacity: readonly CapacityLine[];
  readonly network: readonly NetworkChange[];
  /** What was not computed, and why. */
  readonly notes: readonly string[];
}

const none: Consequences = { capacity: [], network: [], notes: [] };

/** Whether a change can only be judged beside everything else in its environment. */
export function concernsEverything(pair: Pairing): boolean {
  const object = pair.head ?? pair.base;
  return (object !== undefined && capacityKinds.has(object.kind)) || concernsNetwork(pair);
}

/** Returns what the changes mean for capacity and network; both sides have to be read in full. */
export function consequences(
  { environment, base, removal }: Context,
  pairs: readonly Pairing[],
  after: ObjectSet,
  effects: readonly Effect[],
): Consequences {
  if (removal || !pairs.some(concernsEverything)) return none;
  if (base.size === 0)
    return { ...none, notes: ["a new environment: its network and capacity are compared with nothing"] };
  const capacity = pairs.some(({ base: old, head }) => capacityKinds.has((head ?? old)?.kind ?? ""))
    ? capacityLines(environment, base, after, effects)
    : [];
  if (!pairs.some(concernsNetwork)) return { capacity, network: [], notes: [] };
  switch (isComparable(base, after)) {
    case "yes":
      return { capacity, network: networkLines(environment, base, after, pairs), notes: [] };
    case "unrestricted":
      return { capacity, network: [], notes: [] };
    case "unreadable":
      return {
        capacity,
        network: [],
        notes: ["reachability is not computed: a NetworkPolicy names what is no range of addresses"],
      };
    case "too-large":
      return {
        capacity,
        network: [],
        notes: [`reachability is not computed for more than ${mostEnds} workloads, policies and namespaces`],
      };
  }
}
