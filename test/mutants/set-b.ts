import { createHash } from "node:crypto";
import { drawn, type Draw } from "../properties/draw.ts";
import { objectName } from "../../src/checks/read.ts";
import type { Json, JsonObject, Manifest } from "../../src/kubernetes/manifest.ts";

/** One leaf of a tree with another value. */
export interface LeafMutant {
  readonly object: string;
  readonly kind: string;
  /** Keys from the object's root to the leaf. */
  readonly path: readonly string[];
  readonly from: Json;
  readonly to: Json;
  readonly tree: readonly Manifest[];
}

interface Leaf {
  readonly manifest: Manifest;
  readonly path: readonly string[];
  readonly value: Json;
}

const known = new WeakMap<readonly Manifest[], readonly Leaf[]>();

/** Returns a tree with one leaf changed, each leaf as likely as any other: the same seed changes the same. */
export function leafMutant(tree: readonly Manifest[], seed: number): LeafMutant {
  const all = leavesOf(tree);
  // A digest of the seed: neighbouring seeds are far apart, and no leaf is likelier than another.
  const place = createHash("sha256").update(String(seed)).digest().readUIntBE(0, 6) % all.length;
  const { manifest, path, value } = all[place] ?? { manifest: undefined, path: [], value: null };
  if (!manifest) throw new Error("the tree has no leaf");
  return drawn(seed, (draw) => {
    const to = another(draw, value);
    const next = { ...manifest, body: Object(replaced(manifest.body, path, to)) };
    return {
      object: objectName(manifest),
      kind: manifest.kind,
      path,
      from: value,
      to,
      tree: tree.map((one) => (one === manifest ? named(next) : one)),
    };
  });
}

/** Returns the number of leaves of a tree. */
export function leafCount(tree: readonly Manifest[]): number {
  return leavesOf(tree).length;
}

function named(manifest: Manifest): Manifest {
  const { kind, metadata, apiVersion } = Object(manifest.body);
  const { name } = Object(metadata);
  return { ...manifest, kind: String(kind), apiVersion: String(apiVersion), name: String(name) };
}

function another(draw: Draw, value: Json): Json {
  if (typeof value === "boolean") return !value;
  if (typeof value === "number")
    return draw.pick([value + 1, value * 2 + 1, 0, -1].filter((one) => one !== value));
  if (typeof value !== "string") return draw.name();
  const choices = [`${value}x`, draw.name(), "", value.slice(0, -1)];
  // In a file of several lines one line goes, as in any editor.
  const lines = value.split("\n");
  if (lines.length > 2) {
    const at = draw.int(0, lines.length - 2);
    return [...lines.slice(0, at), ...lines.slice(at + 1)].join("\n");
  }
  const digits = /\d+/.exec(value);
  if (digits) choices.push(value.replace(/\d+/, String(Number(digits[0]) * 2 + 1)));
  return draw.pick(choices.filter((one) => one !== value));
}

function leavesOf(tree: readonly Manifest[]): readonly Leaf[] {
  const found = known.get(tree);
  if (found) return found;
  const made = tree.flatMap((manifest) =>
    walk(manifest.body, []).map(([path, value]) => ({ manifest, path, value })),
  );
  known.set(tree, made);
  return made;
}

function walk(value: Json, path: readonly string[]): (readonly [readonly string[], Json])[] {
  if (typeof value !== "object" || value === null) return [[path, value]];
  return Object.entries(value).flatMap(([key, child]) => walk(child, [...path, key]));
}

function replaced(value: Json, [key, ...rest]: readonly string[], leaf: Json): Json {
  if (key === undefined) return leaf;
  if (Array.isArray(value)) {
    const list: readonly Json[] = value;
    return list.map((item, index) => (index === Number(key) ? replaced(item, rest, leaf) : item));
  }
  const map: JsonObject = Object(value);
  return { ...map, [key]: replaced(map[key] ?? null, rest, leaf) };
}
