import { LimitError, type Limits } from "./limits.ts";

/** One file of a tree, known by the hash of its content before it is read. */
export interface FileEntry {
  /** Path relative to the root of the tree, with `/` as separator. */
  readonly path: string;
  /** Hash of the content as git computes it: equal ids are equal bytes. */
  readonly id: string;
  /** Size in bytes, where it is known before the file is read. */
  readonly size?: number;
}

/** Something in the tree that is not looked at, and why. */
export interface Omission {
  readonly path: string;
  readonly reason: string;
  /** Identifies the content, empty where that is not known: a skipped entry that did not change is no risk. */
  readonly id: string;
}

/** One side of the comparison: what files there are, and a way to read some of them at once. */
export interface Snapshot {
  /** What the reader of the plan calls this side: a short commit, a folder, or "working copy". */
  readonly label: string;
  readonly files: ReadonlyMap<string, FileEntry>;
  /** Symbolic links and submodules: never followed. */
  readonly skipped: readonly Omission[];
  /** Returns the bytes of the given paths. Throws a LimitError where they cannot be read. */
  read(paths: readonly string[]): ReadonlyMap<string, Buffer>;
}

/** Whether a file can hold manifests, by its name. */
export function isManifestPath(path: string): boolean {
  return /\.(?:ya?ml|json)$/i.test(path);
}

/** Throws a LimitError when there are more files than are looked at. */
export function checkFileCount(label: string, count: number, { files }: Limits): void {
  if (count > files) throw new LimitError(`${label} has more than ${files} files: the plan stops here`);
}

/** Whether the path is that of a kustomization file at the root of a tree. */
export function isKustomization(path: string): boolean {
  return /^kustomization\.ya?ml$|^Kustomization$/.test(path);
}
