import { gitIn, type SoonGit } from "./git.ts";
import { LimitError, type Limits } from "./limits.ts";
import { checkFileCount, isManifestPath, type FileEntry, type Omission, type Snapshot } from "./snapshot.ts";

/** Contents of objects by id: both sides share most of them, and each run of git costs milliseconds. */
export type Blobs = Map<string, Buffer>;

/** What reading a commit needs besides its listing. */
interface Source {
  readonly root: string;
  readonly label: string;
  readonly blobs: Blobs;
}

/** Returns the arguments by which git lists what `readCommit` takes. */
export function listCommit(commit: string, below: readonly string[]): readonly string[] {
  return ["ls-tree", "-r", "-z", "--full-tree", commit, "--", ...below];
}

/** Returns the manifests of a commit, of which git has listed the tree: nothing is checked out. */
export function readCommit(listed: Buffer | undefined, source: Source, limits: Limits): Snapshot {
  if (listed === undefined) throw new LimitError(`${source.label}: git cannot list its tree`);
  const listing: Listing = { files: new Map(), skipped: [] };
  for (const line of listed.toString("utf8").split("\0")) {
    // mode SP type SP id TAB path
    const tab = line.indexOf("\t");
    if (tab < 0) continue;
    const [mode = "", , id = ""] = line.slice(0, tab).split(" ");
    add(listing, { mode, id, path: line.slice(tab + 1) });
    checkFileCount(source.label, listing.files.size, limits);
  }
  return snapshotOf(listing, source, limits);
}

/** A path that differs between two commits, as the newer one has it; its mode is 000000 where it is gone. */
export interface ChangedPath {
  readonly path: string;
  readonly mode: string;
  readonly id: string;
}

/** Returns the arguments by which git answers what `changesIn` takes. */
export function diffCommits(base: string, head: string, below: readonly string[]): readonly string[] {
  return ["diff-tree", "-r", "-z", "--raw", "--no-abbrev", "--no-renames", base, head, "--", ...below];
}

/** Returns the paths that differ between two commits, from git's raw form. Throws a LimitError where git failed. */
export function changesIn(answer: Buffer | undefined): readonly ChangedPath[] {
  if (answer === undefined) throw new LimitError("git cannot compare the two commits");
  const parts = answer.toString("utf8").split("\0");
  return parts.flatMap((part, index) => {
    // :mode mode id id status NUL path NUL
    const [, mode, , id] = part.split(" ");
    const path = parts[index + 1];
    return index % 2 === 0 && mode !== undefined && id !== undefined && path !== undefined
      ? [{ mode, id, path }]
      : [];
  });
}

/** Returns the snapshot of a commit that differs from another one in the given paths. */
export function changedSnapshot(
  { files, skipped }: Snapshot,
  changes: readonly ChangedPath[],
  source: Source,
  limits: Limits,
): Snapshot {
  const changed = new Set(changes.map(({ path }) => path));
  const listing: Listing = {
    files: new Map(files),
    skipped: skipped.filter(({ path }) => !changed.has(path)),
  };
  for (const change of changes) {
    const isFile = change.mode.startsWith("100");
    if (!isFile) listing.files.delete(change.path);
    if (change.mode !== "000000") add(listing, change);
  }
  checkFileCount(source.label, listing.files.size, limits);
  const hasNew = changes.some(({ path }) => !files.has(path));
  return snapshotOf(hasNew ? { ...listing, files: sorted(listing.files) } : listing, source, limits);
}

// As git lists them: of two files that hold the same object the last one counts.
function sorted(files: ReadonlyMap<string, FileEntry>): Map<string, FileEntry> {
  return new Map([...files].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

interface Listing {
  readonly files: Map<string, FileEntry>;
  readonly skipped: Omission[];
}

function add({ files, skipped }: Listing, { mode, id, path }: ChangedPath): void {
  if (mode === "120000") skipped.push({ path, reason: "a symbolic link is not followed", id });
  else if (mode === "160000") skipped.push({ path, reason: "a submodule is not followed", id });
  else if (isManifestPath(path)) files.set(path, { path, id });
}

function snapshotOf(
  { files, skipped }: Listing,
  { root, label, blobs }: Source,
  { totalBytes }: Limits,
): Snapshot {
  const git = gitIn(root);
  const idOf = (path: string): string => files.get(path)?.id ?? "";
  return {
    label,
    files,
    skipped,
    read: (paths) => {
      const missing = [...new Set(paths.map(idOf))].filter((id) => id !== "" && !blobs.has(id));
      if (missing.length > 0) store(git(...contentsOf(missing, totalBytes)), missing, blobs);
      return new Map(paths.map((path) => [path, blobs.get(idOf(path)) ?? Buffer.alloc(0)]));
    },
  };
}

/**
 * Reads contents before they are asked for, by two processes of git at once, since unpacking takes most of the time. Those
 * that are there already are not read. Rejects with a LimitError where there is more than may be read.
 */
export async function readAhead(
  git: SoonGit,
  ids: Iterable<string>,
  { blobs, totalBytes }: { readonly blobs: Blobs; readonly totalBytes: number },
): Promise<void> {
  const missing = [...new Set(ids)].filter((id) => !blobs.has(id));
  const middle = Math.ceil(missing.length / 2);
  const halves = [missing.slice(0, middle), missing.slice(middle)].filter(({ length }) => length > 0);
  const answers = await Promise.all(halves.map(async (half) => git(...contentsOf(half, totalBytes))));
  for (const [index, half] of halves.entries()) store(answers[index], half, blobs);
}

// Before each content git writes a line of its id, type and size.
const headerBytes = 100;

/** Arguments, input and most bytes of the answer by which git tells contents. */
function contentsOf(ids: readonly string[], totalBytes: number): [string[], string, number] {
  return [["cat-file", "--batch", "--buffer"], `${ids.join("\n")}\n`, totalBytes + headerBytes * ids.length];
}

function store(answer: Buffer | undefined, ids: readonly string[], blobs: Blobs): void {
  if (answer === undefined) throw new LimitError("git cannot read the files of a commit");
  let offset = 0;
  for (const id of ids) {
    const end = answer.indexOf(10, offset);
    const [, type, size] = answer.toString("latin1", offset, end).split(" ");
    if (type !== "blob") throw new LimitError(`git does not have the object ${id}: the clone is incomplete`);
    blobs.set(id, answer.subarray(end + 1, end + 1 + Number(size)));
    offset = end + 2 + Number(size);
  }
}
