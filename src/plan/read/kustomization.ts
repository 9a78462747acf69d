import { posix } from "node:path";
import { at, listAt, type Json } from "../json.ts";
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

/**
 * Follows the resources of the kustomization file at the root: a manifest that none of them lists is not applied. What
 * kustomize would change on the way (patches, generators, images) is not computed, and said so.
 */
export function reach(paths: readonly string[], documentOf: (path: string) => Json | undefined): Reach {
  const all = new Set(paths);
  const found = paths.filter(isKustomizationPath);
  const shallowest = Math.min(...found.map(depth));
  const roots = found.filter((path) => depth(path) === shallowest);
  const [root] = roots;
  if (root === undefined || roots.length > 1) return { files: undefined, notes: [] };
  const files = new Set<string>();
  const notes: { path: string; reason: string }[] = [];
  const visit = (file: string): void => {
    if (files.has(file)) return;
    files.add(file);
    const document = documentOf(file);
    const others = Object.keys(typeof document === "object" ? (document ?? {}) : {}).filter(
      (key) => !plainKeys.has(key),
    );
    if (others.length > 0)
      notes.push({ path: file, reason: `kustomize's ${others.join(", ")} are not computed` });
    for (const entry of [...listAt(document, "resources"), ...listAt(document, "components")]) {
      const path = posix.join(posix.dirname(file), typeof entry === "string" ? entry : "").replace(/\/$/, "");
      const inner = ["kustomization.yaml", "kustomization.yml"]
        .map((name) => posix.join(path, name))
        .find((name) => all.has(name));
      if (inner !== undefined) visit(inner);
      else if (all.has(path)) files.add(path);
      else
        notes.push({
          path: file,
          reason: `the resource ${JSON.stringify(at(entry))} is not part of this tree`,
        });
    }
  };
  visit(root);
  return { files, notes };
}
