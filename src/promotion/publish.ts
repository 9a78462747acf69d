import { spawnSync } from "node:child_process";
import { InputError, UsageError } from "../errors.ts";
import type { Draft } from "./change.ts";
import type { Repository } from "./sides.ts";

/** How a change is called where people see it. */
export interface Title {
  readonly branch: string;
  readonly subject: string;
  readonly body: string;
}

/** Returns the address of whoever works here, as their own git has it; undefined where nobody said. */
export function userEmail({ root }: Repository): string | undefined {
  const { status, stdout } = spawnSync("git", ["config", "user.email"], { cwd: root, encoding: "utf8" });
  return status === 0 ? stdout.trim() || undefined : undefined;
}

/**
 * Throws a UsageError where a commit on this branch could not be made, before anything is written: a branch of that name
 * is there, or git does not know who commits.
 */
export function checkCommit({ root }: Repository, { branch }: Title): void {
  const refused = (...args: readonly string[]): boolean =>
    spawnSync("git", [...args], { cwd: root, stdio: "ignore" }).status !== 0;
  if (!refused("show-ref", "--verify", "--quiet", `refs/heads/${branch}`))
    throw new UsageError(
      `the branch ${branch} is there already; go on with it (git switch ${branch}), or delete it (git branch -D ${branch})`,
    );
  if (refused("var", "GIT_COMMITTER_IDENT") || refused("var", "GIT_AUTHOR_IDENT"))
    throw new UsageError(
      "git does not know who commits: git config user.name NAME, git config user.email ADDRESS",
    );
}

/** Commits a written draft on a branch of its own. Throws an InputError where git refuses, say because it exists. */
export function commitDraft({ root }: Repository, { paths }: Draft, { branch, subject, body }: Title): void {
  run(root, "git", ["switch", "--quiet", "--create", branch]);
  run(root, "git", ["add", "--all", "--", ...paths]);
  run(root, "git", ["commit", "--quiet", "--file=-", "--", ...paths], {
    input: `${subject}\n\n${body}\n`,
  });
}

/** Whether GitHub's command line is there. */
export function hasGitHub(): boolean {
  return spawnSync("gh", ["--version"], { stdio: "ignore" }).status === 0;
}

/** Pushes the branch and opens a pull request; returns its address. Throws an InputError where either is refused. */
export function openPullRequest({ root }: Repository, { branch, subject, body }: Title): string {
  run(root, "git", ["push", "--quiet", "--set-upstream", "origin", branch]);
  const command = ["pr", "create", "--head", branch, "--title", subject, "--body-file", "-"];
  return run(root, "gh", command, {
    input: body,
    left: `${branch} is pushed: gh pr create --head ${branch}`,
  });
}

interface Options {
  readonly input?: string;
  /** What is left to do where the program refuses. */
  readonly left?: string;
}

function run(
  cwd: string,
  program: string,
  args: readonly string[],
  { input = "", left }: Options = {},
): string {
  const { status, stdout, stderr, error } = spawnSync(program, [...args], { cwd, input, encoding: "utf8" });
  if (status === 0) return stdout.trim();
  const message = (error?.message ?? stderr.trim()) || `ended with ${String(status)}`;
  throw new InputError([
    { file: `${program} ${args[0] ?? ""}`, message: left === undefined ? message : `${message}; ${left}` },
  ]);
}
