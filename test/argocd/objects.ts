import { parse } from "yaml";
import type { ArgoCdEnvironment } from "../../src/argocd/environment.ts";
import { argocdFiles } from "../../src/argocd/files.ts";
import { asArray, asObject, type Json, type JsonObject } from "../../src/kubernetes/manifest.ts";

/** Returns every generated object by its path, without the kustomization files. */
export function generated(environments: readonly ArgoCdEnvironment[]): ReadonlyMap<string, JsonObject> {
  const files = [...argocdFiles(environments)].filter(([path]) => !path.endsWith("kustomization.yaml"));
  return new Map(files.map(([path, text]): [string, JsonObject] => [path, parse(text)]));
}

/** Returns the value at a path of keys, or undefined. */
export function at(value: Json | undefined, ...keys: readonly string[]): Json | undefined {
  return keys.reduce<Json | undefined>((found, key) => asObject(found)[key], value);
}

/** Returns the array at a path of keys; an empty one where there is none. */
export function listAt(value: Json | undefined, ...keys: readonly string[]): readonly Json[] {
  return asArray(at(value, ...keys));
}

/** Returns the text at a path of keys; an empty one where there is none. */
export function textAt(value: Json | undefined, ...keys: readonly string[]): string {
  const found = at(value, ...keys);
  return typeof found === "string" ? found : "";
}
