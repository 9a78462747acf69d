import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { asObject, type Json, type JsonObject, type Manifest } from "../src/kubernetes/manifest.ts";
import { objectName, text } from "../src/checks/read.ts";
import { repository } from "./repository.ts";

/** Environments whose rendered trees stand in the repository. */
export const environmentNames = ["development", "onprem", "production", "staging"] as const;

const trees = new Map<string, readonly Manifest[]>();

/** Returns the objects of a rendered tree as any reader of the repository sees them. */
export function tree(environment: (typeof environmentNames)[number] = "production"): readonly Manifest[] {
  const known = trees.get(environment);
  if (known) return known;
  const folder = join(repository, "rendered", environment);
  const read = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name: component }) =>
      readdirSync(join(folder, component))
        .filter((file) => file !== "kustomization.yaml")
        .map((file) => manifestOf(parse(readFileSync(join(folder, component, file), "utf8")), component)),
    );
  trees.set(environment, read);
  return read;
}

const wholeTrees = new Map<string, readonly Manifest[]>();

/** Returns the objects of a rendered tree, and the AppProject under which Argo CD syncs them. */
export function wholeTree(
  environment: (typeof environmentNames)[number] = "production",
): readonly Manifest[] {
  const known = wholeTrees.get(environment);
  if (known) return known;
  const folder = join(repository, "argocd");
  const projects = readdirSync(folder)
    .map((installation) => join(folder, installation, "projects", `${environment}.yaml`))
    .filter((file) => existsSync(file))
    .map((file) => manifestOf(parse(readFileSync(file, "utf8")), "argocd"));
  const whole = [...tree(environment), ...projects];
  wholeTrees.set(environment, whole);
  return whole;
}

/** Returns an object as a manifest, for cases that are not from a tree. */
export function manifestOf(body: JsonObject, component = "example"): Manifest {
  const { name, namespace } = asObject(body["metadata"]);
  return {
    apiVersion: text(body["apiVersion"]),
    kind: text(body["kind"]),
    name: text(name),
    namespace: typeof namespace === "string" ? namespace : undefined,
    component,
    body,
  };
}

/**
 * Returns the tree with one place of one object changed, or removed for undefined. The path is written as findings write
 * it, such as `spec.ports[0].name`; keys with dots stand in quotes: `metadata.labels["a.b/c"]`.
 * Throws an Error when there is no such object, so that no case passes because it changed nothing.
 */
export function changed(
  manifests: readonly Manifest[],
  object: string,
  ...[path, value]: readonly [path: string, value: Json | undefined]
): readonly Manifest[] {
  if (!manifests.some((manifest) => objectName(manifest) === object)) throw new Error(`no ${object}`);
  return manifests.map((manifest) =>
    objectName(manifest) === object
      ? { ...manifest, body: asObject(replaced(manifest.body, keysOf(path), value)) }
      : manifest,
  );
}

/** Returns the tree without an object; throws an Error when there is none. */
export function without(manifests: readonly Manifest[], object: string): readonly Manifest[] {
  const rest = manifests.filter((manifest) => objectName(manifest) !== object);
  if (rest.length === manifests.length) throw new Error(`no ${object}`);
  return rest;
}

/** Returns the tree with text replaced in one entry of a ConfigMap; throws an Error when the text is not there. */
export function changedText(
  manifests: readonly Manifest[],
  ...[object, key, from, to]: readonly [object: string, key: string, from: string | RegExp, to: string]
): readonly Manifest[] {
  const before = manifests.find((manifest) => objectName(manifest) === object);
  const entry = text(asObject(before?.body["data"])[key]);
  const after = entry.replace(from, to);
  if (after === entry) throw new Error(`${object} has no ${String(from)} in ${key}`);
  return changed(manifests, object, `data["${key}"]`, after);
}

function keysOf(path: string): readonly string[] {
  return [...path.matchAll(/\["(?<quoted>[^"]+)"\]|\[(?<index>\d+)\]|(?<plain>[^.[\]]+)/g)].map(
    ({ groups }) => groups?.["quoted"] ?? groups?.["index"] ?? groups?.["plain"] ?? "",
  );
}

function replaced(value: Json | undefined, [key, ...rest]: readonly string[], leaf: Json | undefined): Json {
  if (key === undefined) throw new Error("an empty path");
  if (Array.isArray(value)) {
    const index = Number(key);
    if (rest.length === 0 && leaf === undefined) return value.toSpliced(index, 1);
    const child = rest.length === 0 ? leaf : replaced(value[index], rest, leaf);
    return index === value.length ? [...value, child ?? null] : value.with(index, child ?? null);
  }
  const { [key]: old, ...others } = asObject(value);
  if (rest.length > 0) return { ...asObject(value), [key]: replaced(old, rest, leaf) };
  return leaf === undefined ? others : { ...asObject(value), [key]: leaf };
}
