import type { Json } from "../kubernetes/manifest.ts";
import type { ValuePath } from "./path.ts";

/** A place in a file; line and column are counted from 1. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A value that remembers where it was written. */
export type SourceNode = ScalarNode | ListNode | MapNode;

interface Placed {
  /** Where the key stands, or the item of a list; the start of the file for its outermost value. */
  readonly key: Position;
  /** Where the value itself starts. */
  readonly at: Position;
}

/** Text, a number, a truth value or nothing. */
export interface ScalarNode extends Placed {
  readonly kind: "scalar";
  readonly value: string | number | boolean | null;
  /** What stands in the file, without quotes: tells `1.10` from `1.1`. */
  readonly written: string;
}

/** A list, in its order. */
export interface ListNode extends Placed {
  readonly kind: "list";
  readonly items: readonly SourceNode[];
}

/** A map from keys, which are always text. */
export interface MapNode extends Placed {
  readonly kind: "map";
  readonly entries: ReadonlyMap<string, SourceNode>;
}

/** A scalar with its path. */
export interface Leaf {
  readonly path: ValuePath;
  readonly node: SourceNode;
}

/** Returns the plain data of a node, without positions. */
export function toPlain(node: SourceNode): Json {
  switch (node.kind) {
    case "scalar":
      return node.value;
    case "list":
      return node.items.map(toPlain);
    case "map":
      return Object.fromEntries([...node.entries].map(([key, child]) => [key, toPlain(child)]));
  }
}

/** Returns the node at a path, or undefined when there is none. */
export function nodeAt(node: SourceNode, path: ValuePath): SourceNode | undefined {
  let current: SourceNode | undefined = node;
  for (const part of path) current = current === undefined ? undefined : childOf(current, part);
  return current;
}

/** Returns the node at a path, or else the deepest node on the way to it that exists. */
export function nearestNode(node: SourceNode, path: ValuePath): SourceNode {
  let current = node;
  for (const part of path) {
    const child = childOf(current, part);
    if (child === undefined) return current;
    current = child;
  }
  return current;
}

/** Where a reader looks for a value: the scalar itself, or the key of a list or map, whose own start is a line below. */
export function positionOf(node: SourceNode): Position {
  return node.kind === "scalar" && node.value !== null ? node.at : node.key;
}

/** Returns what an override replaces as one piece, in the order of the file: scalars, lists and empty maps. */
export function leavesOf(node: SourceNode, path: ValuePath = []): readonly Leaf[] {
  if (node.kind !== "map" || node.entries.size === 0) return [{ path, node }];
  return [...node.entries].flatMap(([key, child]) => leavesOf(child, [...path, key]));
}

function childOf(node: SourceNode, part: string | number): SourceNode | undefined {
  if (node.kind === "map") return typeof part === "string" ? node.entries.get(part) : undefined;
  if (node.kind === "list") return typeof part === "number" ? node.items[part] : undefined;
  return undefined;
}
