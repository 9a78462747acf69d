import { Composer, isAlias, isCollection, isMap, isScalar, isSeq, LineCounter, Parser } from "yaml";
import type { CST, Document, Node, Pair, ParsedNode, Scalar } from "yaml";
import type { Problem } from "../errors.ts";
import { formatPath, type ValuePath } from "./path.ts";
import type { MapNode, Position, SourceNode } from "./source-node.ts";
import { forbiddenCharacter, positionAt } from "./text-source.ts";
import { tooDeep } from "./yaml-depth.ts";
import { ambiguity } from "./yaml-scalar.ts";
import { syntaxMessage } from "./yaml-syntax.ts";

/** What a YAML file holds; without a node when it cannot be read at all. */
export interface YamlSource {
  readonly node: SourceNode | undefined;
  readonly problems: readonly Problem[];
}

/** What the conversion of one file needs at every node. */
interface Reading {
  readonly file: string;
  readonly lines: LineCounter;
  readonly problems: Problem[];
}

/**
 * Reads the small part of YAML that means the same to every reader: one document, maps with text keys, lists and
 * scalars. Anchors, aliases, merge keys, tags, directives, duplicate keys and scalars that YAML 1.1 and 1.2 read
 * differently are problems, of which all are returned; a syntax error is the only one of its file, since what follows it
 * is guesswork.
 */
export function parseYaml(file: string, text: string): YamlSource {
  const tab = text.indexOf("\t");
  if (tab !== -1)
    return failure({ file, ...positionAt(text.slice(0, tab)), message: "holds a tab; use spaces" });
  const lines = new LineCounter();
  const tokens = [...new Parser(lines.addNewLine).parse(text)];
  const deep = tooDeep(tokens);
  if (deep !== undefined) return failure({ file, ...place(lines, deep.offset), message: deep.message });
  const composer = new Composer({ version: "1.2", schema: "core", uniqueKeys: false });
  const documents: Document[] = [...composer.compose(tokens)];
  const [document, second] = documents;
  for (const { errors } of documents) {
    const [error] = errors;
    if (error) return failure({ file, ...place(lines, error.pos[0]), message: syntaxMessage(error) });
  }
  const directive = tokens.find(({ type }) => type === "directive");
  if (directive) {
    return failure({
      file,
      ...place(lines, directive.offset),
      message: "is a YAML directive; remove the line",
    });
  }
  if (second) {
    const message = "starts a second document; keep one document in the file, without --- between its parts";
    return failure({ file, ...place(lines, secondDocument(tokens)), message });
  }
  const contents = document?.contents;
  if (!contents || (isScalar(contents) && contents.value === null && !contents.tag && !contents.anchor)) {
    return failure({ file, message: "is empty; expected a map of keys to values" });
  }
  const reading: Reading = { file, lines, problems: [] };
  const start = { file, line: 1, column: 1 };
  const node = convert(reading, contents, { path: [], key: start });
  return { node, problems: reading.problems };
}

function convert(
  reading: Reading,
  node: Node | null,
  { path, key }: { path: ValuePath; key: Position },
): SourceNode {
  const at = node?.range ? position(reading, node.range[0]) : key;
  const nothing: SourceNode = { kind: "scalar", value: null, written: "", key, at };
  if (node === null) return nothing;
  const report = (message: string) => reading.problems.push({ ...at, path: formatPath(path), message });
  if (isAlias(node)) {
    report(`is the alias *${node.source}; write the value out, aliases are not accepted`);
    return nothing;
  }
  if ((isScalar(node) || isCollection(node)) && node.anchor) {
    report(`has the anchor &${node.anchor}; remove it, anchors and aliases are not accepted`);
  }
  if ((isScalar(node) || isCollection(node)) && node.tag) {
    report(
      `has the tag ${node.tag.replace("tag:yaml.org,2002:", "!!")}; remove it, the schema knows the type`,
    );
  }
  if (isMap<ParsedNode, ParsedNode | null>(node)) return convertMap(reading, node.items, { path, key, at });
  if (isSeq<ParsedNode>(node)) {
    const items = node.items.map((item, index) => {
      const itemKey = item.range ? position(reading, item.range[0]) : key;
      return convert(reading, item, { path: [...path, index], key: itemKey });
    });
    return { kind: "list", items, key, at };
  }
  if (!isScalar(node)) return nothing;
  const message = scalarProblem(node);
  if (message !== undefined) report(message);
  return { kind: "scalar", value: plainValue(node.value), written: node.source ?? "", key, at };
}

function convertMap(
  reading: Reading,
  pairs: readonly Pair<ParsedNode, ParsedNode | null>[],
  { path, key, at }: { path: ValuePath; key: Position; at: Position },
): MapNode {
  const entries = new Map<string, SourceNode>();
  for (const pair of pairs) {
    const keyPosition = pair.key.range ? position(reading, pair.key.range[0]) : at;
    const name = keyName(pair.key);
    const below = "text" in name ? [...path, name.text] : path;
    const first = "text" in name ? entries.get(name.text) : undefined;
    const problem = "text" in name ? undefined : name.problem;
    const message =
      problem ?? (first && `stands twice in the same map, first on line ${first.key.line}; keep one of them`);
    if (message) reading.problems.push({ ...keyPosition, path: formatPath(below), message });
    const value = convert(reading, pair.value, { path: below, key: keyPosition });
    if ("text" in name && !first) entries.set(name.text, value);
  }
  return { kind: "map", entries, key, at };
}

function keyName(key: ParsedNode): { readonly text: string } | { readonly problem: string } {
  if (!isScalar(key)) return { problem: "a key is a list, a map or an alias; expected text" };
  const written = key.source ?? "";
  if (key.anchor || key.tag)
    return { problem: `the key "${written}" has an anchor or a tag; write the text alone` };
  if (written === "<<") return { problem: "<< is a merge key; write the merged keys out" };
  if (written === "__proto__") return { problem: "__proto__ is no key; remove it" };
  if (written === "" && key.type === "PLAIN")
    return { problem: "a key is empty; expected text before the colon" };
  if (typeof key.value !== "string" || (key.type === "PLAIN" && ambiguity(written) !== undefined)) {
    return {
      problem: `the key ${written} is not text to every YAML reader; write "${written}"`,
    };
  }
  const forbidden = forbiddenCharacter(key.value);
  if (forbidden) return { problem: `a key holds ${forbidden}; remove it` };
  return { text: key.value };
}

function scalarProblem(node: Scalar): string | undefined {
  if (typeof node.value === "string") {
    const forbidden = forbiddenCharacter(node.value);
    if (forbidden) return `holds ${forbidden}, written as an escape; remove it`;
  }
  return node.type === "PLAIN" && !node.tag ? ambiguity(node.source ?? "") : undefined;
}

function plainValue(value: unknown): string | number | boolean | null {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? value : null;
}

/** Where the second document starts: at its `---` or, after a `...`, at its content. */
function secondDocument(tokens: readonly CST.Token[]): number {
  const second = tokens.filter((token) => token.type === "document")[1];
  return second?.start.find(({ type }) => type === "doc-start")?.offset ?? second?.value?.offset ?? 0;
}

function failure(problem: Problem): YamlSource {
  return { node: undefined, problems: [problem] };
}

function position({ file, lines }: Reading, offset: number): Position {
  return { file, ...place(lines, offset) };
}

function place(lines: LineCounter, offset: number): { readonly line: number; readonly column: number } {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(line, 1), column: Math.max(col, 1) };
}
