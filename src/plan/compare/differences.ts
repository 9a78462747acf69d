import { isList, isObject, type Json, type Path } from "../json.ts";
import { keyed, listKeys, type ListKeys } from "./lists.ts";
import { isQuantityPath, isSameNotation, quantity } from "./quantity.ts";

const withheld = "(withheld)";

/** One value that differs; an absent side is a value that is not there. */
export interface Difference {
  readonly path: Path;
  readonly before?: Json;
  readonly after?: Json;
  /** The items are the same, their order is not: before and after list them by identity. */
  readonly order?: true;
  /** The same quantity in another notation (1Gi for 1073741824): stored as written, but equal to what compares values. */
  readonly spelling?: true;
}

/**
 * Returns what differs between two canonical objects, as leaves: the deepest values that are not equal. Lists whose
 * items have an identity are compared by it, and their order separately.
 */
export function differences(
  before: Json,
  after: Json,
  builtIn: boolean,
  shown?: Shown,
): readonly Difference[] {
  const found: Difference[] = [];
  visit({ before, after, path: [], builtIn, found, ...(shown ? { shown } : {}) });
  return found;
}

/** The same two objects as they may be shown: differences are found in the true ones and told in these. */
export interface Shown {
  readonly before: Json | undefined;
  readonly after: Json | undefined;
}

interface Visit {
  readonly before: Json | undefined;
  readonly after: Json | undefined;
  readonly path: Path;
  readonly builtIn: boolean;
  readonly found: Difference[];
  readonly shown?: Shown;
}

function own(map: Json | undefined, key: string): Json | undefined {
  return isObject(map) && Object.hasOwn(map, key) ? map[key] : undefined;
}

function visit({ before, after, path, builtIn, found, shown = { before, after } }: Visit): void {
  if (isObject(before) && isObject(after)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
      const inside = { before: own(shown.before, key), after: own(shown.after, key) };
      visit({
        before: own(before, key),
        after: own(after, key),
        path: [...path, key],
        builtIn,
        found,
        shown: inside,
      });
    }
    return;
  }
  if (isList(before) && isList(after)) {
    visitList({ before, after, path, builtIn, found, shown });
    return;
  }
  if (before === undefined && after === undefined) return;
  const same =
    before !== undefined && after !== undefined ? sameness(before, after, path, builtIn) : "different";
  if (same === "same") return;
  // A whole map that comes or goes is told leaf by leaf, so that each value stands with its own path.
  const whole = before ?? after;
  if ((before === undefined || after === undefined) && isObject(whole) && Object.keys(whole).length > 0) {
    visit({ before: before ?? {}, after: after ?? {}, path, builtIn, found, shown });
    return;
  }
  found.push({
    path,
    ...(before === undefined ? {} : { before: shown.before ?? withheld }),
    ...(after === undefined ? {} : { after: shown.after ?? withheld }),
    ...(same === "spelling" ? { spelling: true } : {}),
  });
}

function sameness(
  before: Json,
  after: Json,
  path: Path,
  builtIn: boolean,
): "same" | "spelling" | "different" {
  if (before === after) return "same";
  if (!builtIn || !isQuantityPath(path)) return "different";
  const [a, b] = [quantity(before), quantity(after)];
  if (a === undefined || a !== b) return "different";
  return isSameNotation(before, after) ? "same" : "spelling";
}

function visitList({
  before,
  after,
  path,
  builtIn,
  found,
  shown = { before, after },
}: Visit & { readonly before: readonly Json[]; readonly after: readonly Json[] }): void {
  const by = (builtIn ? listKeys(path) : undefined) ?? nameOf(before, after);
  const [old, next] = by ? [keyed(before, by), keyed(after, by)] : [];
  const lists = {
    before: isList(shown.before) ? shown.before : [],
    after: isList(shown.after) ? shown.after : [],
  };
  if (!old || !next) {
    for (let index = 0; index < Math.max(before.length, after.length); index++) {
      const inside = { before: lists.before[index], after: lists.after[index] };
      visit({
        before: before[index],
        after: after[index],
        path: [...path, index],
        builtIn,
        found,
        shown: inside,
      });
    }
    return;
  }
  const seen = by && { before: keyed(lists.before, by), after: keyed(lists.after, by) };
  for (const key of new Set([...old.keys(), ...next.keys()])) {
    const inside = { before: seen?.before?.get(key), after: seen?.after?.get(key) };
    visit({
      before: old.get(key),
      after: next.get(key),
      path: [...path, key],
      builtIn,
      found,
      shown: inside,
    });
  }
  const oldOrder = [...old.keys()].filter((key) => next.has(key));
  const nextOrder = [...next.keys()].filter((key) => old.has(key));
  if (oldOrder.join() !== nextOrder.join())
    found.push({ path, before: oldOrder, after: nextOrder, order: true });
}

function isNamed(list: readonly Json[]): boolean {
  return list.every((item) => isObject(item) && typeof item["name"] === "string");
}

// Lists that the server replaces whole still read better by name, where every item has one of its own.
function nameOf(before: readonly Json[], after: readonly Json[]): ListKeys | undefined {
  return before.length > 0 && after.length > 0 && isNamed(before) && isNamed(after) ? ["name"] : undefined;
}
