import type { z } from "zod";
import type { Problem } from "../errors.ts";
import { formatPath, parsePath } from "./path.ts";
import { parseNode } from "./problems.ts";
import { nodeAt, positionOf, type Position, type SourceNode } from "./source-node.ts";
import { decodeText } from "./text-source.ts";
import { parseYaml, type YamlSource } from "./yaml-source.ts";

/** A file that fits its schema, or what is wrong with it. */
export interface ParsedFile<Value> {
  readonly value: Value | undefined;
  readonly problems: readonly Problem[];
  /** Returns where a value stands, given its path such as `hold.end`; undefined when it is not set. */
  readonly locate: (path: string) => Position | undefined;
}

/** Parses the bytes of one YAML file, wherever they were read, with the same messages as every other value. */
export function parseFile<Value>(
  schema: z.ZodType<Value>,
  file: string,
  bytes: Uint8Array,
): ParsedFile<Value> {
  const { text, problems } = decodeText(file, bytes);
  if (text === undefined) return { value: undefined, problems, locate: nowhere };
  const source = parseYaml(file, text);
  return parseSource(schema, { node: source.node, problems: [...problems, ...source.problems] });
}

/** Parses what was read as YAML already. */
export function parseSource<Value>(
  schema: z.ZodType<Value>,
  { node, problems }: YamlSource,
): ParsedFile<Value> {
  if (node === undefined) return { value: undefined, problems, locate: nowhere };
  const { value, mistakes } = parseNode(schema, node, () => undefined);
  const own = mistakes.map(({ path, message, position }) => ({
    ...position,
    path: formatPath(path),
    message,
  }));
  const all = [...problems, ...own];
  return { value: all.length === 0 ? value : undefined, problems: all, locate: locateIn(node) };
}

/** Returns a function that says where a value of a tree stands. */
export function locateIn(tree: SourceNode): (path: string) => Position | undefined {
  return (path) => {
    const node = nodeAt(tree, parsePath(path));
    return node && positionOf(node);
  };
}

function nowhere(): undefined {
  return undefined;
}
