import { InputError } from "../errors.ts";
import type { Git } from "../plan/read/git.ts";

/** Files of a commit by path, each as the id of its content; links and submodules are told apart by their mode. */
export type Listing = ReadonlyMap<string, Entry>;

interface Entry {
  readonly mode: string;
  readonly id: string;
}

const isFile = (mode: string): boolean => mode === "100644" || mode === "100755";

/** Returns what git prints, without the last line end. Throws an InputError where git refuses. */
export function textOf(git: Git, args: readonly string[]): string {
  const out = git(args);
  if (out === undefined) throw new InputError([{ file: `git ${args.join(" ")}`, message: "failed" }]);
  return out.toString("utf8").trimEnd();
}

/** Returns the entries of a commit below the folders; none where it has none of them. */
export function listFiles(git: Git, commit: string, below: readonly string[]): Listing {
  const out = git(["ls-tree", "-r", "-z", "--full-tree", commit, "--", ...below]) ?? Buffer.alloc(0);
  const entries = out.toString("utf8").split("\0").filter(Boolean);
  return new Map(
    entries.map((line) => {
      const [, mode = "", id = "", path = ""] = /^(\d+) \w+ (\w+)\t(.*)$/s.exec(line) ?? [];
      return [path, { mode, id }];
    }),
  );
}

/** Returns the text of every regular file of a commit below the folders. Throws an InputError for a link. */
export function readTexts(git: Git, commit: string, below: readonly string[]): ReadonlyMap<string, Buffer> {
  const entries = [...listFiles(git, commit, below)];
  for (const [file, { mode }] of entries)
    if (!isFile(mode))
      throw new InputError([{ file, message: "is no regular file; nothing is read through it" }]);
  const contents = readObjects(
    git,
    entries.map(([, { id }]) => id),
  );
  return new Map(entries.map(([path], index) => [path, contents[index] ?? Buffer.alloc(0)]));
}

/** Returns the contents of objects, named by id or `COMMIT:path`; undefined for those that do not exist. */
export function readObjects(git: Git, names: readonly string[]): readonly (Buffer | undefined)[] {
  if (names.length === 0) return [];
  const out = git(["cat-file", "--batch"], `${names.join("\n")}\n`);
  if (out === undefined) throw new InputError([{ file: "git cat-file", message: "failed" }]);
  let offset = 0;
  return names.map(() => {
    const end = out.indexOf(10, offset);
    const header = out.toString("utf8", offset, end);
    const size = /^[0-9a-f]+ blob (\d+)$/.exec(header)?.[1];
    offset = end + 1;
    if (size === undefined) return undefined;
    const content = out.subarray(offset, offset + Number(size));
    offset += Number(size) + 1;
    return content;
  });
}
