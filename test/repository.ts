import { execFile } from "node:child_process";
import { cp, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** Folder of this repository. */
export const repository = resolve(import.meta.dirname, "..");

const program = join(repository, "src/cli.ts");

/** What a command printed, and how it ended. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the program in a folder as its users do, in a process of its own. */
export function run(
  folder: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  return new Promise((done) => {
    execFile(
      process.execPath,
      [program, ...args],
      { cwd: folder, env: { ...process.env, ...environment }, maxBuffer: 64 * 2 ** 20 },
      (error, stdout, stderr) =>
        done({ code: typeof error?.code === "number" ? error.code : error ? -1 : 0, stdout, stderr }),
    );
  });
}

/** Gives a test a copy of what the program reads and writes, and removes it afterwards. */
export async function withCopy(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "repository-"));
  try {
    for (const name of ["base", "environments", "rendered", "argocd"]) {
      await cp(join(repository, name), join(folder, name), { recursive: true, force: true }).catch(
        ignoreMissing,
      );
    }
    await symlink(join(repository, "node_modules"), join(folder, "node_modules"));
    await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
}
