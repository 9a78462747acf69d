import type { Json, JsonObject } from "../kubernetes/manifest.ts";

export type { Json, JsonObject };

/** A path into an object: keys of maps, and either the position or the identity of a list's item. */
export type Path = readonly (string | number)[];

const nothing: JsonObject = {};
const none: readonly Json[] = [];

/** Whether the value is a map. */
export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether the value is a list. */
export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** Returns the value below the keys, or undefined where the way ends early. Own keys only: `constructor` is a name. */
export function at(value: Json | undefined, ...keys: Path): Json | undefined {
  let here: Json | undefined = value;
  for (const key of keys) {
    if (isList(here)) here = typeof key === "number" ? here[key] : undefined;
    else if (isObject(here) && Object.hasOwn(here, String(key))) here = here[String(key)];
    else return undefined;
  }
  return here;
}

/** Returns the map below the keys, empty where there is none. */
export function mapAt(value: Json | undefined, ...keys: Path): JsonObject {
  const found = at(value, ...keys);
  return isObject(found) ? found : nothing;
}

/** Returns the list below the keys, empty where there is none. */
export function listAt(value: Json | undefined, ...keys: Path): readonly Json[] {
  const found = at(value, ...keys);
  return isList(found) ? found : none;
}

/** Returns the text below the keys; numbers and booleans as they would be printed, undefined for anything else. */
export function textAt(value: Json | undefined, ...keys: Path): string | undefined {
  const found = at(value, ...keys);
  if (typeof found === "string") return found;
  return typeof found === "number" || typeof found === "boolean" ? String(found) : undefined;
}

/** Returns the texts of the list below the keys; items that are no texts or numbers are left out. */
export function textsAt(value: Json | undefined, ...keys: Path): readonly string[] {
  return listAt(value, ...keys).flatMap((item) => textAt(item) ?? []);
}

/** Returns the map without keys whose value is null, at any depth: the server reads null as absent. */
export function withoutNulls(map: JsonObject): JsonObject {
  const entries = Object.entries(map).filter(([, value]) => value !== null);
  return Object.fromEntries(entries.map(([key, value]) => [key, valueWithoutNulls(value)]));
}

/** Returns the value without keys of maps in it whose value is null. */
export function valueWithoutNulls(value: Json): Json {
  if (isList(value)) return value.map(valueWithoutNulls);
  return isObject(value) ? withoutNulls(value) : value;
}

/** Returns the number below the keys, also where it is written as text. */
export function numberAt(value: Json | undefined, ...keys: Path): number | undefined {
  const found = at(value, ...keys);
  if (typeof found === "number") return found;
  if (typeof found !== "string" || !/^-?\d+$/.test(found)) return undefined;
  return Number(found);
}

/** Returns the text of a path as kubectl writes it: `spec.template.spec.containers[app].image`. */
export function formatPath(path: Path): string {
  return path
    .map((part, index) => {
      if (typeof part === "number") return `[${part}]`;
      if (/^\[.*\]$/s.test(part)) return part;
      if (!/^[A-Za-z_][\w-]*$/.test(part)) return `[${JSON.stringify(part)}]`;
      return index === 0 ? part : `.${part}`;
    })
    .join("");
}

/** Returns the value as one line of text: text as it is, everything else as JSON. */
export function show(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
