import { objectName } from "../../src/checks/read.ts";
import {
  asArray,
  asObject,
  type Json,
  type JsonObject,
  type Manifest,
} from "../../src/kubernetes/manifest.ts";
import { manifestOf } from "../trees.ts";

/** One change of the parsed objects of a tree. A path names list items by their name: `containers[postgres].image`. */
export type Edit =
  | { readonly does: "set"; readonly object: string; readonly path: string; readonly value: Json }
  | { readonly does: "remove"; readonly object: string; readonly path: string }
  | { readonly does: "drop"; readonly object: string }
  | { readonly does: "add"; readonly body: JsonObject }
  | {
      readonly does: "replace";
      readonly object: string;
      readonly path: string;
      readonly from: string;
      readonly to: string;
    };

/** A harmful change, written down as data before any rule looked for it. */
export interface Mutant {
  readonly name: string;
  /** What sort of mistake it is; several mutants may be of one kind. */
  readonly kind: string;
  /** Tree that it changes; production where absent. */
  readonly environment?: "development" | "onprem" | "production" | "staging";
  readonly edits: readonly Edit[];
  /** What would happen in a cluster. */
  readonly harm: string;
  /** Rule that has to find it. */
  readonly rule: string;
}

/** Puts a value at a path, whose parent has to exist. */
export function set(object: string, path: string, value: Json): Edit {
  return { does: "set", object, path, value };
}

/** Takes away what is at a path. */
export function remove(object: string, path: string): Edit {
  return { does: "remove", object, path };
}

/** Takes an object out of the tree. */
export function drop(object: string): Edit {
  return { does: "drop", object };
}

/** Puts an object into the tree. */
export function add(body: JsonObject): Edit {
  return { does: "add", body };
}

/** Replaces a piece of the text at a path. */
export function replace(object: string, path: string, [from, to]: readonly [string, string]): Edit {
  return { does: "replace", object, path, from, to };
}

/**
 * Returns the tree with the edits in it. Throws an Error where an edit finds no object, no place or nothing to change:
 * no mutant counts that changed nothing. An object's name may end in `*`.
 */
export function edited(manifests: readonly Manifest[], edits: readonly Edit[]): readonly Manifest[] {
  return edits.reduce((tree, edit) => applied(tree, edit), manifests);
}

function applied(manifests: readonly Manifest[], edit: Edit): readonly Manifest[] {
  if (edit.does === "add") return [...manifests, manifestOf(edit.body)];
  const target = manifests.find((manifest) => named(objectName(manifest), edit.object));
  if (!target) throw new Error(`there is no ${edit.object}`);
  if (edit.does === "drop") return manifests.filter((manifest) => manifest !== target);
  const keys = keysOf(edit.path);
  const body = asObject(changed(target.body, keys, (old) => leaf(old, edit)));
  const { name } = asObject(body["metadata"]);
  const next = { ...target, name: typeof name === "string" ? name : target.name, body };
  return manifests.map((manifest) => (manifest === target ? next : manifest));
}

function leaf(old: Json | undefined, edit: Exclude<Edit, { does: "add" | "drop" }>): Json | undefined {
  if (edit.does === "set") {
    if (JSON.stringify(old) === JSON.stringify(edit.value)) throw new Error(`${edit.path} is that already`);
    return edit.value;
  }
  if (old === undefined) throw new Error(`${edit.object} has no ${edit.path}`);
  if (edit.does === "remove") return undefined;
  if (typeof old !== "string" || !old.includes(edit.from))
    throw new Error(`${edit.object} has no ${edit.from} in ${edit.path}`);
  return old.replace(edit.from, edit.to);
}

function named(name: string, wanted: string): boolean {
  return wanted.endsWith("*") ? name.startsWith(wanted.slice(0, -1)) : name === wanted;
}

function keysOf(path: string): readonly string[] {
  return [...path.matchAll(/\["(?<quoted>[^"]+)"\]|\[(?<item>[^\]]+)\]|(?<plain>[^.[\]]+)/g)].map(
    ({ groups }) => groups?.["quoted"] ?? groups?.["item"] ?? groups?.["plain"] ?? "",
  );
}

function changed(
  value: Json | undefined,
  [key = "", ...rest]: readonly string[],
  make: (old: Json | undefined) => Json | undefined,
): Json {
  if (value === undefined) throw new Error(`nothing stands above ${key}`);
  if (Array.isArray(value)) {
    const list = asArray(value);
    const index = placeOf(list, key);
    const child = rest.length === 0 ? make(list[index]) : changed(list[index], rest, make);
    return child === undefined ? list.toSpliced(index, 1) : list.toSpliced(index, 1, child);
  }
  const object = asObject(value);
  const child = rest.length === 0 ? make(object[key]) : changed(object[key], rest, make);
  const { [key]: _old, ...others } = object;
  return child === undefined ? others : { ...object, [key]: child };
}

/** A number is a place, `end` the one after the last; anything else is the item's name, kind, alert or key. */
function placeOf(list: readonly Json[], key: string): number {
  if (key === "end") return list.length;
  if (/^\d+$/.test(key)) return Number(key);
  const place = list.findIndex((item) => {
    const { name, kind, alert, key: label } = asObject(item);
    return [name, kind, alert, label].includes(key);
  });
  if (place === -1) throw new Error(`no item is named ${key}`);
  return place;
}
