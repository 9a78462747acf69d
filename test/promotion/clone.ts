import { execFileSync } from "node:child_process";
import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { repository, run, withCopy, type Ended } from "../repository.ts";

/** The digest that `enter` enters. */
export const digest = `sha256:${"0123456789abcdef".repeat(4)}`;
const hour = 3_600_000;
const withoutConfig = { GIT_CONFIG_GLOBAL: "/dev/null" };

/** This repository's input as a repository of its own. */
export interface Clone {
  readonly folder: string;
  readonly git: (args: readonly string[], hoursAgo?: number) => string;
  readonly command: (...args: readonly string[]) => Promise<Ended>;
  /** The same, with more in its environment. */
  readonly commandWith: (environment: Record<string, string>, ...args: readonly string[]) => Promise<Ended>;
  readonly read: (path: string) => string;
  /** Merges the branch that is checked out into main, as if it had been so many hours ago. */
  readonly merge: (hoursAgo: number) => void;
}

/** Gives the work this repository's input as a repository of its own, whose main branch is ten days old. */
export async function withClone(work: (clone: Clone) => Promise<void>): Promise<void> {
  await withCopy(async (folder) => {
    cpSync(join(repository, ".github"), join(folder, ".github"), { recursive: true });
    const git: Clone["git"] = (args, hoursAgo = 0) =>
      execFileSync("git", [...args], {
        cwd: folder,
        encoding: "utf8",
        env: {
          ...process.env,
          GIT_COMMITTER_DATE: new Date(Date.now() - hoursAgo * hour).toISOString(),
          ...withoutConfig,
        },
      }).trim();
    git(["init", "--quiet", "--initial-branch=main"]);
    git(["config", "user.name", "somebody"]);
    git(["config", "user.email", "somebody@example.com"]);
    git(["config", "commit.gpgSign", "false"]);
    git(["add", "base", "environments", "rendered", "argocd", ".github"]);
    git(["commit", "--quiet", "-m", "begin"], 10 * 24);
    await work({
      folder,
      git,
      command: (...args) => run(folder, args, withoutConfig),
      commandWith: (environment, ...args) => run(folder, args, { ...withoutConfig, ...environment }),
      read: (path) => readFileSync(join(folder, path), "utf8"),
      merge: (hoursAgo) => {
        git(["commit", "--quiet", "--amend", "--no-edit"], hoursAgo);
        git(["switch", "--quiet", "--force-create", "main"]);
      },
    });
  });
}

/** The command that enters a release in staging. */
export const enter = [
  "release",
  "--version",
  "1.4.0",
  "--digest",
  digest,
  "--migration",
  "reversible",
] as const;
