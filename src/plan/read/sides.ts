import { existsSync, lstatSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { UsageError } from "../../errors.ts";
import {
  controlFolder,
  folderLayout,
  renderedFolder,
  repositoryLayout,
  type Layout,
} from "./environments.ts";
import { readFolder } from "./folder.ts";
import { changedPaths, commitOf, gitIn, readCommit, type Git } from "./git.ts";
import type { Limits } from "./limits.ts";
import type { Snapshot } from "./snapshot.ts";

/** The two trees that are compared, and how their files belong to environments. */
export interface Sides {
  readonly base: Snapshot;
  readonly head: Snapshot;
  readonly layout: Layout;
  /** Files outside the rendered trees that the pipeline reads and that differ; undefined where only folders are compared. */
  readonly pipelineFiles: readonly string[] | undefined;
}

/** What the command line said about the two sides. */
export interface SideArguments {
  readonly base: string | undefined;
  readonly head: string | undefined;
  /** Folder in which the command runs. */
  readonly cwd: string;
}

type Named =
  | { readonly kind: "folder"; readonly path: string }
  | { readonly kind: "commit"; readonly name: string };

const folders = [renderedFolder, controlFolder] as const;
const pipeline = ["src", "base", "environments", "package.json", "package-lock.json"] as const;
const mainBranches = [
  "refs/remotes/origin/main",
  "refs/heads/main",
  "refs/remotes/origin/master",
  "refs/heads/master",
];

/**
 * Resolves both sides. Without a base it is the merge base with the main branch (of a checked-out merge commit, its
 * first parent); without a head it is the working copy. Throws a UsageError for what is neither commit nor folder.
 */
export function resolveSides({ base, head, cwd }: SideArguments, limits: Limits): Sides {
  const named = {
    base: base === undefined ? undefined : nameSide(base, cwd),
    head: head === undefined ? undefined : nameSide(head, cwd),
  };
  if (named.base?.kind === "folder" && named.head?.kind === "folder")
    return twoFolders(named.base.path, named.head.path, limits);
  const root = gitIn(cwd)(["rev-parse", "--show-toplevel"])?.toString("utf8").trim();
  if (root === undefined)
    throw new UsageError(`${cwd}: not in a git repository: name two folders by --base and --head`);
  const git = gitIn(root);
  const headSide: Named = named.head ?? { kind: "folder", path: root };
  const headCommit = headSide.kind === "commit" ? commitOf(git, headSide.name) : undefined;
  const baseSide: Named = named.base ?? { kind: "commit", name: defaultBase(git, headCommit) };
  const baseCommit = baseSide.kind === "commit" ? commitOf(git, baseSide.name) : undefined;
  const below = belowOf(git, baseCommit, headCommit);
  const hash = (baseCommit ?? headCommit ?? "").length === 64 ? "sha256" : "sha1";
  const read = (side: Named, commit: string | undefined): Snapshot => {
    if (commit !== undefined) return readCommit(git, { commit, below, label: commit.slice(0, 12) }, limits);
    const path = side.kind === "folder" ? side.path : root;
    if (!folders.some((folder) => existsSync(join(path, folder)))) {
      throw new UsageError(
        `${path}: has neither ${folders.join("/ nor ")}/: a folder is compared with a commit only at the root of a repository`,
      );
    }
    return readFolder(
      { root: path, below: folders, label: path === root ? "working copy" : path, hash },
      limits,
    );
  };
  return {
    base: read(baseSide, baseCommit),
    head: read(headSide, headCommit),
    layout: repositoryLayout,
    pipelineFiles: pipelineChanges(git, baseCommit, headCommit),
  };
}

function nameSide(text: string, cwd: string): Named {
  if (text === "") throw new UsageError("a side is named by a commit or a folder, not by an empty text");
  if (text.startsWith("git:")) return { kind: "commit", name: text.slice(4) };
  const path = resolve(cwd, text);
  const isFolder = existsSync(path) && lstatSync(path).isDirectory();
  if (isFolder) return { kind: "folder", path };
  if (text.includes("/"))
    throw new UsageError(`${text}: no such folder (a commit or branch with a slash is written git:${text})`);
  return { kind: "commit", name: text };
}

function twoFolders(base: string, head: string, limits: Limits): Sides {
  const isRepository = [base, head].every((path) => folders.some((folder) => existsSync(join(path, folder))));
  const below = isRepository ? folders : ["."];
  const read = (root: string): Snapshot => readFolder({ root, below, label: root, hash: "sha1" }, limits);
  const [baseSide, headSide] = [read(base), read(head)];
  const layout = isRepository ? repositoryLayout : folderLayout(basename(head), [baseSide, headSide]);
  return { base: baseSide, head: headSide, layout, pipelineFiles: undefined };
}

function defaultBase(git: Git, headCommit: string | undefined): string {
  const commit = headCommit ?? "HEAD";
  const text = (args: readonly string[]): string | undefined => git(args)?.toString("utf8").trim();
  const isDetached = text(["symbolic-ref", "--quiet", "HEAD"]) === undefined;
  const parents = text(["rev-list", "--parents", "--max-count=1", commit])?.split(" ").slice(1) ?? [];
  // A pull request is checked out as a detached merge commit whose first parent is the branch that it goes into.
  if ((isDetached || headCommit !== undefined) && parents.length === 2 && parents[0] !== undefined)
    return parents[0];
  for (const branch of mainBranches) {
    const found = text(["merge-base", commit, branch]);
    if (found) return found.split("\n")[0] ?? found;
  }
  const isShallow = text(["rev-parse", "--is-shallow-repository"]) === "true";
  throw new UsageError(
    isShallow
      ? "the clone is shallow and holds no common commit with the main branch: run `git fetch --unshallow origin main:refs/remotes/origin/main`, or name --base"
      : "there is no common commit with a branch named main or master: name --base",
  );
}

// Of two commits only the environments that differ are listed: a thousand equal ones cost nothing.
function belowOf(git: Git, base: string | undefined, head: string | undefined): readonly string[] {
  if (base === undefined || head === undefined) return folders;
  const changed = changedPaths(git, { base, head, below: folders });
  const environments = changed
    .map((path) => path.split("/").slice(0, 2).join("/"))
    .filter((path) => path.startsWith(`${renderedFolder}/`));
  return [...new Set([...environments, controlFolder])];
}

function pipelineChanges(
  git: Git,
  base: string | undefined,
  head: string | undefined,
): readonly string[] | undefined {
  if (base === undefined) return undefined;
  if (head !== undefined) return changedPaths(git, { base, head, below: pipeline });
  const names = (args: readonly string[]): readonly string[] =>
    (git(args) ?? Buffer.alloc(0)).toString("utf8").split("\0").filter(Boolean);
  const tracked = names([
    "diff",
    "--no-ext-diff",
    "--no-textconv",
    "--no-renames",
    "--name-only",
    "-z",
    base,
    "--",
    ...pipeline,
  ]);
  const untracked = names(["ls-files", "--others", "--exclude-standard", "-z", "--", ...pipeline]);
  return [...new Set([...tracked, ...untracked])];
}
