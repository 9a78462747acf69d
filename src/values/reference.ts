import type { z } from "zod";
import { asObject, type Json } from "../kubernetes/manifest.ts";
import {
  alternatives,
  freeValuesOf,
  itemsOf,
  propertiesOf,
  schemaFacts,
  type SchemaFacts,
} from "./schema-facts.ts";
import { typeText } from "./type-text.ts";

/** One value in the reference. */
export interface ReferenceRow {
  /** Path of the value; `[]` stands for each item of a list, `<name>` for each key of a map with free keys. */
  readonly path: string;
  readonly type: string;
  /** Undefined where the base sets none. */
  readonly default: Json | undefined;
  /** Whether every environment must have the value, its own or the base's. */
  readonly required: boolean;
  readonly description: string;
  /** What the guide has there; undefined for values that the guide does not know. */
  readonly guide: Json | undefined;
}

/** The type of a map with fixed keys: a group of values rather than a value. */
const grouping = "map";

/** Returns every value of a schema, in its order. `defaults` is the plain data of the base, where there is one. */
export function referenceRows(schema: z.ZodType, defaults: Json | undefined): readonly ReferenceRow[] {
  const root = schemaFacts(schema);
  return children(root, root).flatMap(([path, child, required]) =>
    rows({ root, facts: child, path, required, value: valueAt(defaults, path) }),
  );
}

/** A table for each top-level key, under a heading of its own. */
function referenceTables(rowsOfSchema: readonly ReferenceRow[]): string {
  const sections = Map.groupBy(rowsOfSchema, ({ path }) => path.replace(/[.[].*$/s, ""));
  return [...sections]
    .map(([name, members]) => {
      const [first] = members;
      const intro = first && first.path === name && first.type === grouping ? [first.description, ""] : [];
      const shown = intro.length > 0 ? members.slice(1) : members;
      return [`## ${name}`, "", ...intro, ...table(shown)].join("\n");
    })
    .join("\n");
}

/** What the reference is made from. */
export interface Reference {
  readonly values: z.ZodType;
  readonly release: z.ZodType;
  /** The plain data of `base/values.yaml`. */
  readonly defaults: Json;
}

/** Returns the page that documents every value, as Markdown. */
export function valuesReference({ values, release, defaults }: Reference): string {
  return [
    "# Values",
    "",
    "<!-- Generated from the schema; a test compares it. Change the schema or base/values.yaml, not this page. -->",
    "",
    "What an environment may set in `environments/<environment>/values.yaml`. It is laid over `base/values.yaml`: maps",
    "merge, lists and scalars replace. Where the guide's Helm `values.yaml` has a key, it has the same name here, and the",
    "last column shows what the guide sets. Unknown keys are refused.",
    "",
    referenceTables(referenceRows(values, defaults)),
    "# Release",
    "",
    "What `environments/<environment>/release.yaml` holds, the one file that a promotion changes. It has no defaults.",
    "",
    ...table(referenceRows(release, undefined)),
  ].join("\n");
}

interface Walk {
  readonly root: SchemaFacts;
  readonly facts: SchemaFacts;
  readonly path: string;
  readonly required: boolean;
  readonly value: Json | undefined;
}

type Child = readonly [path: string, facts: SchemaFacts, required: boolean];

function rows({ root, facts, path, required, value }: Walk): readonly ReferenceRow[] {
  const described = text(facts["description"]);
  const below = children(root, facts).flatMap(([name, child, needed]) =>
    rows({
      root,
      facts: child,
      path: name.startsWith("[") ? `${path}${name}` : `${path}.${name}`,
      required: needed,
      value: valueAt(value, name),
    }),
  );
  const own = {
    path,
    type: typeText(root, facts),
    default: value,
    required,
    description: described,
    guide: json(facts["guide"]),
  };
  if (below.length === 0) return [own];
  if (own.type !== grouping) return [own, ...below];
  // A map that only groups needs no row; one that says something does, without the values that stand below it.
  return described === "" ? below : [{ ...own, default: undefined, required: false }, ...below];
}

/** The values inside a map or list; none for a list or a map of plain text and the like, which is one value to a reader. */
function children(root: SchemaFacts, facts: SchemaFacts): readonly Child[] {
  const found = new Map<string, Child>();
  for (const form of alternatives(root, facts)) {
    const required: readonly unknown[] = Array.isArray(form["required"]) ? form["required"] : [];
    for (const [name, child] of propertiesOf(form)) {
      if (!found.has(name)) found.set(name, [name, child, required.includes(name)]);
    }
    for (const [name, inner] of [["[]", itemsOf(form)] as const, ["<name>", freeValuesOf(form)] as const]) {
      for (const [path, child, needed] of inner ? children(root, inner) : []) {
        const place = path.startsWith("[") ? `${name}${path}` : `${name}.${path}`;
        found.set(place, [place, child, needed]);
      }
    }
  }
  return [...found.values()];
}

function table(members: readonly ReferenceRow[]): readonly string[] {
  return [
    "| Key | Type | Default | What it does | In the guide |",
    "| --- | --- | --- | --- | --- |",
    ...members.map(tableRow),
    "",
  ];
}

function tableRow({ path, type, default: value, required, description, guide }: ReferenceRow): string {
  const inside = path.includes("[]") || path.includes("<name>");
  const missing = required ? (inside ? "none: required" : "none: each environment sets it") : "";
  const cells = [`\`${path}\``, type, value === undefined ? missing : code(value), description];
  return `| ${[...cells, guide === undefined ? "" : code(guide)].map(escapeCell).join(" | ")} |`;
}

function code(value: Json): string {
  const written = typeof value === "string" && value !== "" ? value : JSON.stringify(value);
  const shown = written.length > 120 ? `${written.slice(0, 119)}…` : written;
  const fence = shown.includes("`") ? "``" : "`";
  return `${fence}${shown}${fence}`;
}

function escapeCell(cell: string): string {
  return cell.replaceAll("|", "\\|").replaceAll(/\s*\n\s*/g, " ");
}

function valueAt(value: Json | undefined, name: string): Json | undefined {
  return asObject(value)[name];
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function json(value: unknown): Json | undefined {
  if (value === undefined) return undefined;
  const plain: Json = JSON.parse(JSON.stringify(value));
  return plain;
}
