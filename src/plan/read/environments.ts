import { basename } from "node:path";
import { isKustomization, type Snapshot } from "./snapshot.ts";

/** Folder of the environments in a tree of this repository. */
export const renderedFolder = "rendered";
/** Folder of the objects that Argo CD itself is made of; in the plan it is an environment of its own. */
export const controlFolder = "argocd";

/** How the files of a tree belong to environments. */
export type Layout = (path: string) => string;

/** The layout of this repository: rendered/ENVIRONMENT/…, and argocd/. */
export function repositoryLayout(path: string): string {
  const [first = "", second = ""] = path.split("/");
  if (first === controlFolder) return controlFolder;
  return first === renderedFolder && path.split("/").length > 2 ? second : first;
}

/**
 * The layout of a folder that this repository did not make: one environment named after it, or one for each subfolder
 * if they hold kustomization files of their own.
 */
export function folderLayout(folder: string, sides: readonly Snapshot[]): Layout {
  const name = basename(folder) || "tree";
  const paths = sides.flatMap(({ files }) => [...files.keys()]);
  const subfolders = new Set(
    paths.flatMap((path) => {
      const parts = path.split("/");
      return parts.length === 2 && isKustomization(parts[1] ?? "") ? [parts[0]] : [];
    }),
  );
  const isOverlay = subfolders.size > 0 && !paths.some(isKustomization);
  return (path) => {
    const [first = ""] = path.split("/");
    return isOverlay && subfolders.has(first) ? first : name;
  };
}

/** Returns the files of one side by environment. */
export function byEnvironment(snapshot: Snapshot, layout: Layout): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const path of snapshot.files.keys()) {
    const name = layout(path);
    const group = groups.get(name);
    if (group) group.push(path);
    else groups.set(name, [path]);
  }
  return groups;
}

/** Returns the environment, of the given ones, that the path is named after: a folder or the begin of a file's name. */
export function namedAfter(path: string, names: ReadonlySet<string>): string | undefined {
  for (const part of path.split("/")) {
    const words = part.replace(/\.\w+$/, "").split("-");
    for (let count = words.length; count > 0; count--) {
      const name = words.slice(0, count).join("-");
      if (names.has(name)) return name;
    }
  }
  return undefined;
}
