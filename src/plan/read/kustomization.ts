import { posix } from "node:path";
import { mapAt, textsAt, type Json } from "../json.ts";
import { isKustomization } from "./snapshot.ts";

/** Which files of an environment are applied, as its kustomization files say. */
export interface Reach {
  /** The files; undefined where no single kustomization file is at the root, and every file counts. */
  readonly files: ReadonlySet<string> | undefined;
  readonly notes: readonly { readonly path: string; readonly reason: string }[];
}

const plainKeys = new Set(["apiVersion", "kind", "metadata", "resources", "components"]);

const plainForm =
  /^apiVersion: kustomize\.config\.k8s\.io\/v1beta1\nkind: Kustomization\nresources:\n((?: *- [\w./-]+\n)+)$/;

/** Returns a kustomization file in the form in which this repository writes them, without a parser; others undefined. */
export function plainKustomization(bytes: Buffer): Json | undefined {
  const [, list] = plainForm.exec(bytes.toString("utf8")) ?? [];
  if (list === undefined) return undefined;
  const resources = list
    .trimEnd()
    .split("\n")
    .map((line) => line.replace(/^ *- /, ""));
  // A bare number or word could be another type than text; names of files and folders here never are.
  return resources.every(
    (name) => /[a-z]/.test(name) && !/^(?:true|false|yes|no|on|off|null|y|n)$/i.test(name),
  )
    ? { resources }
    : undefined;
}

/** Whether the path is that of a kustomization file. */
export function isKustomizationPath(path: string): boolean {
  return isKustomization(posix.basename(path));
}

function depth(path: string): number {
  return path.split("/").length;
}

/** From which kustomization files the applied ones are reached. */
export type Roots =
  /** From the one that stands highest: an environment has one Application. */
  | "top"
  /** From each that no other lists: Argo CD's own folder holds what several Applications read. */
  | "all";

/**
 * Follows the resources of the kustomization files at the root: a manifest that none of them lists is not applied. What
 * kustomize would change on the way (patches, generators, images) is not computed, and said so.
 */
export function reach(
  paths: readonly string[],
  documentOf: (path: string) => Json | undefined,
  from: Roots,
): Reach {
  const all = new Set(paths);
  const found = paths.filter(isKustomizationPath);
  const listed = new Map(found.map((file) => [file, resourcesOf(file, documentOf(file), all)]));
  const roots = rootsOf(found, listed, from);
  if (roots.length === 0 || (from === "top" && roots.length > 1)) return { files: undefined, notes: [] };
  const files = new Set<string>();
  const notes: Reach["notes"][number][] = [];
  const visit = (file: string): void => {
    if (files.has(file)) return;
    files.add(file);
    notes.push(...notesOn(file, documentOf(file)));
    for (const { entry, path } of listed.get(file) ?? []) {
      if (path === undefined)
        notes.push({ path: file, reason: `the resource ${entry} is not part of this tree` });
      else if (listed.has(path)) visit(path);
      else files.add(path);
    }
  };
  for (const root of roots) visit(root);
  // A folder without any kustomization file above its files is read as it is.
  const folders = new Set(found.map((path) => posix.dirname(path)));
  for (const path of paths) if (!isBelow(path, folders)) files.add(path);
  return { files, notes };
}

interface Resource {
  readonly entry: string;
  /** The file that the entry names; undefined where the tree does not hold it. */
  readonly path: string | undefined;
}

function resourcesOf(
  file: string,
  document: Json | undefined,
  all: ReadonlySet<string>,
): readonly Resource[] {
  const folder = posix.dirname(file);
  return [...textsAt(document, "resources"), ...textsAt(document, "components")].map((entry) => {
    const path = posix.join(folder, entry).replace(/\/$/, "");
    if (all.has(path)) return { entry, path };
    const inside = ["kustomization.yaml", "kustomization.yml"].map((name) => posix.join(path, name));
    return { entry, path: inside.find((candidate) => all.has(candidate)) };
  });
}

function rootsOf(
  found: readonly string[],
  listed: ReadonlyMap<string, readonly Resource[]>,
  from: Roots,
): readonly string[] {
  const inner = new Set([...listed.values()].flatMap((resources) => resources.map(({ path }) => path)));
  if (from === "all") return found.filter((path) => !inner.has(path));
  const shallowest = Math.min(...found.map(depth));
  return found.filter((path) => depth(path) === shallowest);
}

function notesOn(file: string, document: Json | undefined): Reach["notes"] {
  const others = Object.keys(mapAt(document)).filter((key) => !plainKeys.has(key));
  return others.length === 0
    ? []
    : [{ path: file, reason: `kustomize's ${others.join(", ")} are not computed` }];
}

function isBelow(path: string, folders: ReadonlySet<string>): boolean {
  for (let folder = posix.dirname(path); ; folder = posix.dirname(folder)) {
    if (folders.has(folder)) return true;
    if (folder === "." || folder === "/") return false;
  }
}
