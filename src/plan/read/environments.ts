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
  const slash = path.indexOf("/");
  const first = slash < 0 ? path : path.slice(0, slash);
  const next = path.indexOf("/", slash + 1);
  return first === renderedFolder && slash >= 0 && next >= 0 ? path.slice(slash + 1, next) : first;
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

/** Returns the environments of which a file differs. */
export function changedEnvironments(base: Snapshot, head: Snapshot, layout: Layout): ReadonlySet<string> {
  const changed = new Set<string>();
  for (const [path, { id }] of head.files) if (base.files.get(path)?.id !== id) changed.add(layout(path));
  for (const path of base.files.keys()) if (!head.files.has(path)) changed.add(layout(path));
  return changed;
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

/**
 * Returns a function that says after which of the environments a path is named: by a folder, or by the begin of a
 * file's name.
 */
export function namer(names: ReadonlySet<string>): (path: string) => string | undefined {
  const known = new Map<string, string | undefined>();
  const ofPart = (part: string): string | undefined => {
    if (known.has(part)) return known.get(part);
    let begin = part.replace(/\.\w+$/, "");
    while (begin !== "" && !names.has(begin)) begin = begin.slice(0, Math.max(0, begin.lastIndexOf("-")));
    const found = begin === "" ? undefined : begin;
    known.set(part, found);
    return found;
  };
  return (path) => {
    for (const part of path.split("/")) {
      const found = ofPart(part);
      if (found !== undefined) return found;
    }
    return undefined;
  };
}
