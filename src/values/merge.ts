import type { SourceNode } from "./source-node.ts";

/**
 * Lays an override over a base: maps merge key by key, lists and scalars replace. Every value keeps the position of the
 * file that it came from; a map that both hold has the override's, because that is where a reader adds to it. Keys keep
 * the order of the base, new ones follow.
 */
export function mergeNodes(base: SourceNode, override: SourceNode): SourceNode {
  if (base.kind !== "map" || override.kind !== "map") return override;
  const entries = new Map(base.entries);
  for (const [key, child] of override.entries) {
    const below = entries.get(key);
    entries.set(key, below === undefined ? child : mergeNodes(below, child));
  }
  return { ...override, entries };
}
