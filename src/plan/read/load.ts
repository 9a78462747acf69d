import type { Json } from "../json.ts";
import type { Meter } from "./limits.ts";
import { parseDocuments, type Parsed } from "./documents.ts";
import { identityOf, objectsOf, type PlanObject } from "./objects.ts";
import { isKustomizationPath, plainKustomization, reach, type Reach, type Roots } from "./kustomization.ts";
import type { Snapshot } from "./snapshot.ts";

/** One side of an environment: what was read of it. */
interface Side {
  readonly objects: ReadonlyMap<string, PlanObject>;
  /** Files that could not be read, with the reason. */
  readonly problems: readonly { readonly path: string; readonly reason: string }[];
  /** Documents that are no objects, and objects that the tree holds twice. */
  readonly notes: readonly { readonly path: string; readonly reason: string }[];
}

/** Both sides of an environment, as far as its changes make it necessary to read them. */
export interface Pair {
  readonly base: Side;
  readonly head: Side;
  /** Paths that differ in a byte. */
  readonly changedPaths: readonly string[];
  /** Objects of changed files that no kustomization file lists: nothing applies them. As the head has them, else the base. */
  readonly unlisted: readonly PlanObject[];
}

/** What to read of an environment. */
interface Selection {
  readonly basePaths: readonly string[];
  readonly headPaths: readonly string[];
  /** Read every file, changed or not. */
  readonly everything: boolean;
  /** Kinds that are read even where nothing changed. */
  readonly always?: readonly string[];
  /** Which kustomization files begin what is applied. */
  readonly roots: Roots;
  /** Gives an object that names no namespace the one that it will have. */
  readonly placeBase: (object: PlanObject) => PlanObject;
  readonly placeHead: (object: PlanObject) => PlanObject;
}

/** Reads and parses files, each content once: both sides share what is equal. */
export interface Loader {
  load(selection: Selection): Pair;
}

const workloads = ["CronJob", "DaemonSet", "Deployment", "Job", "Pod", "ReplicaSet", "StatefulSet"] as const;
const access = ["Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding"] as const;
const besideWorkloads = [
  "HorizontalPodAutoscaler",
  "PersistentVolumeClaim",
  "ResourceQuota",
  "ScaledObject",
] as const;

// What an unchanged file can hold that decides the effect of a changed one: who reads a ConfigMap, what scales a
// Deployment, which class a claim has, which pods run as an account.
const neighbours: ReadonlyMap<string, readonly string[]> = new Map([
  ["ConfigMap", workloads],
  ["Secret", workloads],
  ["PersistentVolumeClaim", ["StorageClass"]],
  ...workloads.map((kind): [string, readonly string[]] => [kind, besideWorkloads]),
  ...access.map((kind): [string, readonly string[]] => [kind, [...access, ...workloads]]),
]);

/** Returns a loader for two snapshots. */
export function startLoader(base: Snapshot, head: Snapshot, meter: Meter): Loader {
  const parsed = new Map<string, Parsed>();
  const sniffed = new Map<string, ReadonlySet<string>>();
  const idOf = (path: string): string => base.files.get(path)?.id ?? "";
  // Environments share most of their files: each content is looked at once.
  const kindsOf = (id: string, bytes: Buffer): ReadonlySet<string> => {
    const known = sniffed.get(id);
    if (known) return known;
    const kinds = kindsIn(bytes);
    sniffed.set(id, kinds);
    return kinds;
  };
  const made = new Map<string, Made>();
  const parse = (path: string, id: string, bytes: Buffer): Parsed => {
    const key = `${id}${/\.json$/i.test(path) ? ".json" : ""}`;
    const known = parsed.get(key);
    if (known) return known;
    const result = parseDocuments(path, bytes, meter.limits);
    parsed.set(key, result);
    return result;
  };
  const make = (path: string, id: string, bytes: Buffer): Made => {
    const key = `${path}\0${id}`;
    const known = made.get(key);
    if (known) return known;
    const isPlain = isKustomizationPath(path) && plainKustomization(bytes) !== undefined;
    const result = isPlain ? { objects: [], notes: [] } : makeObjects(path, parse(path, id, bytes));
    meter.objects(result.objects.length);
    made.set(key, result);
    return result;
  };
  const read = (side: Snapshot, paths: readonly string[]): ReadonlyMap<string, Buffer> => {
    const count = (path: string, size: number | undefined): void => {
      if (size !== undefined) meter.bytes(path, side.files.get(path)?.id ?? "", size);
    };
    for (const path of paths) count(path, side.files.get(path)?.size);
    const contents = side.read(paths);
    for (const [path, content] of contents) count(path, content.length);
    return contents;
  };
  const from = (side: Snapshot, bytes: ReadonlyMap<string, Buffer>): ReadonlyMap<string, Made> =>
    new Map([...bytes].map(([path, content]) => [path, make(path, side.files.get(path)?.id ?? "", content)]));
  return {
    load(selection) {
      const { everything, always = [], placeBase, placeHead } = selection;
      const reached = (side: Snapshot, paths: readonly string[]): Reach => {
        const files = read(side, paths.filter(isKustomizationPath));
        const documentOf = (path: string): Json | undefined => {
          const bytes = files.get(path);
          if (!bytes) return undefined;
          return (
            plainKustomization(bytes) ??
            parse(path, side.files.get(path)?.id ?? "", bytes).documents?.[0]?.value
          );
        };
        return reach(paths, documentOf, selection.roots);
      };
      const isChanged = [...new Set([...selection.basePaths, ...selection.headPaths])].some(
        (path) => base.files.get(path)?.id !== head.files.get(path)?.id,
      );
      const isFollowed = isChanged || everything || always.length > 0;
      const oldReach = isFollowed ? reached(base, selection.basePaths) : undefined;
      const newReach = isChanged ? reached(head, selection.headPaths) : oldReach;
      const basePaths = new Set(selection.basePaths.filter((path) => oldReach?.files?.has(path) ?? true));
      const headPaths = new Set(selection.headPaths.filter((path) => newReach?.files?.has(path) ?? true));
      const isSame = (path: string): boolean =>
        basePaths.has(path) && headPaths.has(path) && base.files.get(path)?.id === head.files.get(path)?.id;
      const all = [...new Set([...basePaths, ...headPaths])];
      const changed = all.filter((path) => !isSame(path));
      const oldBytes = read(
        base,
        changed.filter((path) => basePaths.has(path)),
      );
      const newBytes = read(
        head,
        changed.filter((path) => headPaths.has(path)),
      );
      const changedBase = from(base, oldBytes);
      const changedHead = from(head, newBytes);
      const relevant =
        changed.length > 0
          ? new Set([...always, ...relevantKinds(changedBase, changedHead)])
          : new Set(always);
      const unchanged =
        changed.length > 0 || everything || always.length > 0
          ? all.filter((path) => isSame(path) && !isKustomizationPath(path))
          : [];
      const shared = [...read(base, unchanged)]
        .filter(([path, bytes]) => everything || isRelevant(kindsOf(idOf(path), bytes), relevant))
        .map(([path, bytes]): [string, Made] => [path, make(path, base.files.get(path)?.id ?? "", bytes)]);
      const beside = (side: Snapshot, paths: readonly string[], by?: Reach): Side => {
        const differing = paths.filter((path) => base.files.get(path)?.id !== head.files.get(path)?.id);
        const left = by?.files ? differing.filter((path) => by.files?.has(path) === false) : [];
        return collect([...from(side, read(side, left))], side === base ? placeBase : placeHead);
      };
      const sides = {
        base: collect([...changedBase, ...shared], placeBase, oldReach?.notes),
        head: collect([...changedHead, ...shared], placeHead, newReach?.notes),
      };
      const others = new Map([
        ...beside(base, selection.basePaths, oldReach).objects,
        ...beside(head, selection.headPaths, newReach).objects,
      ]);
      const unlisted = [...others].filter(
        ([key]) => !sides.base.objects.has(key) && !sides.head.objects.has(key),
      );
      return { ...sides, changedPaths: changed, unlisted: unlisted.map(([, object]) => object) };
    },
  };
}

interface Made {
  readonly objects: readonly PlanObject[];
  readonly notes: readonly string[];
  readonly problem?: string;
}

function makeObjects(path: string, parsed: Parsed): Made {
  if (parsed.documents === undefined) return { objects: [], notes: [], problem: parsed.problem };
  if (isKustomizationPath(path)) return { objects: [], notes: [] };
  const readings = parsed.documents.map((document) => objectsOf(path, document));
  return {
    objects: readings.flatMap(({ objects }) => objects),
    notes: readings.flatMap(({ notObjects }) => notObjects),
  };
}

function relevantKinds(...sides: readonly ReadonlyMap<string, Made>[]): ReadonlySet<string> {
  const kinds = sides.flatMap((side) =>
    [...side.values()].flatMap(({ objects }) => objects.map(({ kind }) => kind)),
  );
  // Objects of a changed kind are read wherever they stand, so that one that moved into an unchanged file is found.
  return new Set(["hook", ...kinds, ...kinds.flatMap((kind) => neighbours.get(kind) ?? [])]);
}

const kindPattern = /(?:^|[\s"'{,-])["']?kind["']?\s*:\s*["']?([A-Za-z]+)/g;

/** Returns the kinds that a text seems to hold; `hook` for one that Argo CD would run. */
function kindsIn(bytes: Buffer): ReadonlySet<string> {
  const text = bytes.toString("latin1");
  const kinds = new Set([...text.matchAll(kindPattern)].map(([, kind = ""]) => kind));
  if (text.includes("argocd.argoproj.io/hook") || text.includes("helm.sh/hook")) kinds.add("hook");
  return kinds;
}

function isRelevant(kinds: ReadonlySet<string>, relevant: ReadonlySet<string>): boolean {
  for (const kind of kinds) if (relevant.has(kind)) return true;
  return false;
}

function collect(
  files: readonly (readonly [string, Made])[],
  place: (object: PlanObject) => PlanObject,
  reachNotes: Side["notes"] = [],
): Side {
  const objects = new Map<string, PlanObject>();
  const problems: { path: string; reason: string }[] = [];
  const notes = [...reachNotes];
  for (const [path, made] of files) {
    if (made.problem !== undefined) problems.push({ path, reason: made.problem });
    notes.push(...made.notes.map((reason) => ({ path, reason })));
    for (const object of made.objects) {
      const placed = place(object);
      const key = identityOf(placed);
      const other = objects.get(key);
      if (other)
        notes.push({
          path,
          reason: `${object.kind} ${object.name} stands in ${other.path}, too: the last one is taken`,
        });
      objects.set(key, placed);
    }
  }
  return { objects, problems, notes };
}
