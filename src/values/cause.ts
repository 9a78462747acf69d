import { mergeNodes } from "./merge.ts";
import type { ValuePath } from "./path.ts";
import type { Mistake } from "./problems.ts";
import { leavesOf, positionOf, type Leaf, type Position, type SourceNode } from "./source-node.ts";

/** A base with what overrides it, and how the two together are judged. */
export interface Overriding {
  readonly base: SourceNode;
  readonly override: SourceNode;
  readonly mistakes: readonly Mistake[];
  readonly judge: (merged: SourceNode) => readonly Mistake[];
}

/**
 * Returns a function that says where to look for a mistake: the base's value that is wrong only because of an override
 * (say, a minimum above the base's maximum) is blamed on that override. It is the override nearest to the mistake without
 * which the mistake, and nothing else, is gone; when there is none, the mistake stays where its value stands.
 */
export function causesOf({ base, override, mistakes, judge }: Overriding): (mistake: Mistake) => Position {
  const known = new Set(mistakes.map(identity));
  const leaves = leavesOf(override);
  // Judging takes a while and many mistakes share their suspects: each override is left out once at most.
  const judged = new Map<Leaf, ReadonlySet<string>>();
  const leftWithout = (leaf: Leaf): ReadonlySet<string> => {
    const before = judged.get(leaf);
    if (before) return before;
    const without = withoutLeaf(override, leaf.path);
    const left = new Set(judge(without ? mergeNodes(base, without) : base).map(identity));
    judged.set(leaf, left);
    return left;
  };
  return (mistake) => {
    if (mistake.position.file === positionOf(override).file) return mistake.position;
    const candidates = leaves.toSorted((a, b) => shared(b.path, mistake.path) - shared(a.path, mistake.path));
    const cause = candidates.find((leaf) => {
      const left = leftWithout(leaf);
      return !left.has(identity(mistake)) && [...left].every((other) => known.has(other));
    });
    return cause ? positionOf(cause.node) : mistake.position;
  };
}

function identity({ path, message }: Mistake): string {
  return JSON.stringify([path, message]);
}

/** How many parts two paths have in common from the start. */
function shared(a: ValuePath, b: ValuePath): number {
  const different = a.findIndex((part, index) => part !== b[index]);
  return different === -1 ? a.length : different;
}

/** The tree without one leaf and without the maps that it leaves empty; undefined when nothing is left. */
function withoutLeaf(node: SourceNode, [first, ...rest]: ValuePath): SourceNode | undefined {
  if (typeof first !== "string" || node.kind !== "map") return undefined;
  const entries = new Map(node.entries);
  const child = entries.get(first);
  const left = child && withoutLeaf(child, rest);
  if (left) entries.set(first, left);
  else entries.delete(first);
  return entries.size > 0 ? { ...node, entries } : undefined;
}
