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
  /** Line of the value at the path, or of the nearest thing around it. */
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

function parseJson(text: string, limits: Limits): Parsed | undefined {
  try {
    const value = plain(JSON.parse(text), limits.depth);
    return { documents: [{ value, line: 1, lineOf: () => 1 }] };
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
      documents.push({ value, line: start, lineOf: (path) => lineIn(document, lines, path) ?? start });
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

function lineIn(document: Document, lines: LineCounter, path: Path): number | undefined {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true);
    const range = typeof node === "object" && node !== null && "range" in node ? node.range : undefined;
    if (Array.isArray(range) && typeof range[0] === "number") return lines.linePos(range[0]).line;
  }
  return undefined;
}

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
