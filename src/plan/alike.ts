import { createHash } from "node:crypto";
import type { Named } from "./judge.ts";
import { namer } from "./read/environments.ts";
import { isKustomizationPath, plainKustomization } from "./read/kustomization.ts";
import type { Sides } from "./read/sides.ts";

/*
 * A thousand environments made from one set of components differ in little but their names. Where the files of two are
 * byte for byte the same once each one's name is taken out, and nothing else in the trees mentions either name, what
 * happens in one happens in the other: it is computed once.
 */

/** An environment, and the names of all whose files are the same but for their names; its own comes first. */
export interface Alike {
  readonly named: Named;
  readonly names: readonly string[];
}

/** What Argo CD's folder holds for which environment. */
export interface Control {
  /** Files by the environment that they are named after; those of none below the empty name. */
  readonly files: ReadonlyMap<string, readonly string[]>;
  /** Returns the environment that a path is named after. */
  nameOf(path: string): string | undefined;
}

/** Returns the files of Argo CD's folder by environment, of the given ones. */
export function controlOf(paths: Iterable<string>, names: ReadonlySet<string>): Control {
  const nameOf = namer(names);
  return { files: Map.groupBy(paths, (path) => nameOf(path) ?? ""), nameOf };
}

// Of two words at least: nothing to which Kubernetes itself gives a meaning (data, true, v1) is taken for a name.
const distinctName = /^[a-z]{2,}(?:-[a-z0-9]+)+$/;
// Of fewer, comparing them costs more than it saves.
const fewest = 8;

/** Returns the environments in groups, of each of which one member has to be judged: the first. */
export function groupAlike(wanted: readonly Named[], control: Control, sides: Sides): readonly Alike[] {
  const skipped = new Set(
    [...sides.base.skipped, ...sides.head.skipped].map(({ path }) => sides.layout(path)),
  );
  const candidates = wanted.filter(
    ({ name, basePaths, headPaths }) =>
      distinctName.test(name) && basePaths.length > 0 && headPaths.length > 0 && !skipped.has(name),
  );
  if (candidates.length < fewest) return wanted.map((named) => ({ named, names: [named.name] }));
  const forms = formsOf(candidates, control, sides);
  const groups = Map.groupBy(wanted, ({ name }) => forms.get(name) ?? name);
  return [...groups.values()].flatMap((group) => {
    const [named] = group;
    return named ? [{ named, names: group.map(({ name }) => name) }] : [];
  });
}

interface File {
  readonly path: string;
  readonly base: string | undefined;
  readonly head: string | undefined;
}

// All that the trees say about each environment, its name taken out; none for one that cannot be told apart.
function formsOf(candidates: readonly Named[], control: Control, sides: Sides): ReadonlyMap<string, string> {
  const filesOf = (paths: readonly string[]): readonly File[] =>
    paths.map((path) => ({
      path,
      base: sides.base.files.get(path)?.id,
      head: sides.head.files.get(path)?.id,
    }));
  const common = filesOf(control.files.get("") ?? []);
  const own = new Map(
    candidates.map(({ name, basePaths, headPaths }) => [
      name,
      filesOf([...new Set([...basePaths, ...headPaths, ...(control.files.get(name) ?? [])])]),
    ]),
  );
  const owners = ownersOf(common, own);
  const contents = contentsOf(sides, [...common, ...[...own.values()].flat()]);
  const bytesOf = (id: string | undefined): Buffer => contents.get(id ?? "") ?? Buffer.alloc(0);
  const textOf = (id: string | undefined): string => bytesOf(id).toString("latin1");
  const lists = new Set(
    common.filter(({ path }) => isKustomizationPath(path)).flatMap(({ base, head }) => [base, head]),
  );
  for (const id of lists) if (plainKustomization(bytesOf(id)) === undefined) lists.delete(id);
  // Of a file that lists the files of all, each line belongs to the environment whose file it names.
  const names = new Set(own.keys());
  const lines = Map.groupBy(
    [...lists].flatMap((id) => textOf(id).split("\n")),
    (line) => control.nameOf(line.replace(/^ *- /, "")) ?? "",
  );
  const isPatterned = ({ base, head }: File): boolean =>
    hasPattern(bytesOf(base)) || (head !== base && hasPattern(bytesOf(head)));
  if (common.some(isPatterned)) return new Map();
  // What is common may mention no environment: it would mean one of them and not the other.
  const commonIds = [...owners].flatMap(([id, owner]) => (owner === "" && !lists.has(id) ? [id] : []));
  const mentioned = mentionedIn([...commonIds.map(textOf), ...(lines.get("") ?? [])].join("\n"), names);
  return new Map(
    [...own].flatMap(([name, files]): [string, string][] => {
      if (mentioned.has(name) || filesOf(control.files.get(name) ?? []).some(isPatterned)) return [];
      const ids = new Set<string>();
      // The files with the contents that others have, too, by their hashes; then the contents that it alone has.
      const sideOf = (id: string | undefined): string => {
        if (id === undefined || owners.get(id) === "") return id ?? "absent";
        ids.add(id);
        return "own";
      };
      const listing = files.map(
        ({ path, base, head }) => `${path} ${sideOf(base)} ${head === base || sideOf(head)}\n`,
      );
      const parts = [[...listing, ...(lines.get(name) ?? [])].join(""), ...[...ids].map(bytesOf)];
      return [[name, digestOf(parts, Buffer.from(name))]];
    }),
  );
}

// The parts without the name: pieces with their lengths, so that no content can look like another.
function digestOf(parts: readonly (string | Buffer)[], name: Buffer): string {
  const hash = createHash("sha256").update(`${name.length};`);
  for (const part of parts) {
    const bytes = typeof part === "string" ? Buffer.from(part) : part;
    let start = 0;
    for (;;) {
      const end = bytes.indexOf(name, start);
      const piece = bytes.subarray(start, end < 0 ? bytes.length : end);
      hash.update(`${piece.length}${end < 0 ? ";" : ","}`).update(piece);
      if (end < 0) break;
      start = end + name.length;
    }
  }
  return hash.digest("hex");
}

// The environment that alone has a content; "" for what several have in common, or none in particular.
function ownersOf(
  common: readonly File[],
  own: ReadonlyMap<string, readonly File[]>,
): ReadonlyMap<string, string> {
  const owners = new Map<string, string>();
  const add = (id: string | undefined, name: string): void => {
    if (id === undefined) return;
    const known = owners.get(id);
    owners.set(id, known === undefined || known === name ? name : "");
  };
  for (const [name, files] of [["", common] as const, ...own]) {
    for (const { base, head } of files) {
      add(base, name);
      if (head !== base) add(head, name);
    }
  }
  return owners;
}

// Each content once.
function contentsOf(sides: Sides, files: readonly File[]): ReadonlyMap<string, Buffer> {
  const contents = new Map<string, Buffer>();
  for (const side of ["base", "head"] as const) {
    const first = new Map<string, string>();
    for (const { path, [side]: id } of files)
      if (id !== undefined && !contents.has(id) && !first.has(id)) first.set(id, path);
    const read = sides[side].read([...first.values()]);
    for (const [id, path] of first) contents.set(id, read.get(path) ?? Buffer.alloc(0));
  }
  return contents;
}

// Patterns in projects and their sync windows can fit one of two names.
function hasPattern(bytes: Buffer): boolean {
  const canBeProject = bytes.includes("AppProject") || bytes.includes("\\");
  return canBeProject && /[A-Za-z0-9-][*?]|[*?][A-Za-z0-9-]/.test(bytes.toString("latin1"));
}

// Above this looking for all names would take seconds; then all count as mentioned.
const mostWork = 2 ** 30;

function mentionedIn(text: string, names: ReadonlySet<string>): ReadonlySet<string> {
  if (text.length * names.size > mostWork) return names;
  const shortestFirst = [...names].toSorted((a, b) => a.length - b.length);
  // At each place the shortest; a longer one that begins with it may stand there, too.
  const anyName = new RegExp(`(?=(${shortestFirst.join("|")}))`, "g");
  const found = [...new Set([...text.matchAll(anyName)].map(([, name = ""]) => name))];
  return new Set(shortestFirst.filter((name) => found.some((begin) => name.startsWith(begin))));
}
