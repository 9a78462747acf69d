import type { Path } from "../../json.ts";
import { below, changes, type Update } from "../update.ts";

/** Why the API server does not accept an object. */
export interface Refusal {
  readonly path: Path;
  /** What the server says, in its words as far as they do not change with the minor version. */
  readonly message: string;
  /** What of the cluster's state it depends on; absent when it is certain. */
  readonly depends?: readonly string[];
  /** How to get past it, at most three steps. */
  readonly wayOut: readonly string[];
}

/** One rule about an update: what of it the server refuses. */
export type UpdateRule = (update: Update) => readonly Refusal[];

/** Returns a rule for a field that never changes once the object exists. */
export function immutable(path: Path, wayOut: readonly string[], message = "field is immutable"): UpdateRule {
  return (update) => (changes(update, ...path) ? [{ path, message, wayOut }] : []);
}

/** Returns a rule for a field whose refusal was worded in its own way up to 1.36, before declarative validation. */
export function reworded(path: Path, wayOut: readonly string[], before: string): UpdateRule {
  return (update) => immutable(path, wayOut, update.minor >= 37 ? "field is immutable" : before)(update);
}

/** Returns a rule for the spec of a kind that accepts changes of the named fields only. */
export function onlyMutable(
  allowed: (update: Update) => readonly string[],
  message: (update: Update) => string,
  wayOut: readonly string[],
): UpdateRule {
  return (update) => {
    const names = allowed(update);
    const frozen = below(update, "spec").find((difference) => !names.includes(String(difference.path[1])));
    return frozen ? [{ path: frozen.path, message: message(update), wayOut }] : [];
  };
}

/** Returns the way out that deletes and creates the object again. */
export function recreate(kind: string, meanwhile: string): readonly string[] {
  return [`delete the ${kind} in the cluster (${meanwhile})`, "sync: Argo CD creates it anew from this tree"];
}
