import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { InputError } from "../errors.ts";
import type { Git } from "../plan/read/git.ts";
import { render } from "../render.ts";
import { readTexts } from "./objects.ts";

/** Folders that a render reads. */
const inputFolders = ["base", "environments"];

/**
 * Renders one environment from what a commit holds, with this program's own code: the commit's values are data, none of
 * its code is run. `changes` replaces files of the commit. Throws an InputError with what is wrong with the values.
 */
export async function renderCommit(
  git: Git,
  commit: string,
  environment: string,
  changes: ReadonlyMap<string, string> = new Map(),
): Promise<ReadonlyMap<string, string>> {
  const files: Map<string, Buffer | string> = new Map(readTexts(git, commit, inputFolders));
  for (const [path, text] of changes) files.set(path, text);
  const root = await mkdtemp(join(tmpdir(), "inputs-"));
  try {
    for (const [path, content] of files) {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), content);
    }
    const { files: rendered, findings } = await render(root, environment);
    const errors = findings.filter(({ severity }) => severity === "error");
    if (errors.length > 0)
      throw new InputError(
        errors.map(({ object, path, message }) => ({
          file: `rendered/${environment}: ${object}`,
          path,
          message,
        })),
      );
    return rendered;
  } finally {
    await rm(root, { recursive: true });
  }
}
