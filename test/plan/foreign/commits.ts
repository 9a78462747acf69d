import { basename, dirname } from "node:path";
import { listCommit, readCommit } from "../../../src/plan/read/commit.ts";
import { parseDocuments } from "../../../src/plan/read/documents.ts";
import { gitIn } from "../../../src/plan/read/git.ts";
import { limits } from "../../../src/plan/read/limits.ts";
import { identityOf, objectsOf, type PlanObject } from "../../../src/plan/read/objects.ts";
import type { Sides } from "../../../src/plan/read/sides.ts";
import type { Snapshot } from "../../../src/plan/read/snapshot.ts";

/** A folder of a repository, as the command line names it: GIT_DIRECTORY[:FOLDER]. */
export interface Place {
  readonly directory: string;
  /** Empty for the whole tree. */
  readonly folder: string;
}

/** Returns the place that an argument names. */
export function placeOf(argument: string): Place {
  const [directory = "", folder = ""] = argument.split(":");
  return { directory, folder };
}

// A bare directory named `repo` or `.git` is called after the one around it.
/** Returns what a repository is called. */
export const nameOf = (directory: string): string =>
  /^(?:repo|\.git)$/.test(basename(directory)) ? basename(dirname(directory)) : basename(directory);

/** Returns the last commits that touch the place, newest first. */
export function commitsOf({ directory, folder }: Place, most: number): readonly string[] {
  const below = folder === "" ? "." : folder;
  const listed = gitIn(directory)(["rev-list", "--first-parent", `--max-count=${most}`, "HEAD", "--", below]);
  return (listed ?? Buffer.alloc(0)).toString("utf8").split("\n").filter(Boolean);
}

/** Returns the place as it was before and after a commit, as one environment. */
export function sidesOf({ directory, folder }: Place, commit: string): Sides {
  const git = gitIn(directory);
  const blobs = new Map<string, Buffer>();
  const below = folder === "" ? [] : [folder];
  const read = (name: string): Snapshot =>
    readCommit(git(listCommit(name, below)), { root: directory, label: name.slice(0, 12), blobs }, limits);
  const [base, head] = [read(`${commit}^`), read(commit)];
  const changed = new Set(["foreign"]);
  return {
    base,
    head,
    layout: () => "foreign",
    pipelineFiles: undefined,
    changed,
    unlisted: new Set<string>(),
  };
}

/** Returns the objects of the files that differ, of both sides by identity; of several files that hold one, the last. */
export function changedObjects({ base, head }: Sides): {
  readonly old: ReadonlyMap<string, PlanObject>;
  readonly next: ReadonlyMap<string, PlanObject>;
} {
  const paths = [...new Set([...base.files.keys(), ...head.files.keys()])].filter(
    (path) => base.files.get(path)?.id !== head.files.get(path)?.id,
  );
  const of = (side: Snapshot): ReadonlyMap<string, PlanObject> =>
    objectsIn(
      side,
      paths.filter((path) => side.files.has(path)),
    );
  return { old: of(base), next: of(head) };
}

function objectsIn(side: Snapshot, paths: readonly string[]): ReadonlyMap<string, PlanObject> {
  const objects = new Map<string, PlanObject>();
  for (const [path, bytes] of side.read(paths)) {
    for (const document of parseDocuments(path, bytes, limits).documents ?? [])
      for (const object of objectsOf(path, document).objects) objects.set(identityOf(object), object);
  }
  return objects;
}
