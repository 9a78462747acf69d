import type { Document, LineCounter, Tags } from "yaml";
import type { Json, Path } from "../json.ts";
import { generalYaml } from "../yaml.ts";
import type { Limits } from "./limits.ts";
import { parsePlainYaml } from "./plain-yaml.ts";

/** One YAML or JSON document: plain data, and where its parts stand in the file. */
export interface SourceDocument {
  readonly value: Json;
  /** Line on which the document begins, counted from 1. */
  readonly line: number;
  /** Line of the entry at the path (its key, or its dash), or of the nearest thing around it. */
  lineOf(path: Path): number;
}

/** What a file holds, or why it cannot be read. The reason never quotes the file: it may hold a secret. */
export type Parsed =
  | { readonly documents: readonly SourceDocument[]; readonly problem?: undefined }
  | { readonly documents?: undefined; readonly problem: string };

// kubectl, kustomize and Argo CD read YAML by Go's yaml library: 1.1's booleans and octal numbers, but neither its
// base-60 numbers (12:30:45) nor dates, both of which stay text.
const unknownToGo = new Set(["!!timestamp", "!!binary", "!!omap", "!!pairs", "!!set"]);

function tagsOfGo(tags: Tags): Tags {
  return tags.filter((tag) => {
    if (typeof tag === "string") return true;
    const name = tag.tag.replace("tag:yaml.org,2002:", "!!");
    return !unknownToGo.has(name) && tag.format !== "TIME";
  });
}

/** What is needed to find a line in a document of the general parser. */
interface Positions {
  readonly document: Document;
  readonly lines: LineCounter;
  readonly yaml: ReturnType<typeof generalYaml>;
}

/** Reads every document of a file. Never throws: what is wrong becomes the problem. */
export function parseDocuments(path: string, bytes: Buffer, limits: Limits): Parsed {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return { problem: "is not UTF-8 text" };
  }
  if (/\.json$/i.test(path)) {
    const parsed = parseJson(text, limits);
    if (parsed) return parsed;
  }
  const document = parsePlainYaml(text, limits.depth);
  return document ? { documents: [{ ...document, line: 1 }] } : parseGeneralYaml(text, limits);
}

// Of a larger JSON file (in one line more often than not) only the first line is named.
const longestPlaced = 2 ** 18;

function parseJson(text: string, limits: Limits): Parsed | undefined {
  try {
    const value = plain(JSON.parse(text), limits.depth);
    // JSON is YAML, whose parser knows the lines; it is slow, and only asked about what changes.
    let document: SourceDocument | undefined;
    const lineOf = (path: Path): number => {
      document ??= text.length > longestPlaced ? undefined : parseGeneralYaml(text, limits).documents?.[0];
      return document?.lineOf(path) ?? 1;
    };
    return { documents: [{ value, line: 1, lineOf }] };
  } catch (error) {
    if (error instanceof TooDeep) return { problem: `is nested more than ${limits.depth} deep` };
    return undefined; // several JSON documents in one file are valid YAML, and read as such
  }
}

/** Reads every YAML document of a text with the general library. Never throws. */
export function parseGeneralYaml(text: string, limits: Limits): Parsed {
  const yaml = generalYaml();
  const lines = new yaml.LineCounter();
  const documents: SourceDocument[] = [];
  try {
    const parsed = yaml.parseAllDocuments(text, {
      version: "1.1",
      customTags: tagsOfGo,
      lineCounter: lines,
      logLevel: "silent",
      prettyErrors: false,
    });
    for (const document of Array.isArray(parsed) ? parsed : []) {
      const [error] = document.errors;
      if (error)
        return { problem: `is not valid YAML at line ${lines.linePos(error.pos[0]).line} (${error.code})` };
      const value = plain(document.toJS({ maxAliasCount: limits.aliases }), limits.depth);
      const start = lines.linePos(document.contents?.range?.[0] ?? 0).line;
      documents.push({
        value,
        line: start,
        lineOf: (path) => lineIn({ document, lines, yaml }, path) ?? start,
      });
    }
    return { documents };
  } catch (error) {
    if (error instanceof RangeError) return { problem: "is nested too deep to be read" };
    if (error instanceof TooDeep) return { problem: `is nested more than ${limits.depth} deep` };
    if (error instanceof ReferenceError)
      return { problem: `resolves more than ${limits.aliases} YAML aliases, or an unknown one` };
    return { problem: "cannot be read as YAML" };
  }
}

function lineIn({ document, lines, yaml }: Positions, path: Path): number | undefined {
  let found: number | undefined;
  let here: unknown = document.contents;
  for (const part of path) {
    if (yaml.isAlias(here)) here = here.resolve(document);
    const entry: unknown = entryOf(here, part, yaml);
    const start = yaml.isPair(entry) ? entry.key : entry;
    if (!yaml.isNode(start) || !start.range) break;
    found = lines.linePos(start.range[0]).line;
    here = yaml.isPair(entry) ? entry.value : entry;
  }
  return found;
}

function entryOf(node: unknown, part: string | number, yaml: Positions["yaml"]): unknown {
  if (yaml.isSeq(node)) return node.items[Number(part)];
  if (!yaml.isMap(node)) return undefined;
  const known =
    entries.get(node) ??
    new Map(node.items.map((pair) => [String(yaml.isScalar(pair.key) ? pair.key.value : pair.key), pair]));
  entries.set(node, known);
  return known.get(String(part));
}

// A map of thousands whose entries all change is looked through once.
const entries = new WeakMap<object, ReadonlyMap<string, unknown>>();

class TooDeep extends Error {}

/** Returns JSON of whatever YAML made: numbers that JSON lacks become text. */
function plain(value: unknown, depth: number): Json {
  if (depth < 0) throw new TooDeep();
  if (value === null || value === undefined) return null;
  if (typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (Array.isArray(value)) return value.map((item) => plain(item, depth - 1));
  if (typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item, depth - 1)]));
  }
  return null;
}
