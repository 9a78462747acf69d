import { isList, isObject, type Json, type JsonObject, type Path } from "../json.ts";

/*
 * A reader for the form of YAML that generators write: block maps and lists, plain and quoted scalars on one line, and
 * literal blocks. It is some twenty times as fast as the general parser, and a plan reads hundreds of such files. What
 * is not certainly in this form (comments, flow collections, anchors, folded text, several documents) it does not
 * read at all; the general parser does then. A test compares both on every rendered file and on random documents.
 */

/** A document in the plain form. */
interface PlainDocument {
  readonly value: Json;
  /** Line of the entry at the path, or of the nearest one around it, counted from 1. */
  lineOf(path: Path): number;
}

class NotPlain extends Error {}

function give(): never {
  throw new NotPlain();
}

/** Returns the document, or undefined where the text is in any other form, valid or not, or nested deeper. */
export function parsePlainYaml(text: string, depth: number): PlainDocument | undefined {
  if (!text.endsWith("\n") || unlikely.test(text)) return undefined;
  try {
    return read(text, depth);
  } catch (error) {
    if (error instanceof NotPlain) return undefined;
    throw error;
  }
}

// Control characters (but line ends and tabs), a byte order mark, lines that begin a document or a directive.
const unlikely = /[^\P{Cc}\n\t]|[\ufeff\u2028\u2029\ud800-\udfff]|^(?:---|\.\.\.|%)/mu;

interface State {
  readonly lines: string[];
  /** Index of the line that is read next. */
  at: number;
  /** Line of each entry of each map and list. */
  readonly places: Map<Json, number[]>;
}

function read(text: string, depth: number): PlainDocument {
  const lines = text.slice(0, -1).split("\n");
  const state: State = { lines, at: 0, places: new Map() };
  const value = block(state, 0, depth);
  if (state.at < lines.length) give();
  return { value, lineOf: (path) => lineIn(value, state.places, path) };
}

// Where the keys of a map stand among each other, from when the first of its lines is asked for.
const positions = new WeakMap<JsonObject, ReadonlyMap<string, number>>();

function positionOf(entries: JsonObject, key: string): number | undefined {
  const known = positions.get(entries) ?? new Map(Object.keys(entries).map((name, index) => [name, index]));
  positions.set(entries, known);
  return known.get(key);
}

function lineIn(root: Json, places: State["places"], path: Path): number {
  let line = 1;
  let here: Json | undefined = root;
  for (const key of path) {
    if (!isObject(here) && !isList(here)) break;
    const index: number | undefined = isList(here) ? Number(key) : positionOf(here, String(key));
    const found: number | undefined = places.get(here)?.[index ?? -1];
    if (found === undefined) break;
    line = found + 1;
    here = isList(here) ? here[index ?? -1] : here[String(key)];
  }
  return line;
}

function indentOf(line: string): number {
  let count = 0;
  while (line.charCodeAt(count) === 32) count++;
  return count;
}

/** Reads the map or list whose entries stand at the indent; `depth` more may be inside one another. */
function block(state: State, indent: number, depth: number): Json {
  if (depth < 2) give();
  const line = state.lines[state.at];
  if (line === undefined || indentOf(line) !== indent) give();
  return isItem(line, indent) ? list(state, indent, depth) : map(state, indent, depth);
}

function isItem(line: string, indent: number): boolean {
  return line.charCodeAt(indent) === 45 && (line.charCodeAt(indent + 1) === 32 || line.length === indent + 1);
}

function list(state: State, indent: number, depth: number): Json {
  const items: Json[] = [];
  const places: number[] = [];
  state.places.set(items, places);
  for (;;) {
    const line = state.lines[state.at];
    if (line === undefined || indentOf(line) !== indent || !isItem(line, indent)) break;
    places.push(state.at);
    items.push(item(state, line, indent, depth));
  }
  return items;
}

function item(state: State, line: string, indent: number, depth: number): Json {
  const inner = indent + 2;
  const rest = line.slice(inner);
  if (rest === "" || rest.startsWith(" ")) give();
  if (isItem(line, inner)) return nested(state, line, inner, depth);
  const literal = literalHeader(rest);
  if (literal !== undefined) return literalBlock(state, indent, literal);
  if (entryPattern.test(rest)) return nested(state, line, inner, depth);
  state.at += 1;
  return scalar(rest);
}

// A map or list that begins on the line of its dash: the dash is read as a space.
function nested(state: State, line: string, inner: number, depth: number): Json {
  state.lines[state.at] = " ".repeat(inner) + line.slice(inner);
  return block(state, inner, depth - 1);
}

// The key: a plain word or a quoted text, then a colon, then the value or nothing.
const entryPattern =
  /^(\.?[A-Za-z_][\w./-]*|"(?:[^"\\\t]|\\["\\/bfnrt])*"|'(?:[^'\t]|'')*'|\d+):(?: (.*))?$/u;

function map(state: State, indent: number, depth: number): Json {
  const entries: { [key: string]: Json } = {};
  const places: number[] = [];
  state.places.set(entries, places);
  for (;;) {
    const line = state.lines[state.at];
    if (line === undefined || indentOf(line) !== indent || isItem(line, indent)) break;
    const [, written, rest] = entryPattern.exec(line.slice(indent)) ?? [];
    if (written === undefined) give();
    const key = keyOf(written);
    if (Object.hasOwn(entries, key) || key === "__proto__") give();
    places.push(state.at);
    entries[key] = valueOf(state, rest, indent, depth);
  }
  return entries;
}

function keyOf(written: string): string {
  const key = scalar(written);
  // A number or a switch as a key is its text, but which text (1.0, on) the general parser knows better. JavaScript
  // also puts keys that are whole numbers first, so that the lines of entries would no longer be in order.
  return typeof key === "string" && key !== "<<" && !/^\d+$/.test(key) ? key : give();
}

function valueOf(state: State, rest: string | undefined, indent: number, depth: number): Json {
  if (rest === undefined) {
    state.at += 1;
    const next = state.lines[state.at];
    if (next === undefined) return null;
    const below = indentOf(next);
    if (below > indent) return block(state, below, depth - 1);
    return below === indent && isItem(next, indent) ? list(state, indent, depth - 1) : null;
  }
  const literal = literalHeader(rest);
  if (literal !== undefined) return literalBlock(state, indent, literal);
  state.at += 1;
  return scalar(rest);
}

type Chomping = "clip" | "strip" | "keep";

function literalHeader(rest: string): Chomping | undefined {
  if (rest === "|") return "clip";
  if (rest === "|-") return "strip";
  return rest === "|+" ? "keep" : undefined;
}

/** Reads the lines below a literal's header: everything that is indented deeper than what holds it. */
function literalBlock(state: State, around: number, chomping: Chomping): string {
  state.at += 1;
  const first = state.lines[state.at];
  const indent = first === undefined ? 0 : indentOf(first);
  // Blank lines before the first text can hide its indentation.
  if (first === undefined || indent <= around || first.length === indent) give();
  const kept: string[] = [];
  for (; state.at < state.lines.length; state.at += 1) {
    const line = state.lines[state.at] ?? "";
    if (line.trimStart() === "" && line.length <= indent) kept.push("");
    else if (indentOf(line) >= indent) kept.push(line.slice(indent));
    else break;
  }
  const text = kept.join("\n");
  if (chomping === "keep") return `${text}\n`;
  const bare = text.replace(/\n+$/, "");
  return chomping === "clip" ? `${bare}\n` : bare;
}

const json = /^"(?:[^"\\\t]|\\["\\/bfnrt])*"$/u;
const single = /^'((?:[^'\t]|'')*)'$/u;
const integer = /^-?(?:0|[1-9]\d{0,14})$/;
const decimal = /^-?(?:0|[1-9]\d{0,9})\.\d{1,9}$/;
// What YAML 1.1 reads as something else than text although it begins with a letter.
const special = /^(?:y|n|yes|no|on|off|true|false|null|nan|inf)$/i;
// Begins with a letter, an underscore, a slash or a bracket, holds neither a comment nor a key, does not end in a space.
const word = /^(?:-{1,2}(?=\p{L}))?[\p{L}_/(](?:[^:# \t]|:(?=[^ \t])|(?<=[^ ])#| (?=[^ #]))*$/u;
// Texts that begin like a number and are none: whole digits and then a letter that no number has there, addresses, the
// five fields of a schedule, and names of hidden files.
const text = [
  /^[1-9]\d*(?:\.\d+)?[A-DF-Za-df-z%][\w.-]*$/,
  /^0(?:\.\d+)?[ACDF-NP-WYZacdf-np-wyz%][\w.-]*$/,
  /^\d+\.\d+\.\d+(?:\.\d+)*(?:\/\d+)?$/,
  /^\d+\.\d+\.\d+-[a-z][\w.-]*$/,
  /^\d[\d*/,-]*(?: [\d*/,-]+){4}$/,
  /^\.[a-z]{4,}[\w.-]*$/,
];

function scalar(written: string): Json {
  if (written === "{}") return {};
  if (written === "[]") return [];
  if (written === "true" || written === "false") return written === "true";
  if (written === "null") return null;
  if (word.test(written) && !special.test(written)) return written;
  if (json.test(written)) return String(JSON.parse(written));
  const quoted = single.exec(written)?.[1];
  if (quoted !== undefined) return quoted.replaceAll("''", "'");
  if (written !== "-0" && (integer.test(written) || decimal.test(written))) return Number(written);
  return text.some((form) => form.test(written)) ? written : give();
}
