import { isList, isObject, type Json, type JsonObject } from "../../json.ts";

/** What turns one value into the same value with the server's defaults written out. */
export type Defaulter = (value: JsonObject) => JsonObject;

/** Returns the map with the defaults for keys that are absent or null. */
export function fill(map: JsonObject, defaults: JsonObject): JsonObject {
  const present = Object.entries(map).filter(([, value]) => value !== null);
  const names = new Set(present.map(([key]) => key));
  return Object.fromEntries([...present, ...Object.entries(defaults).filter(([key]) => !names.has(key))]);
}

/** Returns the map with the value at the key replaced, where it is a map. */
export function inMap(map: JsonObject, key: string, change: Defaulter): JsonObject {
  const value = Object.hasOwn(map, key) ? map[key] : undefined;
  return isObject(value) ? { ...map, [key]: change(value) } : map;
}

/** Returns the map with each map in the list at the key replaced. */
export function inList(map: JsonObject, key: string, change: Defaulter): JsonObject {
  const value = Object.hasOwn(map, key) ? map[key] : undefined;
  if (!isList(value)) return map;
  return { ...map, [key]: value.map((item: Json) => (isObject(item) ? change(item) : item)) };
}

/** Applies the defaulters one after the other. */
export function chain(map: JsonObject, ...steps: readonly Defaulter[]): JsonObject {
  return steps.reduce((value, step) => step(value), map);
}
