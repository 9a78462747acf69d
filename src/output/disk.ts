import { randomBytes } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, rm, rmdir } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import type { Files } from "./layout.ts";

/** What writing a tree did, counted in files. */
export interface Written {
  readonly written: number;
  readonly removed: number;
  readonly unchanged: number;
}

/** How a folder differs from the files that it should hold; each list is sorted. */
export interface Difference {
  readonly missing: readonly string[];
  readonly extra: readonly string[];
  readonly different: readonly string[];
}

/** Files that a killed render may leave behind; the next one removes them, and `check` reports them as extra. */
const temporarySuffix = ".tmp";

/** Reads every file below the folders (relative to `root`); a folder that does not exist holds none. */
export async function readFiles(root: string, folders: readonly string[]): Promise<Files> {
  const files = new Map<string, string>();
  for (const folder of folders) {
    for (const path of await listFiles(join(root, folder))) {
      files.set(relative(root, path).split(sep).join("/"), await readFile(path, "utf8"));
    }
  }
  return files;
}

/** Compares wanted with present files in both directions. */
export function compareFiles(wanted: Files, present: Files): Difference {
  return {
    missing: [...wanted.keys()].filter((path) => !present.has(path)).toSorted(),
    extra: [...present.keys()].filter((path) => !wanted.has(path)).toSorted(),
    different: [...wanted]
      .filter(([path, text]) => present.has(path) && present.get(path) !== text)
      .map(([path]) => path)
      .toSorted(),
  };
}

/**
 * Makes the folders hold exactly the wanted files, touching only what differs. Each file is replaced in one step
 * (rename), so that a render that is killed leaves every file either old or new.
 */
export async function writeFiles(root: string, folders: readonly string[], wanted: Files): Promise<Written> {
  const present = await readFiles(root, folders);
  const { missing, extra, different } = compareFiles(wanted, present);
  for (const path of [...missing, ...different]) await replaceFile(join(root, path), wanted.get(path) ?? "");
  for (const path of extra) await removeFile(root, path);
  return {
    written: missing.length + different.length,
    removed: extra.length,
    unchanged: wanted.size - missing.length - different.length,
  };
}

async function listFiles(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => !entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name));
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

async function replaceFile(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${randomBytes(6).toString("hex")}${temporarySuffix}`;
  const file = await open(temporary, "wx");
  try {
    await file.writeFile(text);
  } finally {
    await file.close();
  }
  await rename(temporary, path);
}

/** Removes a file and the folders that it leaves empty, up to but not including the root. */
async function removeFile(root: string, path: string): Promise<void> {
  await rm(join(root, path), { force: true });
  for (let folder = dirname(path); folder !== "."; folder = dirname(folder)) {
    if ((await readdir(join(root, folder))).length > 0) return;
    await rmdir(join(root, folder));
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
