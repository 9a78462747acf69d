import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Files } from "../../src/output/layout.ts";
import type { Change } from "./changes.ts";
import type { Pair } from "./draw.ts";
import { inputs } from "./tree.ts";

/** How git merges a pair. */
export interface Merged {
  /** Id of the merged tree; with a conflict, with git's marks in it. */
  readonly tree: string;
  /** Paths in which git asks a person. */
  readonly conflicts: readonly string[];
  /** Ids of its files, by their paths. */
  readonly found: ReadonlyMap<string, string>;
  /** The inputs after it. */
  readonly texts: Files;
}

/** A repository with a commit for each change, all on top of the same one. */
export interface Scratch {
  readonly merge: (pair: Pair) => Merged;
  /** Whether a merged tree holds these generated files, and no others. */
  readonly holds: (merged: Merged, generated: Files) => boolean;
  /** Writes a merged tree over a folder; a path with a conflict as the first of the pair has it. */
  readonly checkOut: (merged: Merged, pair: Pair, target: string) => void;
}

/** Makes the repository in an empty folder: what is rendered before, and each change. */
export function importChanges(folder: string, before: Files, changes: readonly Change[]): Scratch {
  const git = (...args: readonly string[]): string =>
    execFileSync("git", [...args], { cwd: folder, encoding: "utf8", maxBuffer: 2 ** 28 });
  git("init", "--quiet", "--initial-branch=main");
  execFileSync("git", ["fast-import", "--quiet"], { cwd: folder, input: streamOf(before, changes) });
  const refs = new Map(changes.map((change, index) => [change, `refs/heads/change-${index + 2}`]));
  const list = (tree: string): Map<string, string> =>
    new Map(
      git("ls-tree", "-r", "-z", tree)
        .split("\0")
        .filter(Boolean)
        .map((line) => [line.slice(line.indexOf("\t") + 1), line.split(/[ \t]/)[2] ?? ""]),
    );
  return {
    merge: (pair) => {
      const names = pair.map((change) => refs.get(change) ?? "");
      const { status, stdout } = spawnSync(
        "git",
        ["merge-tree", "--write-tree", "--name-only", "--no-messages", "-z", ...names],
        { cwd: folder, encoding: "utf8" },
      );
      if (status !== 0 && status !== 1) throw new Error(`git merge-tree ended with ${status ?? "a signal"}`);
      const [tree = "", ...conflicts] = stdout.split("\0").filter(Boolean);
      const found = list(tree);
      // An input is one of the three sides' in nearly every merge; git is asked only for one that both changed.
      const known = new Map(
        [...inputs.values(), ...pair.map(({ text }) => text)].map((text) => [blobId(text), text]),
      );
      const texts = [...inputs.keys()].map((path): [string, string] => {
        const id = found.get(path) ?? "";
        return [path, known.get(id) ?? git("cat-file", "blob", id)];
      });
      return { tree, conflicts, found, texts: new Map(texts) };
    },
    holds: ({ found, texts }, generated) =>
      found.size === generated.size + texts.size &&
      [...generated].every(([path, text]) => found.get(path) === blobId(text)),
    checkOut: ({ tree, conflicts }, [a], target) => {
      for (const path of before.keys()) rmSync(join(target, path), { force: true });
      const archive = execFileSync("git", ["archive", tree], { cwd: folder, maxBuffer: 2 ** 28 });
      execFileSync("tar", ["--extract", "--directory", target], { input: archive });
      for (const path of conflicts) {
        const text = a.rendered.get(path);
        mkdirSync(dirname(join(target, path)), { recursive: true });
        if (text === undefined) rmSync(join(target, path), { force: true });
        else writeFileSync(join(target, path), text);
      }
    },
  };
}

function streamOf(before: Files, changes: readonly Change[]): string {
  return [
    commit(1, new Map([...inputs, ...before]), []),
    ...changes.map(({ file, text, rendered }, index) =>
      commit(
        index + 2,
        new Map([[file, text], ...[...rendered].filter(([path, content]) => before.get(path) !== content)]),
        [...before.keys()].filter((path) => !rendered.has(path)),
      ),
    ),
  ].join("");
}

/** A commit in the form of git fast-import; the first has no parent, all others have the first. */
function commit(mark: number, changed: Files, removed: readonly string[]): string {
  return [
    `commit refs/heads/change-${mark}\nmark :${mark}\ncommitter a <a@example.com> 1700000000 +0000\ndata 1\na\n`,
    mark === 1 ? "" : "from :1\n",
    ...removed.map((path) => `D ${path}\n`),
    ...[...changed].map(
      ([path, text]) => `M 100644 inline ${path}\ndata ${Buffer.byteLength(text)}\n${text}\n`,
    ),
  ].join("");
}

// Most files of most merges are those of the commit below.
const ids = new Map<string, string>();

function blobId(text: string): string {
  const known = ids.get(text);
  if (known !== undefined) return known;
  const id = createHash("sha1")
    .update(`blob ${Buffer.byteLength(text)}\0${text}`)
    .digest("hex");
  ids.set(text, id);
  return id;
}
