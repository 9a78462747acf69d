import {
  asArray,
  asObject,
  isObject,
  type Json,
  type JsonObject,
  type Manifest,
} from "../kubernetes/manifest.ts";
import { oncePerTree } from "./once.ts";

/** Returns what stands at a path of keys below a value, or undefined. */
export function at(value: Json | undefined, ...keys: readonly string[]): Json | undefined {
  let current = value;
  for (const key of keys) current = asObject(current)[key];
  return current;
}

/** Returns the text of a scalar; empty where there is none. */
export function text(value: Json | undefined): string {
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
}

/** Returns the number of a scalar, or undefined where it is none. */
export function number(value: Json | undefined): number | undefined {
  return typeof value === "number" ? value : undefined;
}

/** Returns the items of a list of objects; none where there is no list. */
export function objects(value: Json | undefined): readonly JsonObject[] {
  const list = asArray(value);
  return list.every(isObject) ? list : list.map(asObject);
}

/** An item of a list, and where it stands. */
export interface Item {
  readonly item: JsonObject;
  readonly path: string;
}

/** Returns the items of a list of objects with the path of each. */
export function items(value: Json | undefined, path: string): readonly Item[] {
  return objects(value).map((item, index) => ({ item, path: `${path}[${index}]` }));
}

interface OfOneKind {
  readonly all: readonly Manifest[];
  /** The first of each name. */
  readonly byName: ReadonlyMap<string, Manifest>;
}

const kindsOf = oncePerTree((manifests): ReadonlyMap<string, OfOneKind> => {
  const kinds = new Map<string, { readonly all: Manifest[]; readonly byName: Map<string, Manifest> }>();
  for (const manifest of manifests) {
    const kind = kinds.get(manifest.kind) ?? { all: [], byName: new Map<string, Manifest>() };
    kinds.set(manifest.kind, kind);
    kind.all.push(manifest);
    if (!kind.byName.has(manifest.name)) kind.byName.set(manifest.name, manifest);
  }
  return kinds;
});

const nothing: readonly Manifest[] = [];

/** Returns the manifests of the kinds named. */
export function ofKind(
  manifests: readonly Manifest[],
  kind: string,
  ...others: readonly string[]
): readonly Manifest[] {
  const all = kindsOf(manifests).get(kind)?.all ?? nothing;
  return others.length === 0 ? all : [...all, ...others.flatMap((other) => ofKind(manifests, other))];
}

/** Returns the manifest with this kind and name, or undefined. */
export function find(manifests: readonly Manifest[], kind: string, name: string): Manifest | undefined {
  return kindsOf(manifests).get(kind)?.byName.get(name);
}

/** Returns `Kind/name`: how a finding and an exception name an object. */
export function objectName({ kind, name }: Pick<Manifest, "kind" | "name">): string {
  return `${kind}/${name}`;
}
