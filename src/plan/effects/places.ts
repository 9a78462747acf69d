import { itemKey, listKeys } from "../compare/lists.ts";
import { isList, isObject, type Json, type Path } from "../json.ts";
import type { PlanObject } from "../read/objects.ts";

/**
 * Returns the line of the file on which the value at a path of the object stands, counted from 1; of a value that is
 * not in the file (it was removed, or the server's default) the line of the nearest thing around it.
 */
export function lineAt(object: PlanObject, path: Path): number {
  const found: (string | number)[] = [];
  let here: Json | undefined = object.body;
  for (const part of path) {
    const key: string | number = isList(here) ? indexOf(here, part, found) : part;
    if (isList(here)) here = typeof key === "number" ? here[key] : undefined;
    else here = isObject(here) && Object.hasOwn(here, String(key)) ? here[String(key)] : undefined;
    if (here === undefined) break;
    found.push(key);
  }
  return found.length === 0 ? object.line : object.lineOf(found);
}

// In a path an item of a list that the server merges stands by its identity: [app].
function indexOf(list: readonly Json[], part: string | number, path: Path): number {
  if (typeof part === "number") return part;
  const by = listKeys(path.filter((key) => typeof key === "string")) ?? ["name"];
  const known = indexes.get(list) ?? new Map(list.map((item, index) => [itemKey(item, by), index]));
  indexes.set(list, known);
  return known.get(part) ?? -1;
}

// A list of thousands whose items all change is looked through once.
const indexes = new WeakMap<readonly Json[], ReadonlyMap<string | undefined, number>>();
