import type { z } from "zod";
import { compareText } from "../kubernetes/text.ts";
import type { ValuePath } from "./path.ts";
import { numberRange, span } from "./range-text.ts";
import { choicesOf, factsAt, keysOf, propertiesOf, type SchemaFacts } from "./schema-facts.ts";
import type { SourceNode } from "./source-node.ts";
import { closest } from "./spelling.ts";

/** What a message may say about the place of a mistake. */
export interface Place {
  readonly schema: SchemaFacts;
  readonly path: ValuePath;
  /** What stands there, or undefined when nothing does. */
  readonly node: SourceNode | undefined;
}

type Issue = z.core.$ZodIssue;

/** Returns what is wrong with a value and what would be right, for each kind of issue that has no message of its own. */
export function describeIssue(issue: Issue, place: Place): string {
  switch (issue.code) {
    case "invalid_type":
      return place.node === undefined
        ? missing(place)
        : wrongType(issue.expected, { ...place, node: place.node });
    case "invalid_value":
      return wrongChoice(issue.values.map(String), place.node);
    case "too_small":
    case "too_big":
      return outOfRange(issue, place);
    case "not_multiple_of":
      return `is ${show(place.node)}; expected a multiple of ${issue.divisor}`;
    case "invalid_format":
      return `is ${show(place.node)}; expected ${formatName(issue)}`;
    case "invalid_union":
      return wrongForm(place);
    case "invalid_key":
    case "unrecognized_keys":
    case "invalid_element":
    case "custom":
      return `is ${show(place.node)}, which is not accepted here`;
  }
}

/** Returns the sentence for a key that the schema does not know, with the key that was probably meant. */
export function unknownKey(key: string, { schema, path, node }: Place): string {
  const known = factsAt(schema, path)
    .filter((form) => isChosen(form, node))
    .flatMap(keysOf);
  const elsewhere = placesOf(key, schema);
  const [only] = elsewhere;
  if (only !== undefined && elsewhere.length === 1) return `is no known key here; did you mean ${only}?`;
  const meant = closest(key, known);
  if (meant !== undefined) return `is no known key; did you mean "${meant}"?`;
  if (known.length === 0) return "is no known key; remove it";
  return `is no known key; expected ${known.length > 1 ? "one of " : ""}${known.toSorted(compareText).join(", ")}`;
}

/** Of several forms of a map, the one whose fixed values (its kind) stand there. */
function isChosen(form: SchemaFacts, node: SourceNode | undefined): boolean {
  return [...propertiesOf(form)].every(([name, { const: fixed }]) => {
    const child = node?.kind === "map" ? node.entries.get(name) : undefined;
    return fixed === undefined || (child?.kind === "scalar" && child.value === fixed);
  });
}

/** Shows what stands in the file, shortened; text in quotes, and none of several lines, which may hold a pasted key. */
export function show(node: SourceNode | undefined): string {
  if (node === undefined) return "missing";
  if (node.kind === "list") return node.items.length === 0 ? "an empty list" : "a list";
  if (node.kind === "map") return node.entries.size === 0 ? "an empty map" : "a map";
  if (node.value === null) return "empty";
  if (typeof node.value !== "string") return node.written;
  const lines = node.value.trimEnd().split("\n").length;
  if (lines > 1) return `a text of ${lines} lines`;
  return JSON.stringify(node.value.length > 80 ? `${node.value.slice(0, 80)}…` : node.value);
}

const typeNames: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  object: "a map",
  record: "a map",
  array: "a list",
  null: "nothing",
};

const formatNames: Readonly<Record<string, string>> = {
  ipv4: "an IPv4 address",
  ipv6: "an IPv6 address",
  cidrv4: "an IPv4 address block such as 10.0.0.0/8",
  cidrv6: "an IPv6 address block such as 2001:db8::/32",
  email: "an e-mail address",
  url: "a URL such as https://example.com",
  date: "a date such as 2026-01-31",
};

function formatName({ format, pattern, ...rest }: z.core.$ZodIssueInvalidStringFormat): string {
  if ("prefix" in rest && typeof rest.prefix === "string") return `text that starts with ${rest.prefix}`;
  return formatNames[format] ?? (pattern ? `text that matches ${pattern}` : format);
}

function missing(place: Place): string {
  return `is missing; expected ${forms(place).join(" or ") || "a value"}`;
}

function wrongForm(place: Place): string {
  const { choices, others } = choicesAt(place);
  if (others.length === 0) return wrongChoice(choices, place.node);
  return `is ${show(place.node)}; expected ${forms(place).join(" or ") || "another form"}`;
}

/** What may stand at a place, in words, once each. */
function forms(place: Place): readonly string[] {
  const { choices, others } = choicesAt(place);
  const types = others.map(({ type }) => typeNames[type === "integer" ? "int" : String(type)] ?? "a value");
  const [first, ...rest] = choices;
  const chosen = first === undefined ? [] : [rest.length > 0 ? `one of ${choices.join(", ")}` : first];
  return [...new Set([...chosen, ...types])];
}

function choicesAt({ schema, path }: Place): {
  readonly choices: readonly string[];
  readonly others: readonly SchemaFacts[];
} {
  const facts = factsAt(schema, path);
  return {
    choices: [...new Set(facts.flatMap(choicesOf))],
    others: facts.filter((form) => choicesOf(form).length === 0),
  };
}

function wrongType(kind: string, { node, ...place }: Place & { readonly node: SourceNode }): string {
  // The parser asks a text for any number first, and for a whole one only then.
  const whole =
    kind === "number" && factsAt(place.schema, place.path).every(({ type }) => type === "integer");
  const expected = whole ? "int" : kind;
  const wanted = typeNames[expected] ?? expected;
  if (node.kind !== "scalar") return `is ${show(node)}; expected ${wanted}`;
  if (node.value === null) return `has no value; expected ${wanted}, or leave the key out`;
  if (typeof node.value === "string") {
    const loose = ["number", "int"].includes(expected) && /^-?\d+(?:\.\d+)?$/.test(node.value);
    const truth = expected === "boolean" && /^(?:true|false)$/.test(node.value);
    const hint = loose || truth ? ", without quotes" : "";
    return `is the text ${show(node)}; expected ${wanted}${hint}`;
  }
  const noun = typeof node.value === "number" ? "the number" : "the truth value";
  const hint = expected === "string" ? `, in quotes: "${node.written}"` : "";
  return `is ${noun} ${node.written}; expected ${wanted}${hint}`;
}

function wrongChoice(choices: readonly string[], node: SourceNode | undefined): string {
  const expected = choices.length === 1 ? `expected ${choices[0]}` : `expected one of ${choices.join(", ")}`;
  if (node === undefined) return `is missing; ${expected}`;
  const meant =
    node.kind === "scalar" && node.value !== null ? closest(String(node.value), choices) : undefined;
  return `is ${show(node)}; ${expected}${meant !== undefined && choices.length > 1 ? ` (did you mean ${meant}?)` : ""}`;
}

function outOfRange(
  { origin }: z.core.$ZodIssueTooBig | z.core.$ZodIssueTooSmall,
  { schema, path, node }: Place,
): string {
  const facts: SchemaFacts = Object.fromEntries(
    factsAt(schema, path).flatMap((form) => Object.entries(form)),
  );
  if (origin === "string") {
    const length = node?.kind === "scalar" ? String(node.value).length : 0;
    if (length === 0) return "is empty text; expected at least one character";
    return `is text of ${length} characters; expected ${span(facts["minLength"], facts["maxLength"])} characters`;
  }
  if (origin === "array") {
    const range = span(facts["minItems"], facts["maxItems"]);
    const count = node?.kind === "list" ? node.items.length : 0;
    return `is a list of ${count}; expected ${range} ${range.endsWith(" 1") ? "item" : "items"}`;
  }
  return `is ${show(node)}; expected ${numberRange(facts) || "another number"}`;
}

/** All paths of the schema that end in the key or are the key, written with dots; lists and free maps are not entered. */
function placesOf(key: string, root: SchemaFacts): readonly string[] {
  const found: string[] = [];
  const walk = (facts: SchemaFacts, path: readonly string[]): void => {
    for (const [name, child] of propertiesOf(facts)) {
      const here = [...path, name].join(".");
      if (name === key || here === key) found.push(here);
      walk(child, [...path, name]);
    }
  };
  walk(root, []);
  return found;
}
