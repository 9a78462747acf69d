import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InputError, UsageError } from "../errors.ts";
import { commitOf, gitIn, type Git } from "../plan/read/git.ts";

const mainBranches = ["refs/remotes/origin/main", "refs/heads/main"];

/** A repository, read by git's plumbing alone. */
export interface Repository {
  readonly root: string;
  readonly git: Git;
}

/** Opens the repository that a folder is in. Throws a UsageError where there is none. */
export function openRepository(folder: string): Repository {
  const root = gitIn(folder)(["rev-parse", "--show-toplevel"])?.toString("utf8").trim();
  if (root === undefined) throw new UsageError(`${folder}: not in a git repository`);
  return { root, git: gitIn(root) };
}

/** Returns the commit that the main branch stands at: the remote's, where there is one. */
export function mainTip({ git }: Repository): string {
  for (const branch of mainBranches) {
    const found = git(["rev-parse", "--verify", "--quiet", `${branch}^{commit}`]);
    if (found) return found.toString("utf8").trim();
  }
  throw new UsageError("there is no branch main, here or at origin: name --base");
}

/**
 * Returns what the main branch would hold after the merge: the head itself where it holds the base, else the merge of
 * both, made as git objects without a checkout. Throws an InputError where they conflict.
 */
export function mergeResult(repository: Repository, base: string, headName: string): string {
  const { git } = repository;
  const head = commitOf(git, headName);
  if (git(["merge-base", "--is-ancestor", base, head])) return head;
  const tree = git(["merge-tree", "--write-tree", base, head])?.toString("utf8").split("\n")[0];
  if (tree === undefined)
    throw new InputError([
      {
        file: headName,
        message: `does not merge into ${base.slice(0, 12)} without a conflict; merge main, then npm run render`,
      },
    ]);
  return commitTree(repository, tree, [base, head]);
}

/**
 * Returns a commit that no branch names: another commit with files replaced. The working copy and its index stay as
 * they are.
 */
export function commitWith(
  repository: Repository,
  parent: string,
  files: ReadonlyMap<string, string | undefined>,
): string {
  const folder = mkdtempSync(join(tmpdir(), "index-"));
  try {
    const run = (args: readonly string[], input = ""): string => {
      const { status, stdout, stderr } = spawnSync("git", [...args], {
        cwd: repository.root,
        env: { ...process.env, GIT_INDEX_FILE: join(folder, "index"), LC_ALL: "C" },
        encoding: "utf8",
        input,
      });
      if (status !== 0) throw new InputError([{ file: `git ${args[0] ?? ""}`, message: stderr.trim() }]);
      return stdout.trim();
    };
    run(["read-tree", parent]);
    const lines = [...files].map(([path, text]) =>
      text === undefined
        ? `0 ${"0".repeat(40)}\t${path}`
        : `100644 ${run(["hash-object", "-w", "--stdin"], text)}\t${path}`,
    );
    run(["update-index", "-z", "--index-info"], `${lines.join("\0")}\0`);
    return commitTree(repository, run(["write-tree"]), [parent]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function commitTree({ git }: Repository, tree: string, parents: readonly string[]): string {
  const identity = ["-c", "user.name=gates", "-c", "user.email=gates@localhost"];
  const made = git([
    ...identity,
    "commit-tree",
    "--no-gpg-sign",
    tree,
    ...parents.flatMap((parent) => ["-p", parent]),
    "-m",
    "the result of the merge",
  ]);
  if (made === undefined) throw new InputError([{ file: "git commit-tree", message: "failed" }]);
  return made.toString("utf8").trim();
}
