import { applied, type ApplyMode } from "../compare/apply.ts";
import { canonical, isBuiltIn } from "../compare/canonical.ts";
import { differences, type Difference } from "../compare/differences.ts";
import type { JsonObject, Path } from "../json.ts";
import { redactObject } from "../redact.ts";
import type { PlanObject } from "../read/objects.ts";

/** An object on both sides, as the server has it and as it will be asked to store it. */
export interface Update {
  readonly base: PlanObject;
  readonly head: PlanObject;
  /** What the server has: the base with its defaults. */
  readonly live: JsonObject;
  /** What the server is asked to store: the applier's merge, with defaults. */
  readonly next: JsonObject;
  readonly differences: readonly Difference[];
  /** Minor version of Kubernetes: 33 for 1.33. */
  readonly minor: number;
  readonly mode: ApplyMode;
}

/**
 * Predicts the update of an object that both sides have. Never head against base as two documents: what the server
 * filled in stays, and what the head left out goes only where it was ours.
 */
export function predict(
  base: PlanObject,
  head: PlanObject,
  { minor, mode }: { readonly minor: number; readonly mode: ApplyMode },
): Update {
  const builtIn = isBuiltIn(head.group);
  const live = canonical(base.body, base, minor);
  const merged = applied({ live, base: base.body, head: head.body, builtIn, mode });
  const next = canonical(merged, head, minor);
  const isSame = differences(live, next, builtIn).length === 0;
  const found = isSame
    ? []
    : differences(live, next, builtIn, { before: redactObject(live), after: redactObject(next) });
  return { base, head, live, next, differences: found, minor, mode };
}

/** Returns the differences of value at or below the path, given as keys; another notation of the same is none. */
export function below(update: Update, ...path: Path): readonly Difference[] {
  return update.differences.filter(
    (difference) => !difference.spelling && path.every((part, index) => difference.path[index] === part),
  );
}

/** Whether any value at or below the path changes. */
export function changes(update: Update, ...path: Path): boolean {
  return below(update, ...path).length > 0;
}

/** Whether what is stored at or below the path changes, if only in its notation. */
export function changesText(update: Update, ...path: Path): boolean {
  return update.differences.some((difference) =>
    path.every((part, index) => difference.path[index] === part),
  );
}
