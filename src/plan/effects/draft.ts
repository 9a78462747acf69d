import { formatPath, type Json, type Path } from "../json.ts";
import type { Difference } from "../compare/differences.ts";
import type { PlanObject } from "../read/objects.ts";
import { lineAt } from "./places.ts";
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
  Partial<Pick<Effect, "wayOut" | "changes" | "depends">> & {
    /** Where each change stands in the object; without changes, where its one reason does. */
    readonly places?: readonly Path[];
  };

/** Returns the effect of an object in an environment; it is certain when it depends on nothing. */
export function effectOf(
  environment: string,
  object: PlanObject,
  side: "base" | "head",
  { places = [], ...draft }: Draft,
): Effect {
  const depends = [...new Set(draft.depends ?? [])];
  const { changes = [] } = draft;
  const lines = places.map((place) => lineAt(object, place));
  const first = changes.findIndex(({ verb }) => verb === draft.verb);
  return {
    ...draft,
    changes,
    wayOut: (draft.wayOut ?? []).slice(0, 3),
    depends,
    certainty: depends.length === 0 ? "certain" : "depends",
    object: nameOf(object),
    environments: [environment],
    sources: [
      {
        environment,
        side,
        path: object.path,
        line: lines[Math.max(0, first)] ?? object.line,
        lines: lines.slice(0, changes.length),
      },
    ],
  };
}
