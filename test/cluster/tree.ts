import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { toObject, type KubernetesObject } from "./api/object.ts";

/** The repository's root folder. */
export const repositoryRoot = fileURLToPath(new URL("../..", import.meta.url));

/** Names of the environments that are rendered. */
export async function environments(): Promise<readonly string[]> {
  const entries = await readdir(join(repositoryRoot, "rendered"), { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .toSorted();
}

/** The objects in the files below a folder of the repository, in the order of their sync waves. */
export async function readObjects(folder: string): Promise<readonly KubernetesObject[]> {
  const entries = await readdir(join(repositoryRoot, folder), { recursive: true, withFileTypes: true });
  const paths = entries
    .filter(
      (entry) =>
        entry.isFile() && entry.name.endsWith(".yaml") && basename(entry.name) !== "kustomization.yaml",
    )
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
  const objects = await Promise.all(paths.map(async (path) => toObject(parse(await readFile(path, "utf8")))));
  return inOrderOfWaves(objects);
}

/** Objects in the order of their sync waves, namespaces first within one. */
export function inOrderOfWaves(objects: readonly KubernetesObject[]): readonly KubernetesObject[] {
  return objects.toSorted((one, other) => order(one) - order(other));
}

/** The sync wave that an object's annotation names, 0 without one. */
export function waveOf({ metadata }: KubernetesObject): number {
  return Number(metadata.annotations?.["argocd.argoproj.io/sync-wave"] ?? 0);
}

/** Namespaces go first within their wave: everything else of it may lie in one. */
function order(object: KubernetesObject): number {
  return waveOf(object) - (object.kind === "Namespace" ? 0.5 : 0);
}
