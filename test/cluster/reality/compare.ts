import type { KubernetesObject } from "../api/object.ts";
import { applyTree, change, type Live } from "./live.ts";
import { mutationsOf, type Mutation } from "./mutations.ts";
import { observe, replaced, type Change, type PodState } from "./observation.ts";
import { predict, type PlannedTree } from "./predict.ts";
import type { Predicted, Scored } from "./score.ts";

/** The minor release of the server that is asked. */
const minor = 37;

/**
 * Applies a tree, then each mutation of it and the way back, and returns what was said and what happened. After each
 * the cluster is as the tree has it again.
 */
export async function compare(live: Live, tree: PlannedTree): Promise<readonly Scored[]> {
  await applyTree(live, tree.objects);
  const cases: Scored[] = [];
  for (const mutation of mutationsOf(tree.objects)) cases.push(...(await compareOne(live, tree, mutation)));
  return cases;
}

export async function compareOne(
  live: Live,
  tree: PlannedTree,
  mutation: Mutation,
): Promise<readonly Scored[]> {
  const { name, object, head, reversible } = mutation;
  const mutated = { ...tree, objects: withObject(tree.objects, object, head) };
  const there = scored(await step(live, { name, from: tree, to: mutated, object: [object, head] }));
  const isStored =
    there.observed !== "refused" && !(head === undefined && there.observed === "no-effect-yet");
  if (!isStored) return [there];
  const back = scored(
    await step(live, { name: `${name}, and back`, from: mutated, to: tree, object: [head, object] }),
  );
  return reversible ? [there, back] : [there];
}

interface Asked {
  readonly name: string;
  readonly from: PlannedTree;
  readonly to: PlannedTree;
  readonly object: readonly [base: KubernetesObject | undefined, head: KubernetesObject | undefined];
}

/** What was said about one object, and what happened. */
export interface Step {
  readonly name: string;
  readonly predicted: Predicted;
  readonly happened: Change;
}

/** Brings one object from one tree to the other. */
export async function step(live: Live, { name, from, to, object: [base, head] }: Asked): Promise<Step> {
  const object = head ?? base;
  if (object === undefined) throw new Error(`${name} has no object`);
  const predicted = predict(from, to, { object, minor });
  return { name, predicted, happened: await change(live, base, head) };
}

/** Returns a step for the score; the pods at the end are those after the last step of the same sync. */
export function scored({ name, predicted, happened }: Step, podsAtEnd?: readonly PodState[]): Scored {
  return {
    name,
    predicted,
    observed: observe(happened, podsAtEnd),
    refusal: happened.refusal,
    replaced: replaced(happened),
  };
}

function withObject(
  objects: readonly KubernetesObject[],
  old: KubernetesObject,
  head: KubernetesObject | undefined,
): readonly KubernetesObject[] {
  return objects.flatMap((object) => {
    if (object !== old) return [object];
    return head === undefined ? [] : [head];
  });
}
