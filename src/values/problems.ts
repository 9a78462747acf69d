import type { z } from "zod";
import { formatProblem, type Problem } from "../errors.ts";
import { compareText } from "../kubernetes/text.ts";
import { describeIssue, show, unknownKey, type Place } from "./messages.ts";
import type { ValuePath } from "./path.ts";
import { schemaFacts, type SchemaFacts } from "./schema-facts.ts";
import {
  leavesOf,
  nearestNode,
  nodeAt,
  positionOf,
  toPlain,
  type Position,
  type SourceNode,
} from "./source-node.ts";

/** Values that fit their schema, or everything that is wrong with them. */
export type Parsed<Value> =
  | { readonly value: Value; readonly mistakes: readonly [] }
  | { readonly value: undefined; readonly mistakes: readonly Mistake[] };

/** A value that does not fit, before it is decided which file is to blame. */
export interface Mistake {
  readonly path: ValuePath;
  readonly message: string;
  /** Where the value stands, or its nearest parent when it is missing. */
  readonly position: Position;
}

/** Returns the sentence for a key that the schema does not know, or undefined to leave it to the schema's own words. */
export type ExplainKey = (path: ValuePath) => string | undefined;

// What the parser calls a mistake for which the schema has no words of its own: they are found later, from its place in
// the whole tree, which the parser does not know inside a union.
const unexplained = "";

/** Parses a tree with a schema; returns every mistake in the order of the schema. */
export function parseNode<Value>(
  schema: z.ZodType<Value>,
  root: SourceNode,
  explainKey: ExplainKey,
): Parsed<Value> {
  const result = schema.safeParse(toPlain(root), { error: () => unexplained });
  if (result.success) return { value: result.data, mistakes: [] };
  const context = { facts: schemaFacts(schema), root, explainKey };
  return {
    value: undefined,
    mistakes: result.error.issues.flatMap((issue) => mistakesOf(context, issue, [])),
  };
}

/** Returns the problems once each, by file, then by place in the file. */
export function sortProblems(problems: readonly Problem[]): readonly Problem[] {
  const unique = new Map(problems.map((problem) => [formatProblem(problem), problem]));
  return [...unique.values()].toSorted(
    (a, b) =>
      compareText(a.file, b.file) ||
      (a.line ?? 0) - (b.line ?? 0) ||
      (a.column ?? 0) - (b.column ?? 0) ||
      compareText(a.path ?? "", b.path ?? "") ||
      compareText(a.message, b.message),
  );
}

interface Context {
  readonly facts: SchemaFacts;
  readonly root: SourceNode;
  readonly explainKey: ExplainKey;
}

function mistakesOf(context: Context, issue: z.core.$ZodIssue, parent: ValuePath): readonly Mistake[] {
  const path = [...parent, ...issue.path.map((part) => (typeof part === "number" ? part : String(part)))];
  const place: Place = { schema: context.facts, path, node: nodeAt(context.root, path) };
  if (issue.code === "unrecognized_keys") {
    return issue.keys.flatMap((key) => unknownKeys(context, [...path, key], unknownKey(key, place)));
  }
  if (issue.code === "invalid_union") {
    const branch = closestBranch(issue.errors);
    if (branch) return branch.flatMap((inner) => mistakesOf(context, inner, path));
  }
  if (issue.code === "invalid_key") {
    const [inner] = issue.issues;
    const reason = inner && inner.message !== unexplained ? `: it ${inner.message}` : "";
    return unknownKeys(context, path, `is no key that this map accepts${reason}`);
  }
  const message =
    issue.message === unexplained ? describeIssue(issue, place) : sentence(issue.message, place.node);
  return [{ path, message, position: positionOf(nearestNode(context.root, path)) }];
}

/** A rule of the schema says what a value must be, or what is expected; what it is stands before that. */
function sentence(message: string, node: SourceNode | undefined): string {
  if (node !== undefined && node.kind !== "scalar") return message;
  if (message.startsWith("must ")) return `is ${show(node)}; it ${message}`;
  return message.startsWith("expected ") ? `is ${show(node)}; ${message}` : message;
}

const otherKind: readonly string[] = ["invalid_type", "invalid_value"];

/** Of the forms that a value may take, the one that it was meant to have: its own kind fits, and the fewest parts do not. */
function closestBranch(
  branches: readonly (readonly z.core.$ZodIssue[])[],
): readonly z.core.$ZodIssue[] | undefined {
  const [best] = branches
    .filter((issues) => issues.every(({ path, code }) => path.length > 0 || !otherKind.includes(code)))
    .toSorted((a, b) => countOf(a) - countOf(b));
  return best;
}

function countOf(issues: readonly z.core.$ZodIssue[]): number {
  return issues.reduce((sum, issue) => sum + (issue.code === "unrecognized_keys" ? issue.keys.length : 1), 0);
}

/** One mistake for a key that nobody knows, or one for each value below it that is known to stand elsewhere now. */
function unknownKeys({ root, explainKey }: Context, path: ValuePath, message: string): readonly Mistake[] {
  const node = nodeAt(root, path);
  const position = node?.key ?? positionOf(nearestNode(root, path));
  const explained = explainKey(path);
  if (explained !== undefined) return [{ path, message: explained, position }];
  const leaves = node ? leavesOf(node, path) : [];
  if (!leaves.some((leaf) => explainKey(leaf.path) !== undefined)) return [{ path, message, position }];
  return leaves.map((leaf) => ({
    path: leaf.path,
    message: explainKey(leaf.path) ?? "is no known key; remove it",
    position: leaf.node.key,
  }));
}
