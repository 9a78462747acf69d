import { createHash } from "node:crypto";
import { lstatSync, readdirSync, readFileSync, readlinkSync, type Dirent } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../../errors.ts";
import type { Limits } from "./limits.ts";
import { checkFileCount, isManifestPath, type FileEntry, type Omission, type Snapshot } from "./snapshot.ts";

/**
 * Returns the manifests below the given subfolders of a folder. Symbolic links are listed, not followed: in a pull
 * request they may point anywhere on the machine that runs the plan.
 * Throws a UsageError when the folder cannot be read.
 */
export function readFolder(
  {
    root,
    below,
    label,
    hash,
    blobs,
  }: {
    readonly root: string;
    /** Paths relative to the root, `.` for all of it; those that do not exist are empty. */
    readonly below: readonly string[];
    readonly label: string;
    /** Git's hash in the repository that the other side comes from. */
    readonly hash: "sha1" | "sha256";
    /** Takes the contents by id, so that the other side need not be asked for them. */
    readonly blobs: Map<string, Buffer>;
  },
  limits: Limits,
): Snapshot {
  const files = new Map<string, FileEntry>();
  const skipped: Omission[] = [];
  const content = new Map<string, Buffer>();
  const visit = (folder: string): void => {
    const entries = list(join(root, folder));
    if (folder !== "." && entries.some(({ name }) => name === ".git")) {
      skipped.push({ path: folder, reason: "a submodule is not followed", id: "" });
      return;
    }
    for (const entry of entries) {
      const path = folder === "." ? entry.name : `${folder}/${entry.name}`;
      if (entry.isSymbolicLink()) {
        const id = blobId(Buffer.from(readlinkSync(join(root, path))), hash); // as git stores a link
        skipped.push({ path, reason: "a symbolic link is not followed", id });
      } else if (entry.isDirectory()) {
        if (entry.name !== ".git" && entry.name !== "node_modules") visit(path);
      } else if (entry.isFile() && isManifestPath(path)) {
        checkFileCount(label, files.size, limits);
        const { size } = lstatSync(join(root, path));
        // A file beyond the limit is not read: its size alone stops the plan as soon as it would be parsed.
        const bytes = size > limits.fileBytes ? Buffer.alloc(0) : readFileSync(join(root, path));
        const id = blobId(bytes, hash);
        files.set(path, { path, id, size });
        content.set(path, bytes);
        if (bytes.length === size) blobs.set(id, bytes);
      }
    }
  };
  for (const folder of below) visit(folder);
  return {
    label,
    files,
    skipped,
    read: (paths) => new Map(paths.map((path) => [path, content.get(path) ?? Buffer.alloc(0)])),
  };
}

/** Returns the id that git gives these bytes as a blob (git's documentation, "Git Objects"). */
export function blobId(bytes: Buffer, hash: "sha1" | "sha256"): string {
  return createHash(hash).update(`blob ${bytes.length}\0`).update(bytes).digest("hex");
}

function list(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return [];
    throw new UsageError(`${folder}: cannot be read as a folder`, { cause });
  }
}
