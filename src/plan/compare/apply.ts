import {
  at,
  isList,
  isObject,
  valueWithoutNulls,
  withoutNulls,
  type Json,
  type JsonObject,
  type Path,
} from "../json.ts";
import { keyed, listKeys } from "./lists.ts";

/** How Argo CD writes an object that exists. */
export type ApplyMode = "server-side" | "client-side" | "replace";

/** What the server has, what was applied last, and what is applied now. */
export interface Application {
  readonly live: JsonObject;
  readonly base: JsonObject;
  readonly head: JsonObject;
  /** Built-in kinds have lists that merge by key; of a custom resource every list is one value. */
  readonly builtIn: boolean;
  readonly mode: ApplyMode;
}

/**
 * Returns the object that the server is asked to store, before it fills in defaults. What only the server wrote
 * (defaults, allocated addresses) stays; what the base held and the head does not goes away.
 * Source: structured-merge-diff's merge of an apply, kubectl's three-way strategic merge patch.
 */
export function applied({ live, base, head, builtIn, mode }: Application): JsonObject {
  if (mode === "replace") return withoutNulls(head);
  const merged = merge({ live, base, head }, [], { builtIn, mode });
  return isObject(merged) ? merged : {};
}

interface Three {
  readonly live: Json | undefined;
  readonly base: Json | undefined;
  readonly head: Json | undefined;
}

interface Rules {
  readonly builtIn: boolean;
  readonly mode: ApplyMode;
}

// Kubernetes API types, markers +structType=atomic and +mapType=atomic: replaced as a whole by server-side apply.
const atomic = new Set([
  "selector",
  "nodeSelector",
  "matchLabels",
  "labelSelector",
  "roleRef",
  "claimRef",
  "dataSource",
]);
// patchStrategy retainKeys: client-side apply drops what the new form of a union does not name.
const retainKeys = (path: Path): boolean =>
  path.at(-1) === "strategy" || (path.at(-2) === "volumes" && typeof path.at(-1) === "string");

function merge({ live, base, head }: Three, path: Path, rules: Rules): Json | undefined {
  if (head === null) return undefined;
  if (head === undefined) return base === undefined || base === null ? live : remove(live, base, path, rules);
  if (isList(head)) return mergeList({ live, base, head }, path, rules);
  if (!isObject(head) || !isObject(live)) return valueWithoutNulls(head);
  if (rules.mode === "server-side" && rules.builtIn && atomic.has(String(path.at(-1))))
    return valueWithoutNulls(head);
  const old = isObject(base) ? base : {};
  const retained = rules.mode === "client-side" && rules.builtIn && retainKeys(path);
  const kept = retained ? Object.keys(live).filter((key) => Object.hasOwn(head, key)) : Object.keys(live);
  const names = [...new Set([...kept, ...Object.keys(head)])];
  const merged = names.map((key): [string, Json | undefined] => [
    key,
    merge({ live: at(live, key), base: at(old, key), head: at(head, key) }, [...path, key], rules),
  ]);
  return Object.fromEntries(merged.filter((entry): entry is [string, Json] => entry[1] !== undefined));
}

function mergeList(
  { live, base, head }: Three & { readonly head: readonly Json[] },
  path: Path,
  rules: Rules,
): Json {
  const by = rules.builtIn ? listKeys(path) : undefined;
  const items = by && keyed(head, by);
  const liveItems = by && isList(live) ? keyed(live, by) : undefined;
  if (!items || !liveItems) return valueWithoutNulls(head);
  const baseItems = (by && isList(base) ? keyed(base, by) : undefined) ?? new Map<string, JsonObject>();
  const unowned = [...liveItems]
    .filter(([key]) => !items.has(key) && !baseItems.has(key))
    .map(([, item]) => item);
  const merged = [...items].map(([key, item]) =>
    merge({ live: liveItems.get(key), base: baseItems.get(key), head: item }, [...path, key], rules),
  );
  return [...merged.filter((item): item is Json => item !== undefined), ...unowned];
}

// Fields that are maps of free keys: what the applier wrote goes key by key, what others wrote beside it stays. Any
// other field that the applier owned goes with all that is in it, defaults included (EnsureNamedFieldsAreMembers).
const freeKeys = new Set([
  "labels",
  "annotations",
  "data",
  "binaryData",
  "parameters",
  "hard",
  "requests",
  "limits",
]);

function remove(live: Json | undefined, base: Json, path: Path, rules: Rules): Json | undefined {
  const isFree = freeKeys.has(String(path.at(-1))) && rules.mode === "server-side" && rules.builtIn;
  if (!isFree || !isObject(base) || !isObject(live)) return undefined;
  const left = Object.entries(live).filter(([key]) => !Object.hasOwn(base, key));
  return left.length === 0 ? undefined : Object.fromEntries(left);
}
