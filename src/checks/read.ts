import { asArray, asObject, type Json, type JsonObject, type Manifest } from "../kubernetes/manifest.ts";

/** Returns what stands at a path of keys below a value, or undefined. */
export function at(value: Json | undefined, ...keys: readonly string[]): Json | undefined {
  return keys.reduce<Json | undefined>((current, key) => asObject(current)[key], value);
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
  return asArray(value).map(asObject);
}

/** Returns the items of a list of objects with the path of each. */
export function items(value: Json | undefined, path: string): readonly (readonly [JsonObject, string])[] {
  return objects(value).map((item, index) => [item, `${path}[${index}]`]);
}

/** Returns the manifests of the kinds named. */
export function ofKind(manifests: readonly Manifest[], ...kinds: readonly string[]): readonly Manifest[] {
  return kinds.flatMap((kind) => byKind(manifests).get(kind) ?? []);
}

/** Returns the manifest with this kind and name, or undefined. */
export function find(manifests: readonly Manifest[], kind: string, name: string): Manifest | undefined {
  return byKind(manifests)
    .get(kind)
    ?.find((manifest) => manifest.name === name);
}

/** Returns `Kind/name`: how a finding and an exception name an object. */
export function objectName({ kind, name }: Pick<Manifest, "kind" | "name">): string {
  return `${kind}/${name}`;
}

// Every rule asks by kind; the manifests of an environment never change.
const kinds = new WeakMap<readonly Manifest[], ReadonlyMap<string, readonly Manifest[]>>();

function byKind(manifests: readonly Manifest[]): ReadonlyMap<string, readonly Manifest[]> {
  const known = kinds.get(manifests);
  if (known) return known;
  const grouped = Map.groupBy(manifests, ({ kind }) => kind);
  kinds.set(manifests, grouped);
  return grouped;
}
