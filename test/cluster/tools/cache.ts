import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import process from "node:process";

/** Folder outside the checkout that keeps what was built, so that a fresh clone builds nothing again. */
export function cacheRoot(): string {
  const base = process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache");
  return join(base, "apg-cash-management");
}

/** Name of a folder for what a recipe makes: readable, and different whenever anything in the recipe differs. */
export function address(name: string, recipe: unknown): string {
  const digest = createHash("sha256").update(JSON.stringify(recipe)).digest("hex");
  return `${name}-${digest.slice(0, 16)}`;
}

/**
 * Returns the folder `<root>/<address>`, after `make` filled it if it was not there. What is made half never gets
 * the final name: `make` fills a folder beside it, which is renamed when complete. What an interrupted process left
 * is removed by the next call that makes something. Throws what `make` throws.
 */
export async function cached(
  root: string,
  folder: string,
  make: (unfinished: string) => Promise<void>,
): Promise<string> {
  const finished = join(root, folder);
  if (existsSync(finished)) return finished;
  await mkdir(root, { recursive: true });
  await sweep(root);
  const unfinished = await mkdtemp(join(root, `${unfinishedPrefix}${process.pid}-`));
  try {
    await make(unfinished);
    await writeFile(join(unfinished, "recipe"), `${folder}\n`);
    await rename(unfinished, finished);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    // Another process finished the same recipe first: its result is as good.
    if (!existsSync(finished)) throw error;
  }
  return finished;
}

const unfinishedPrefix = ".unfinished-";

async function sweep(root: string): Promise<void> {
  for (const name of await readdir(root)) {
    if (!name.startsWith(unfinishedPrefix)) continue;
    const pid = Number(name.slice(unfinishedPrefix.length).split("-")[0]);
    if (!isRunning(pid)) await rm(join(root, name), { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
