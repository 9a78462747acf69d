import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { $ } from "zx";
import { repository } from "../repository.ts";

/** A bare repository that stands for GitHub's, with what lies in this working copy as its main branch. */
export interface Origin {
  readonly folder: string;
  /** Returns the commit that a ref stands for. */
  readonly commitOf: (ref: string) => Promise<string>;
  /** Returns the text of a file of a commit. */
  readonly textOf: (commit: string, path: string) => Promise<string>;
  /** Makes a commit on top of another; a path without a text is removed. Returns its id. */
  readonly commit: (
    parent: string,
    changes: ReadonlyMap<string, string | undefined>,
    message?: string,
  ) => Promise<string>;
  /** Sets a ref. */
  readonly setRef: (ref: string, commit: string) => Promise<void>;
  /** Sets the refs of a pull request, as GitHub does: its head and the result of merging it into main. Returns the latter. */
  readonly setPullRequest: (number: number, head: string) => Promise<string>;
  /** Returns the names of all refs below a prefix. */
  readonly refs: (prefix: string) => Promise<readonly string[]>;
}

const people = {
  GIT_AUTHOR_NAME: "A",
  GIT_AUTHOR_EMAIL: "a@example.com",
  GIT_COMMITTER_NAME: "A",
  GIT_COMMITTER_EMAIL: "a@example.com",
};

/** Makes the repository in a folder. */
export async function makeOrigin(parent: string): Promise<Origin> {
  const folder = join(parent, "origin.git");
  snapshot ??= takeSnapshot();
  await $({ quiet: true })`git clone --quiet --bare ${await snapshot} ${folder}`;
  const environment = { ...process.env, ...people, GIT_DIR: folder, GIT_INDEX_FILE: join(parent, "index") };
  const run = $({ cwd: folder, quiet: true, env: environment });
  const read = async (...args: readonly string[]): Promise<string> => (await run`git ${args}`).stdout.trim();
  // A checkout asks for a commit by its id, as from GitHub.
  await read("config", "uploadpack.allowAnySHA1InWant", "true");
  return {
    folder,
    commitOf: (ref) => read("rev-parse", "--verify", `${ref}^{commit}`),
    textOf: async (commit, path) => (await run`git show ${`${commit}:${path}`}`).stdout,
    commit: async (base, changes, message = "a change") => {
      await read("read-tree", base);
      for (const [path, text] of changes) {
        if (text === undefined) await read("update-index", "--force-remove", path);
        else {
          const { stdout } = await $({
            cwd: folder,
            quiet: true,
            env: environment,
            input: text,
          })`git hash-object -w --stdin`;
          await read("update-index", "--add", "--cacheinfo", `100644,${stdout.trim()},${path}`);
        }
      }
      return await read("commit-tree", await read("write-tree"), "-p", base, "-m", message);
    },
    setRef: async (ref, commit) => void (await read("update-ref", ref, commit)),
    setPullRequest: async (number, head) => {
      const main = await read("rev-parse", "refs/heads/main");
      const merged = await read("merge-tree", "--write-tree", main, head);
      const merge = await read("commit-tree", merged, "-p", main, "-p", head, "-m", "Merge");
      await read("update-ref", `refs/pull/${number}/head`, head);
      await read("update-ref", `refs/pull/${number}/merge`, merge);
      return merge;
    },
    refs: async (prefix) =>
      (await read("for-each-ref", "--format=%(refname)", prefix)).split("\n").filter((line) => line !== ""),
  };
}

let snapshot: Promise<string> | undefined;

/** Once for all tests of a file: what git would commit of this working copy, as the one commit of a repository. */
async function takeSnapshot(): Promise<string> {
  const parent = await mkdtemp(join(tmpdir(), "snapshot-"));
  process.on("exit", () => rmSync(parent, { recursive: true, force: true }));
  const folder = join(parent, "snapshot.git");
  await $({ quiet: true })`git init --quiet --bare --initial-branch=main ${folder}`;
  const environment = { ...process.env, ...people, GIT_DIR: folder, GIT_WORK_TREE: repository };
  const run = $({ cwd: repository, quiet: true, env: environment });
  await run`git -c core.fsync=none -c core.looseCompression=0 add --all`;
  const { stdout: tree } = await run`git write-tree`;
  const { stdout: commit } = await run`git commit-tree ${tree.trim()} -m ${"The tree as it is (#1)"}`;
  await run`git update-ref refs/heads/main ${commit.trim()}`;
  return folder;
}
