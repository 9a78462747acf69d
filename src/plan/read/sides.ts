import { existsSync, lstatSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { UsageError } from "../../errors.ts";
import {
  changedEnvironments,
  controlFolder,
  folderLayout,
  namer,
  renderedFolder,
  repositoryLayout,
  type Layout,
} from "./environments.ts";
import {
  changedSnapshot,
  changesIn,
  diffCommits,
  listCommit,
  readAhead,
  readCommit,
  type Blobs,
  type ChangedPath,
} from "./commit.ts";
import { readFolder } from "./folder.ts";
import { gitIn, gitPaths, gitText, soonChangedPaths, soonCommitOf, soonGitIn, type SoonGit } from "./git.ts";
import type { Limits } from "./limits.ts";
import type { Snapshot } from "./snapshot.ts";

/** The two trees that are compared, and how their files belong to environments. */
export interface Sides {
  readonly base: Snapshot;
  readonly head: Snapshot;
  readonly layout: Layout;
  /** Files outside the rendered trees that the pipeline reads and that differ; undefined where only folders are compared. */
  readonly pipelineFiles: readonly string[] | undefined;
  /** Environments of which a file differs. */
  readonly changed: ReadonlySet<string>;
  /** Environments that are the same in both commits: their files are not listed. */
  readonly unlisted: ReadonlySet<string>;
}

const none: ReadonlySet<string> = new Set();

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
 * first parent); without a head it is the working copy. Rejects with a UsageError for what is neither commit nor folder.
 */
export async function resolveSides({ base, head, cwd }: SideArguments, limits: Limits): Promise<Sides> {
  const named = {
    base: base === undefined ? undefined : nameSide(base, cwd),
    head: head === undefined ? undefined : nameSide(head, cwd),
  };
  if (named.base?.kind === "folder" && named.head?.kind === "folder")
    return twoFolders(named.base.path, named.head.path, limits);
  const root = await gitText(soonGitIn(cwd), ["rev-parse", "--show-toplevel"]);
  if (root === undefined)
    throw new UsageError(`${cwd}: not in a git repository: name two folders by --base and --head`);
  const git = soonGitIn(root);
  const commitNamed = async (side: Named | undefined): Promise<string | undefined> =>
    side?.kind === "commit" ? soonCommitOf(git, side.name) : undefined;
  const [headCommit, namedBase] = await Promise.all([commitNamed(named.head), commitNamed(named.base)]);
  const baseCommit = named.base ? namedBase : await defaultBase(git, headCommit);
  const pipelineFiles = pipelineChanges(git, baseCommit, headCommit);
  if (baseCommit !== undefined && headCommit !== undefined) {
    const [changes, all] = await Promise.all([
      git(diffCommits(baseCommit, headCommit, folders)).then(changesIn),
      git(listEnvironments(baseCommit)),
    ]);
    const listed = await git(listCommit(baseCommit, belowOf(changes)));
    const blobs: Blobs = new Map();
    const sides = twoCommits(
      { root, base: baseCommit, head: headCommit, blobs },
      { changes, listed, all },
      limits,
    );
    await readAhead(git, neededOf(sides, changes), { blobs, ...limits });
    return { ...sides, pipelineFiles: await pipelineFiles };
  }
  const hash = (baseCommit ?? headCommit ?? "").length === 64 ? "sha256" : "sha1";
  const blobs: Blobs = new Map();
  const read = async (side: Named | undefined, commit: string | undefined): Promise<Snapshot> => {
    if (commit !== undefined) {
      const listed = await git(listCommit(commit, folders));
      return readCommit(listed, { root, label: labelOf(commit), blobs }, limits);
    }
    const path = side?.kind === "folder" ? side.path : root;
    if (!folders.some((folder) => existsSync(join(path, folder)))) {
      throw new UsageError(
        `${path}: has neither ${folders.join("/ nor ")}/: a folder is compared with a commit only at the root of a repository`,
      );
    }
    const label = path === root ? "working copy" : path;
    return readFolder({ root: path, below: folders, label, hash, blobs }, limits);
  };
  const [baseRead, headRead] = await Promise.all([
    read(named.base, baseCommit),
    read(named.head, headCommit),
  ]);
  const changed = changedEnvironments(baseRead, headRead, repositoryLayout);
  const commitRead = baseCommit === undefined ? headRead : baseRead;
  const files = [...commitRead.files.values()].filter(({ path }) => changed.has(repositoryLayout(path)));
  await readAhead(
    git,
    files.map(({ id }) => id),
    { blobs, ...limits },
  );
  return {
    base: baseRead,
    head: headRead,
    layout: repositoryLayout,
    pipelineFiles: await pipelineFiles,
    changed,
    unlisted: none,
  };
}

/** Two commits by their full ids, and the repository that holds them. */
interface Commits {
  readonly root: string;
  readonly base: string;
  readonly head: string;
  readonly blobs: Blobs;
}

/** Returns the trees of two commits, named by their full ids, of the repository at the root. */
export function commitSides(
  root: string,
  { base, head }: { readonly base: string; readonly head: string },
  limits: Limits,
): Sides {
  const git = gitIn(root);
  const changes = changesIn(git(diffCommits(base, head, folders)));
  const answers = {
    changes,
    listed: git(listCommit(base, belowOf(changes))),
    all: git(listEnvironments(base)),
  };
  return twoCommits({ root, base, head, blobs: new Map() }, answers, limits);
}

interface Answers {
  readonly changes: readonly ChangedPath[];
  readonly listed: Buffer | undefined;
  readonly all: Buffer | undefined;
}

function twoCommits(
  { root, base, head, blobs }: Commits,
  { changes, listed, all }: Answers,
  limits: Limits,
): Sides {
  const baseSide = readCommit(listed, { root, label: labelOf(base), blobs }, limits);
  const headSide = changedSnapshot(baseSide, changes, { root, label: labelOf(head), blobs }, limits);
  const names = (all ?? Buffer.alloc(0))
    .toString("utf8")
    .split("\0")
    .map((path) => basename(path));
  const changed = new Set(changes.map(({ path }) => repositoryLayout(path)));
  return {
    base: baseSide,
    head: headSide,
    layout: repositoryLayout,
    pipelineFiles: undefined,
    changed,
    unlisted: new Set(names.filter((name) => name !== "" && !changed.has(name))),
  };
}

/** The contents that a plan looks at: of environments that differ everything, and what Argo CD's folder says about them. */
function* neededOf(
  { base, head, changed, unlisted }: Sides,
  changes: readonly ChangedPath[],
): Iterable<string> {
  const nameOf = namer(new Set([...changed, ...unlisted]));
  for (const { path, id } of base.files.values())
    if (!path.startsWith(`${controlFolder}/`) || !unlisted.has(nameOf(path) ?? "")) yield id;
  for (const { path } of changes) {
    const file = head.files.get(path);
    if (file) yield file.id;
  }
}

const listEnvironments = (commit: string): readonly string[] => [
  "ls-tree",
  "-z",
  "--name-only",
  "--full-tree",
  commit,
  `${renderedFolder}/`,
];

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
  const read = (root: string): Snapshot =>
    readFolder({ root, below, label: root, hash: "sha1", blobs: new Map() }, limits);
  const [baseSide, headSide] = [read(base), read(head)];
  const layout = isRepository ? repositoryLayout : folderLayout(basename(head), [baseSide, headSide]);
  const changed = changedEnvironments(baseSide, headSide, layout);
  return { base: baseSide, head: headSide, layout, pipelineFiles: undefined, changed, unlisted: none };
}

async function defaultBase(git: SoonGit, headCommit: string | undefined): Promise<string> {
  const commit = headCommit ?? "HEAD";
  // Each answer costs a process, so all are asked for at once: which of the branches there is, is not known before.
  const [branch, parents = "", ...common] = await Promise.all([
    gitText(git, ["symbolic-ref", "--quiet", "HEAD"]),
    gitText(git, ["rev-list", "--parents", "--max-count=1", commit]),
    ...mainBranches.map((name) => gitText(git, ["merge-base", commit, name])),
  ]);
  const [, first, second, third] = parents.split(" ");
  const isMerge = first !== undefined && second !== undefined && third === undefined;
  // A pull request is checked out as a detached merge commit whose first parent is the branch that it goes into.
  if ((branch === undefined || headCommit !== undefined) && isMerge) return first;
  const found = common.find((line) => line);
  if (found !== undefined) return found.split("\n")[0] ?? found;
  const isShallow = (await gitText(git, ["rev-parse", "--is-shallow-repository"])) === "true";
  throw new UsageError(
    isShallow
      ? "the clone is shallow and holds no common commit with the main branch: run `git fetch --unshallow origin main:refs/remotes/origin/main`, or name --base"
      : "there is no common commit with a branch named main or master: name --base",
  );
}

// Of two commits only the environments that differ are listed: a thousand equal ones cost nothing.
function belowOf(changes: readonly ChangedPath[]): readonly string[] {
  const environments = changes
    .map(({ path }) => path.split("/").slice(0, 2).join("/"))
    .filter((path) => path.startsWith(`${renderedFolder}/`));
  return [...new Set([...environments, controlFolder])];
}

const labelOf = (commit: string): string => commit.slice(0, 12);

async function pipelineChanges(
  git: SoonGit,
  base: string | undefined,
  head: string | undefined,
): Promise<readonly string[] | undefined> {
  if (base === undefined) return undefined;
  if (head !== undefined) return soonChangedPaths(git, { base, head, below: pipeline });
  const names = ["--no-ext-diff", "--no-textconv", "--no-renames", "--name-only", "-z"];
  const [tracked, untracked] = await Promise.all([
    gitPaths(git, ["diff", ...names, base, "--", ...pipeline]),
    gitPaths(git, ["ls-files", "--others", "--exclude-standard", "-z", "--", ...pipeline]),
  ]);
  return [...new Set([...tracked, ...untracked])];
}
