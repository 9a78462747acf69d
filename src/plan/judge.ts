import { type Applications, placer } from "./argocd/applications.ts";
import { projectRefuses } from "./argocd/project.ts";
import { isClusterScoped } from "./argocd/scope.ts";
import { settingsOf } from "./argocd/settings.ts";
import { windowsOf } from "./argocd/windows.ts";
import { concernsEverything } from "./effects/consequences.ts";
import type { Context } from "./effects/context.ts";
import { judgeEnvironment, type Judged, type Situation } from "./effects/environment.ts";
import { changedPairs } from "./effects/sections.ts";
import { controlFolder } from "./read/environments.ts";
import type { Loader, Pair } from "./read/load.ts";
import type { PlanObject } from "./read/objects.ts";
import type { Sides } from "./read/sides.ts";
import type { Omitted } from "./report/model.ts";

/** The files of one environment on both sides. */
export interface Named {
  readonly name: string;
  readonly basePaths: readonly string[];
  readonly headPaths: readonly string[];
}

/** What happens in an environment, with what it was judged by and what was not looked at. */
export type JudgedFiles = Judged & {
  readonly context: Context;
  readonly omitted: readonly Omitted[];
  readonly changed: boolean;
};

/** What judging the files of an environment needs. */
export interface Job {
  readonly named: Named;
  readonly control: Pair;
  readonly applications: Applications;
  readonly loader: Loader;
  readonly sides: Sides;
  readonly minor: number | undefined;
}

/** Loads an environment and returns what happens in it. */
export function judge(job: Job): JudgedFiles {
  const { named, control, applications, loader, sides } = job;
  const { name } = named;
  const path = named.basePaths[0] ?? named.headPaths[0] ?? "";
  const isControl = name === controlFolder;
  const removal = isControl ? undefined : applications.removalOf(path, named.headPaths.length > 0);
  const owners = { base: applications.ownerOf(path, "base"), head: applications.ownerOf(path, "head") };
  const projects = {
    base: owners.base && applications.projectOf(owners.base, "base"),
    head: owners.head && applications.projectOf(owners.head, "head"),
  };
  const projectChanged =
    projects.base?.body !== projects.head?.body || owners.base?.body !== owners.head?.body;
  const place = (side: "base" | "head"): ((object: PlanObject) => PlanObject) =>
    placer(
      (file) =>
        settingsOf(
          applications.ownerOf(file, side) ?? applications.ownerOf(file, side === "base" ? "head" : "base"),
          undefined,
        ).namespace,
      isClusterScoped,
    );
  const load = (everything: boolean): Pair =>
    loader.load({
      basePaths: named.basePaths,
      headPaths: named.headPaths,
      roots: "top",
      everything,
      placeBase: place("base"),
      placeHead: place("head"),
    });
  const isWhole = removal !== undefined || (projectChanged && projects.head !== undefined);
  const first = isControl ? control : load(isWhole);
  // What the changes mean for the network and the quota is seen only beside everything else.
  const needsAll =
    !isControl && !isWhole && changedPairs(first.base.objects, first.head.objects).some(concernsEverything);
  const loaded = needsAll ? load(true) : first;
  const pair = removal
    ? { ...loaded, head: { ...loaded.head, objects: new Map<string, PlanObject>() } }
    : loaded;
  const refuses = (object: PlanObject, side: "base" | "head"): string | undefined => {
    const owner = applications.ownerOf(object.path, side);
    const project = owner && applications.projectOf(owner, side);
    return owner && project ? projectRefuses(project.body, object, owner.body) : undefined;
  };
  const context: Context = {
    environment: name,
    base: pair.base.objects,
    head: pair.head.objects,
    settingsFor: (object) =>
      owners.base || owners.head || isControl
        ? applications.settingsFor(object.path)
        : settingsOf(undefined, job.minor),
    projectRefuses: (object) => refuses(object, "head"),
    ...(removal ? { removal } : {}),
    ...windowsFor(applications, owners),
  };
  const situation: Situation = {
    context,
    settings: applications.settingsFor(path),
    problems: problemsOf(named, pair, sides),
    notes: [],
    unlisted: pair.unlisted,
    newlyForbidden: projectChanged ? forbidden(pair, refuses) : [],
  };
  const judged = judgeEnvironment(situation);
  const omitted = [
    ...pair.head.notes.map(({ path: what, reason }) => ({ environment: name, what, reason })),
    ...pair.base.problems.map(({ path: what, reason }) => ({
      environment: name,
      what,
      reason: `${reason} (base)`,
    })),
    ...judged.report.notes.map((reason) => ({ environment: name, what: name, reason })),
    ...sides.head.skipped
      .filter((entry) => sides.layout(entry.path) === name)
      .map((entry) => ({ environment: name, what: entry.path, reason: entry.reason })),
  ];
  const isUnchanged = pair.changedPaths.length === 0 && judged.effects.length === 0;
  return { ...judged, context, omitted: isUnchanged ? [] : omitted, changed: pair.changedPaths.length > 0 };
}

// A sync waits for the windows that the merge itself brings.
function windowsFor(
  applications: Applications,
  { base, head }: { readonly base: PlanObject | undefined; readonly head: PlanObject | undefined },
): Pick<Context, "windows"> {
  const owner = head ?? base;
  const project = owner && applications.projectOf(owner, head ? "head" : "base");
  return owner && project
    ? { windows: windowsOf(project.body, owner.body, settingsOf(owner, undefined).namespace) }
    : {};
}

function forbidden(
  pair: Pair,
  refuses: (object: PlanObject, side: "base" | "head") => string | undefined,
): Situation["newlyForbidden"] {
  return [...pair.head.objects.values()].flatMap((object) => {
    const cause = refuses(object, "head");
    return cause !== undefined && refuses(object, "base") === undefined ? [{ object, cause }] : [];
  });
}

// What the plan could not look into on the head's side and that is not as it was: never a pass.
function problemsOf({ name }: Named, pair: Pair, { base, head, layout }: Sides): readonly string[] {
  const before = new Map(base.skipped.map(({ path, id }) => [path, id]));
  const links = head.skipped.filter(
    ({ path, id }) => layout(path) === name && !(before.has(path) && (id === "" || before.get(path) === id)),
  );
  const unreadable = pair.head.problems.filter(({ path }) => pair.changedPaths.includes(path));
  return [
    ...links.map(({ path, reason }) => `${path}: ${reason}, and it is new or changed`),
    ...unreadable.map(({ path, reason }) => `${path} ${reason}: a sync cannot apply it`),
  ];
}
