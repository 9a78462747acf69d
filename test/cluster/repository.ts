import { execFile } from "node:child_process";
import { cp, mkdir } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { repositoryRoot } from "./tree.ts";

/** A git repository that Argo CD reads, with the rendered trees as they lie in the working copy. */
export interface Repository {
  readonly folder: string;
  readonly url: string;
  /** Commits whatever changed in the folder on the branch main; returns the new revision. */
  readonly commit: (message: string) => Promise<string>;
  /** Commits the reversal of the newest commit. */
  readonly revert: () => Promise<void>;
  /** The newest revision of the branch. */
  readonly revision: () => Promise<string>;
}

/** The branch that Argo CD follows. */
const branch = "main";

/** Makes a repository with one commit in a folder below the given one. */
export async function makeRepository(below: string): Promise<Repository> {
  const folder = join(below, "repository");
  await mkdir(folder);
  for (const part of ["rendered"])
    await cp(join(repositoryRoot, part), join(folder, part), { recursive: true });
  const git = async (...list: readonly string[]): Promise<string> =>
    (
      await promisify(execFile)("git", list, { cwd: folder, env: { ...process.env, ...identity } })
    ).stdout.trim();
  const revision = async (): Promise<string> => await git("rev-parse", "HEAD");
  const commit = async (message: string): Promise<string> => {
    await git("add", "--all");
    await git("commit", "--quiet", "--no-verify", "--no-gpg-sign", "--message", message);
    return await revision();
  };
  const revert = async (): Promise<void> => void (await git("revert", "--no-edit", "--no-gpg-sign", "HEAD"));
  await git("init", "--quiet", `--initial-branch=${branch}`);
  await commit("feat: first state");
  return { folder, url: `file://${folder}`, commit, revert, revision };
}

const identity = {
  GIT_AUTHOR_NAME: "test",
  GIT_AUTHOR_EMAIL: "test@example.com",
  GIT_COMMITTER_NAME: "test",
  GIT_COMMITTER_EMAIL: "test@example.com",
};
