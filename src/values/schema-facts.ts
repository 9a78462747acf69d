import { z } from "zod";
import type { ValuePath } from "./path.ts";

/** A schema as plain data (JSON Schema 2020-12), with the metadata of each value beside it. */
export type SchemaFacts = Readonly<Record<string, unknown>>;

// A schema never changes, and deriving its facts takes longer than parsing with it.
const derived = new WeakMap<z.ZodType, SchemaFacts>();

/** Returns what a schema accepts, as data that messages and documentation read. */
export function schemaFacts(schema: z.ZodType): SchemaFacts {
  const known = derived.get(schema);
  if (known) return known;
  const facts = { ...z.toJSONSchema(schema, { io: "input", unrepresentable: "any", reused: "inline" }) };
  derived.set(schema, facts);
  return facts;
}

/** Returns what the schema says about the value at a path: one entry for each alternative. */
export function factsAt(root: SchemaFacts, path: ValuePath): readonly SchemaFacts[] {
  let current = alternatives(root, root);
  for (const part of path) {
    current = current.flatMap((facts) => below(facts, part)).flatMap((facts) => alternatives(root, facts));
  }
  return current;
}

/** Returns the keys that a map accepts, with what the schema says about each; none for other values. */
export function propertiesOf(facts: SchemaFacts): ReadonlyMap<string, SchemaFacts> {
  const { properties } = facts;
  return new Map(isFacts(properties) ? Object.entries(properties).filter((entry) => isEntry(entry)) : []);
}

/** Returns the keys that a map may have, as far as the schema names them. */
export function keysOf(facts: SchemaFacts): readonly string[] {
  const { propertyNames } = facts;
  return [...propertiesOf(facts).keys(), ...(isFacts(propertyNames) ? choicesOf(propertyNames) : [])];
}

/** Returns what the schema says about the items of a list, or undefined for other values. */
export function itemsOf({ items }: SchemaFacts): SchemaFacts | undefined {
  return isFacts(items) ? items : undefined;
}

/** Returns what the schema says about the values of a map with free keys, or undefined for other values. */
export function freeValuesOf({ additionalProperties }: SchemaFacts): SchemaFacts | undefined {
  return isFacts(additionalProperties) ? additionalProperties : undefined;
}

/** Returns the values that the schema names one by one; none where it describes them otherwise. */
export function choicesOf({ enum: several, const: one }: SchemaFacts): readonly string[] {
  if (Array.isArray(several)) return several.map(String);
  return one === undefined ? [] : [typeof one === "string" ? one : JSON.stringify(one)];
}

/** Returns the facts themselves or, where they only join or name others, those. */
export function alternatives(root: SchemaFacts, facts: SchemaFacts): readonly SchemaFacts[] {
  const { $ref: reference, anyOf, oneOf, allOf } = facts;
  if (typeof reference === "string") {
    const target = resolve(root, reference);
    return target ? alternatives(root, target) : [];
  }
  const parts = [anyOf, oneOf, allOf].find((list) => Array.isArray(list));
  if (parts === undefined) return [facts];
  return parts.filter(isFacts).flatMap((part: SchemaFacts) => alternatives(root, part));
}

function below(facts: SchemaFacts, part: string | number): readonly SchemaFacts[] {
  const child =
    typeof part === "number" ? itemsOf(facts) : (propertiesOf(facts).get(part) ?? freeValuesOf(facts));
  return child ? [child] : [];
}

function resolve(root: SchemaFacts, reference: string): SchemaFacts | undefined {
  let current: unknown = root;
  for (const part of reference.replace(/^#\/?/, "").split("/").filter(Boolean)) {
    current = isFacts(current) ? current[part] : undefined;
  }
  return isFacts(current) ? current : undefined;
}

function isFacts(value: unknown): value is SchemaFacts {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isEntry(entry: [string, unknown]): entry is [string, SchemaFacts] {
  return isFacts(entry[1]);
}
