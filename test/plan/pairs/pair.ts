import type { Json, JsonObject } from "../../../src/kubernetes/manifest.ts";

/** One object before and after a change: what the plan predicts and a real API server is asked. */
export interface Pair {
  /** Unique; the recorded answers are kept under it. */
  readonly name: string;
  readonly base: JsonObject;
  readonly head: JsonObject;
  /** What is written to the status of the base before the change: what controllers would have written. */
  readonly status?: JsonObject;
}

/** An object and changes of it, each a JSON merge patch (RFC 7396): null deletes, lists are replaced. */
export interface Family {
  readonly name: string;
  readonly base: JsonObject;
  readonly status?: JsonObject;
  readonly edits: Readonly<Record<string, JsonObject>>;
  /** Edits whose way back would need another status. */
  readonly oneWay?: readonly string[];
}

/** Returns a pair for each edit of each family, and the way back. */
export function pairsOf(families: readonly Family[]): readonly Pair[] {
  return families.flatMap(({ name, base, status, edits, oneWay = [] }) =>
    Object.entries(edits).flatMap(([edit, patch]): Pair[] => {
      const head = applyPatch(base, patch);
      const live = status === undefined ? {} : { status };
      return [
        { name: `${name}: ${edit}`, base, head, ...live },
        ...(oneWay.includes(edit)
          ? []
          : [{ name: `${name}: ${edit}, and back`, base: head, head: base, ...live }]),
      ];
    }),
  );
}

/** Applies a JSON merge patch. */
export function applyPatch(target: JsonObject, patch: JsonObject): JsonObject {
  const changed = Object.entries(patch).flatMap(([key, value]): [string, Json][] => {
    if (value === null) return [];
    const old = target[key];
    return [[key, isMap(value) ? applyPatch(isMap(old) ? old : {}, value) : value]];
  });
  const kept = Object.entries(target).filter(([key]) => !Object.hasOwn(patch, key));
  return Object.fromEntries([...kept, ...changed]);
}

function isMap(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
