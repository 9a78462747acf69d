import { applicationsOf, placer, type Applications } from "./argocd/applications.ts";
import { projectRefuses } from "./argocd/project.ts";
import { isClusterScoped } from "./argocd/scope.ts";
import { settingsOf } from "./argocd/settings.ts";
import type { Context } from "./effects/context.ts";
import { judgeEnvironment, totalsOf, type Judged, type Situation } from "./effects/environment.ts";
import { permissionChanges } from "./effects/permissions.ts";
import { alertChanges, certificateChanges, imageChanges, secretChanges } from "./effects/sections.ts";
import { byEnvironment, controlFolder } from "./read/environments.ts";
import { startMeter, type Limits } from "./read/limits.ts";
import { startLoader, type Loader, type Pair } from "./read/load.ts";
import type { PlanObject } from "./read/objects.ts";
import type { Sides } from "./read/sides.ts";
import { mergeAlike } from "./merge.ts";
import { schemaVersion, verdicts, type Omitted, type Plan, type Verdict } from "./report/model.ts";
import { redactPlan, secretsIn } from "./redact.ts";
import { objectTexts } from "./texts.ts";

/** What the command line asks for beyond the two sides. */
export interface Request {
  /** The one environment to plan; undefined for all. */
  readonly environment: string | undefined;
  /** Minor version of Kubernetes instead of the one that the tree states. */
  readonly minor: number | undefined;
  /** Whether the plan holds both sides of each changed object as text. */
  readonly texts: boolean;
}

interface Named {
  readonly name: string;
  readonly basePaths: readonly string[];
  readonly headPaths: readonly string[];
}

/**
 * Computes the plan: what the head does to each cluster that the base describes. Throws a LimitError when there is
 * more to read than is read.
 */
export function computePlan(sides: Sides, request: Request, limits: Limits): Plan {
  const { environment, minor } = request;
  const { base, head, layout } = sides;
  const loader = startLoader(base, head, startMeter(limits));
  const groups = { base: byEnvironment(base, layout), head: byEnvironment(head, layout) };
  const names = [...new Set([...groups.base.keys(), ...groups.head.keys()])].toSorted();
  const all = names.map((name): Named => ({
    name,
    basePaths: groups.base.get(name) ?? [],
    headPaths: groups.head.get(name) ?? [],
  }));
  const wanted = all.filter(({ name }) => environment === undefined || name === environment);
  readAhead(sides, wanted, limits);
  const control = loadControl(
    loader,
    all.find(({ name }) => name === controlFolder),
  );
  const applications = applicationsOf(control.base.objects, control.head.objects, minor);
  const judged = wanted.map((named) => judge({ named, control, applications, loader, sides, minor }));
  const merged = mergeAlike(judged.flatMap(({ effects }) => effects));
  const pipeline = sides.pipelineFiles ?? [];
  const renderedChanged = judged.some(({ changed }) => changed);
  const each = <Line>(lines: (name: string, judged: JudgedFiles) => readonly Line[]): readonly Line[] =>
    judged.flatMap((one) => (one.pairs.length > 0 ? lines(one.report.name, one) : []));
  const visible = judged.filter(
    ({ report }) => report.name !== controlFolder || report.verdict !== "nothing",
  );
  const plan: Plan = {
    schemaVersion,
    base: base.label,
    head: head.label,
    kubernetes: [...new Set(visible.map(({ report }) => report.kubernetes.version))].toSorted(),
    verdict: worstVerdict(judged.map(({ report }) => report.verdict)),
    totals: totalsOf(merged),
    environments: visible.map(({ report }) => report),
    effects: merged,
    permissions: mergeAlike(each((name, { context }) => permissionChanges(name, context.base, context.head))),
    configuration: mergeAlike(judged.flatMap(({ configuration }) => configuration)),
    images: mergeAlike(each((name, { pairs }) => imageChanges(name, pairs))),
    alerts: mergeAlike(each((name, { pairs }) => alertChanges(name, pairs))),
    certificates: mergeAlike(each((name, { pairs }) => certificateChanges(name, pairs))),
    secrets: mergeAlike(each((name, { pairs }) => secretChanges(name, pairs))),
    hooks: mergeAlike(judged.flatMap(({ hooks }) => hooks)),
    pipeline: {
      changed: pipeline.length,
      renderedChanged,
      ...(pipeline.length > 0 && !renderedChanged
        ? { note: "the pipeline or its values changed, nothing rendered did" }
        : {}),
    },
    objects: request.texts
      ? mergeAlike(
          judged.flatMap(({ report, effects, context }) => objectTexts(report.name, effects, context)),
        )
      : [],
    omitted: judged.flatMap(({ omitted }) => omitted),
  };
  const bodies = judged.flatMap(({ pairs }) =>
    pairs.flatMap((pair) => [pair.base?.body ?? {}, pair.head?.body ?? {}]),
  );
  return redactPlan(plan, new Set(bodies.flatMap((body) => [...secretsIn(body)])));
}

// One look into git instead of several for each environment. What is too large to be read is left to the loader, which
// counts and stops.
function readAhead({ base, head }: Sides, wanted: readonly Named[], { fileBytes, totalBytes }: Limits): void {
  const differs = (path: string): boolean => base.files.get(path)?.id !== head.files.get(path)?.id;
  const changed = wanted.filter(
    ({ name, basePaths, headPaths }) => name === controlFolder || [...basePaths, ...headPaths].some(differs),
  );
  const paths = {
    base: changed.flatMap(({ basePaths }) => basePaths),
    head: changed.flatMap(({ headPaths }) => headPaths),
  };
  const sizes = [
    ...paths.base.map((path) => base.files.get(path)?.size ?? 0),
    ...paths.head.map((path) => head.files.get(path)?.size ?? 0),
  ];
  if (sizes.some((size) => size > fileBytes) || sizes.reduce((sum, size) => sum + size, 0) > totalBytes)
    return;
  base.read(paths.base);
  head.read(paths.head);
}

/** Returns the worst of the verdicts, `nothing` of none. */
export function worstVerdict(found: readonly Verdict[]): Verdict {
  return verdicts.findLast((verdict) => found.includes(verdict)) ?? "nothing";
}

function asItIs(object: PlanObject): PlanObject {
  return object;
}

function loadControl(loader: Loader, named: Named | undefined): Pair {
  const { basePaths, headPaths } = named ?? { basePaths: [], headPaths: [] };
  return loader.load({ basePaths, headPaths, everything: true, placeBase: asItIs, placeHead: asItIs });
}

type JudgedFiles = Judged & {
  readonly context: Context;
  readonly omitted: readonly Omitted[];
  readonly changed: boolean;
};

interface Job {
  readonly named: Named;
  readonly control: Pair;
  readonly applications: Applications;
  readonly loader: Loader;
  readonly sides: Sides;
  readonly minor: number | undefined;
}

function judge(job: Job): JudgedFiles {
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
  const loaded = isControl
    ? control
    : loader.load({
        basePaths: named.basePaths,
        headPaths: named.headPaths,
        everything: removal !== undefined || (projectChanged && projects.head !== undefined),
        placeBase: place("base"),
        placeHead: place("head"),
      });
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
  };
  const situation: Situation = {
    context,
    settings: applications.settingsFor(path),
    problems: problemsOf(named, pair, sides),
    notes: [],
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
    ...sides.head.skipped
      .filter((entry) => sides.layout(entry.path) === name)
      .map((entry) => ({ environment: name, what: entry.path, reason: entry.reason })),
  ];
  const isUnchanged = pair.changedPaths.length === 0 && judged.effects.length === 0;
  return { ...judged, context, omitted: isUnchanged ? [] : omitted, changed: pair.changedPaths.length > 0 };
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
