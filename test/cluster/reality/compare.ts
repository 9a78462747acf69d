import type { KubernetesObject } from "../api/object.ts";
import { applyTree, change, type Live } from "./live.ts";
import { mutationsOf, type Mutation } from "./mutations.ts";
import { observe, replaced } from "./observation.ts";
import { predict, type PlannedTree } from "./predict.ts";
import type { Scored } from "./score.ts";

/** The minor release of the server that is asked. */
const minor = 37;

/**
 * Applies a tree, then each mutation of it and the way back, and returns what was said and what happened. After each
 * the cluster is as the tree has it again.
 */
export async function compare(live: Live, tree: PlannedTree): Promise<readonly Scored[]> {
  await applyTree(live, tree.objects);
  const scored: Scored[] = [];
  for (const mutation of mutationsOf(tree.objects)) scored.push(...(await compareOne(live, tree, mutation)));
  return scored;
}

export async function compareOne(
  live: Live,
  tree: PlannedTree,
  mutation: Mutation,
): Promise<readonly Scored[]> {
  const { name, object, head, reversible } = mutation;
  const mutated = { ...tree, objects: withObject(tree.objects, object, head) };
  const there = await step(live, { name, from: tree, to: mutated, object: [object, head] });
  const isStored =
    there.observed !== "refused" && !(head === undefined && there.observed === "no-effect-yet");
  if (!isStored) return [there];
  const back = await step(live, {
    name: `${name}, and back`,
    from: mutated,
    to: tree,
    object: [head, object],
  });
  return reversible ? [there, back] : [there];
}

interface Step {
  readonly name: string;
  readonly from: PlannedTree;
  readonly to: PlannedTree;
  readonly object: readonly [base: KubernetesObject | undefined, head: KubernetesObject | undefined];
}

async function step(live: Live, { name, from, to, object: [base, head] }: Step): Promise<Scored> {
  const object = head ?? base;
  if (object === undefined) throw new Error(`${name} has no object`);
  const predicted = predict(from, to, { object, minor });
  const happened = await change(live, base, head);
  return {
    name,
    predicted,
    observed: observe(happened),
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
