import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { InputError, UsageError } from "../errors.ts";
import { writeFiles } from "../output/disk.ts";
import { changedPaths, commitOf } from "../plan/read/git.ts";
import { parseFile } from "../values/parse-file.ts";
import { releaseSchema, type Release } from "../values/release.ts";
import { editRelease, type ReleaseEdits } from "./edit-release.ts";
import { releaseFile } from "./history.ts";
import { renderCommit } from "./inputs.ts";
import { judgeChange, type Judgement } from "./judge.ts";
import { listFiles, readObjects } from "./objects.ts";
import { commitWith, mainTip, mergeResult, type Repository } from "./sides.ts";

/** A change of one environment's release that has been worked out and written nowhere yet. */
export interface Draft {
  readonly environment: string;
  /** The commit that it starts from, and one, which no branch names, with it. */
  readonly from: string;
  readonly commit: string;
  readonly release: Release;
  readonly judgement: Judgement;
  /** Makes the working copy what the commit has, in these paths alone. */
  readonly write: () => Promise<void>;
  readonly paths: readonly string[];
  /** Whether the rendered tree changes. */
  readonly changesTree: boolean;
}

/** Returns the release of an environment at a commit. Throws an InputError where it has none that can be read. */
export function releaseAt({ git }: Repository, commit: string, environment: string): Release {
  const file = releaseFile(environment);
  const [bytes] = readObjects(git, [`${commit}:${file}`]);
  if (bytes === undefined) throw new UsageError(`${environment}: there is no ${file}`);
  const { value, problems } = parseFile(releaseSchema, file, bytes);
  if (value === undefined) throw new InputError(problems);
  return value;
}

/**
 * Works out a change of an environment's release on top of what is checked out: release.yaml, its rendered tree and
 * nothing else, and what the gates say of it. Throws an InputError where one of these paths has changes that are not
 * committed.
 */
export async function draftChange(
  repository: Repository,
  environment: string,
  { edits, now }: { readonly edits: ReleaseEdits; readonly now: number },
): Promise<Draft> {
  const { git, root } = repository;
  const file = releaseFile(environment);
  const tree = `rendered/${environment}`;
  const from = commitOf(git, "HEAD");
  const dirty = git(["status", "--porcelain", "--", file, tree])?.toString("utf8").trim();
  if (dirty !== "")
    throw new InputError([
      { file, message: `has changes that are not committed, or ${tree} has; commit or undo them` },
    ]);
  const text = editRelease(file, await readFile(join(root, file), "utf8"), edits);
  const rendered = await renderCommit(git, from, environment, new Map([[file, text]]));
  const files = new Map<string, string | undefined>([
    ...[...listFiles(git, from, [tree]).keys()].map((path): [string, undefined] => [path, undefined]),
    ...rendered,
    [file, text],
  ]);
  const commit = commitWith(repository, from, files);
  const base = mainTip(repository);
  const judgement = await judgeChange(repository, { base, head: mergeResult(repository, base, commit), now });
  return {
    environment,
    from,
    commit,
    release: releaseAt(repository, commit, environment),
    judgement,
    paths: [file, tree],
    changesTree: changedPaths(git, { base: from, head: commit, below: [tree] }).length > 0,
    write: async () => {
      await writeFile(join(root, file), text);
      await writeFiles(root, [tree], rendered);
    },
  };
}
