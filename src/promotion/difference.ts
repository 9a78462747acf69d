import { parseAllDocuments } from "yaml";
import { asArray, asObject, type Json, type JsonObject } from "../kubernetes/manifest.ts";
import { compareText } from "../kubernetes/text.ts";
import { formatPath, type ValuePath } from "../values/path.ts";

/** A value in which two trees differ: absent where one of them has none. */
export interface TreeDifference {
  /** `Kind/name`. */
  readonly object: string;
  /** Path of the value; `*` for an object that only one of the trees has. */
  readonly path: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** A difference that is accepted; `*` stands for any text. */
export interface Accepted {
  readonly object: string;
  readonly path: string;
}

/** The rendered tree of an environment: files by path. */
export interface EnvironmentTree {
  readonly environment: string;
  readonly files: ReadonlyMap<string, Buffer>;
}

/**
 * Returns the values in which the trees of two environments differ, normalised: an environment's own name counts as the
 * other's, images are their digests, the hash in a Job's name is none of its name, and checksums of configuration are
 * left out, because the configuration itself is compared.
 */
export function differencesOf(before: EnvironmentTree, after: EnvironmentTree): readonly TreeDifference[] {
  const [old, young] = [valuesOf(before), valuesOf(after)];
  const objects = [...new Set([...old.keys(), ...young.keys()])].toSorted(compareText);
  return objects.flatMap((object) => {
    const [left, right] = [old.get(object), young.get(object)];
    if (!left || !right) return [{ object, path: "*", before: left && "present", after: right && "present" }];
    return [...new Set([...left.keys(), ...right.keys()])]
      .filter((path) => !isSame(left.get(path), right.get(path)))
      .toSorted(compareText)
      .map((path) => ({ object, path, before: left.get(path)?.text, after: right.get(path)?.text }));
  });
}

/** Returns the differences that nothing accepts. */
export function unaccepted(
  differences: readonly TreeDifference[],
  accepted: readonly Accepted[],
): readonly TreeDifference[] {
  const rules = accepted.map(({ object, path }) => ({ object: glob(object), path: glob(path) }));
  return differences.filter(
    ({ object, path }) => !rules.some((rule) => rule.object.test(object) && rule.path.test(path)),
  );
}

/** A value as it stands, and with the name of its environment taken out. */
interface Value {
  readonly text: string;
  readonly normal: string;
}

function isSame(a: Value | undefined, b: Value | undefined): boolean {
  return a?.text === b?.text || (a !== undefined && b !== undefined && a.normal === b.normal);
}

function valuesOf({ environment, files }: EnvironmentTree): ReadonlyMap<string, ReadonlyMap<string, Value>> {
  const name = new RegExp(`(?<![A-Za-z0-9])${environment}(?![A-Za-z0-9])`, "gi");
  const normal = (text: string): string => text.replaceAll(name, "<environment>");
  return new Map(
    objectsOf({ files }).map((object) => [
      normal(objectName(object)),
      new Map(
        leaves(object, []).map(([path, value]) => {
          const isImage = path.at(-1) === "image" && typeof value === "string";
          const text = JSON.stringify(isImage ? value.replace(/^.*@/, "") : value);
          return [formatPath(path), { text, normal: normal(text) }];
        }),
      ),
    ]),
  );
}

/** Returns `Kind/name`, for a Job without the hash that its name ends in. */
export function objectName(object: JsonObject): string {
  const { kind, metadata } = object;
  const { name } = asObject(metadata);
  if (typeof kind !== "string" || typeof name !== "string") return "";
  return `${kind}/${kind === "Job" ? name.replace(/-[0-9a-f]{10}$/, "") : name}`;
}

/** Returns the objects of a tree, without the kustomization files. */
export function objectsOf({ files }: Pick<EnvironmentTree, "files">): readonly JsonObject[] {
  return [...files.values()]
    .flatMap((bytes) =>
      parseAllDocuments(bytes.toString("utf8")).map((document): JsonObject => asObject(document.toJS())),
    )
    .filter((object) => objectName(object) !== "");
}

function leaves(value: Json, path: ValuePath): (readonly [ValuePath, Json])[] {
  const last = path.at(-1);
  if (typeof last === "string" && last.startsWith("checksum/")) return [];
  if (path.join(".") === "metadata.name") return [];
  if (Array.isArray(value))
    return value.length === 0
      ? [[path, value]]
      : asArray(value).flatMap((item, index) => leaves(item, [...path, index]));
  if (value === null || typeof value !== "object") return [[path, value]];
  const entries = Object.entries(asObject(value));
  return entries.length === 0
    ? [[path, value]]
    : entries.flatMap(([key, child]) => leaves(child, [...path, key]));
}

function glob(text: string): RegExp {
  const source = text.split("*").map((part) => part.replaceAll(/[.+^${}()|[\]\\?]/g, String.raw`\$&`));
  return new RegExp(`^${source.join(".*")}$`, "s");
}
