import { formatPath, type Json } from "../json.ts";
import type { Difference } from "../compare/differences.ts";
import type { PlanObject } from "../read/objects.ts";
import { verbs, type Change, type Effect, type ObjectName, type Verb } from "../report/model.ts";

/** Returns the worst of the verbs. */
export function worst(found: readonly Verb[]): Verb {
  return verbs.find((verb) => found.includes(verb)) ?? "no-effect-yet";
}

/** Returns the name of an object as the plan prints it. */
export function nameOf({ group, kind, namespace, name }: PlanObject): ObjectName {
  return { group, kind, namespace, name };
}

/** Returns a difference as a change with a verb. */
export function changeOf({ path, before, after }: Difference, verb: Verb): Change {
  return { path: formatPath(path), ...sideOf("before", before), ...sideOf("after", after), verb };
}

function sideOf<Name extends "before" | "after">(
  name: Name,
  value: Json | undefined,
): { readonly [key in Name]?: Json } {
  const entry: { [key in Name]?: Json } = {};
  if (value !== undefined) entry[name] = value;
  return entry;
}

/** What an effect is made of before it has an environment. */
export type Draft = Omit<
  Effect,
  "environments" | "sources" | "object" | "certainty" | "wayOut" | "changes" | "depends"
> &
  Partial<Pick<Effect, "wayOut" | "changes" | "depends">>;

/** Returns the effect of an object in an environment; it is certain when it depends on nothing. */
export function effectOf(
  environment: string,
  object: PlanObject,
  side: "base" | "head",
  draft: Draft,
): Effect {
  const depends = [...new Set(draft.depends ?? [])];
  return {
    changes: [],
    ...draft,
    wayOut: (draft.wayOut ?? []).slice(0, 3),
    depends,
    certainty: depends.length === 0 ? "certain" : "depends",
    object: nameOf(object),
    environments: [environment],
    sources: [{ environment, side, path: object.path, line: object.line }],
  };
}
