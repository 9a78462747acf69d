import { Buffer } from "node:buffer";
import process from "node:process";
import { $ } from "zx";
import type { Runner } from "./runner.ts";

/** The part of git that the tasks of a workflow use. */
export interface Git {
  /** Returns what a command prints. Throws zx's ProcessOutput where it fails. */
  readonly read: (...args: readonly string[]) => Promise<string>;
}

/**
 * Returns git in the checkout. The job's token, which no checkout keeps on the disk, is handed to git by its
 * environment, for the server of this repository alone.
 */
export function startGit(root: string, token: string, serverUrl: string): Git {
  const header = `AUTHORIZATION: basic ${Buffer.from(`x-access-token:${token}`).toString("base64")}`;
  const run = $({
    cwd: root,
    quiet: true,
    env: {
      ...process.env,
      GIT_CONFIG_COUNT: "1",
      GIT_CONFIG_KEY_0: `http.${serverUrl}/.extraheader`,
      GIT_CONFIG_VALUE_0: header,
      GIT_TERMINAL_PROMPT: "0",
    },
  });
  return { read: async (...args) => (await run`git ${args}`).stdout.trim() };
}

/** Returns git with the token and the server of the run. */
export function gitOf(root: string, { token, input }: Runner): Git {
  return startGit(root, token, input("GITHUB_SERVER_URL"));
}

/**
 * Brings the objects of a pull request's head and returns its commit. Nothing is checked out: whatever lies in the head
 * stays data. Forks are read through this repository, which keeps a ref for each pull request.
 */
export async function fetchHead(git: Git, number: number): Promise<string> {
  const ref = `refs/remotes/pull/${number}`;
  await git.read(
    "fetch",
    "--quiet",
    "--no-tags",
    "--no-recurse-submodules",
    "origin",
    `+refs/pull/${number}/head:${ref}`,
  );
  return await git.read("rev-parse", "--verify", `${ref}^{commit}`);
}
