import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { parse, stringify } from "yaml";
import { toObject, type KubernetesObject } from "./api/object.ts";

/** A file of a rendered tree in a test's repository, with its object. */
export interface ObjectFile {
  readonly path: string;
  readonly object: KubernetesObject;
}

/** The object files below a folder. */
export async function objectFiles(folder: string): Promise<readonly ObjectFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile() && entry.name.endsWith(".yaml") && entry.name !== kustomization)
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
  return await Promise.all(
    paths.map(async (path) => ({ path, object: toObject(parse(await readFile(path, "utf8"))) })),
  );
}

/** The first file whose object is as wanted. Throws when there is none, with what was looked for. */
export async function findFile(
  folder: string,
  what: string,
  wanted: (object: KubernetesObject) => boolean,
): Promise<ObjectFile> {
  const found = (await objectFiles(folder)).find(({ object }) => wanted(object));
  if (found === undefined) throw new Error(`the tree has no ${what}`);
  return found;
}

/** Writes an object's file anew with another content. */
export async function rewrite({ path }: ObjectFile, object: unknown): Promise<void> {
  await writeFile(path, stringify(object));
}

/** Adds an object to the folder of another one. */
export async function addBeside(neighbour: ObjectFile, object: KubernetesObject): Promise<void> {
  const name = `${object.kind.toLowerCase()}-${object.metadata.name}.yaml`;
  await writeFile(join(dirname(neighbour.path), name), stringify(object));
  await editKustomization(neighbour.path, (resources) => [...resources, name]);
}

/** Removes an object's file and its line in the kustomization beside it. */
export async function removeFile({ path }: ObjectFile): Promise<void> {
  await rm(path);
  await editKustomization(path, (resources) => resources.filter((name) => name !== basename(path)));
}

const kustomization = "kustomization.yaml";

async function editKustomization(
  beside: string,
  edit: (resources: readonly string[]) => readonly string[],
): Promise<void> {
  const path = join(dirname(beside), kustomization);
  const content: { resources: readonly string[] } = parse(await readFile(path, "utf8"));
  await writeFile(path, stringify({ ...content, resources: edit(content.resources) }));
}
