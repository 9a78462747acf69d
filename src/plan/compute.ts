import { controlOf, groupAlike, type Alike } from "./alike.ts";
import { applicationsOf, type Applications } from "./argocd/applications.ts";
import { totalsOf } from "./effects/environment.ts";
import { judge, type Named } from "./judge.ts";
import { mergeAlike, type InEnvironments } from "./merge.ts";
import { outcomeOf, type Outcome } from "./outcome.ts";
import { byEnvironment, controlFolder } from "./read/environments.ts";
import { startMeter, type Limits } from "./read/limits.ts";
import { startLoader, type Loader, type Pair } from "./read/load.ts";
import type { PlanObject } from "./read/objects.ts";
import type { Sides } from "./read/sides.ts";
import { redactPlan } from "./redact.ts";
import { schemaVersion, verdicts, type Plan, type Verdict } from "./report/model.ts";
import { within } from "./within.ts";

/** What the command line asks for beyond the two sides. */
export interface Request {
  /** The one environment to plan; undefined for all. */
  readonly environment: string | undefined;
  /** Minor version of Kubernetes instead of the one that the tree states. */
  readonly minor: number | undefined;
  /** Whether the plan holds both sides of each changed object as text. */
  readonly texts: boolean;
}

/**
 * Computes the plan: what the head does to each cluster that the base describes. Throws a LimitError when there is
 * more to read than is read, or when it takes longer than it may.
 */
export function computePlan(sides: Sides, request: Request, limits: Limits): Plan {
  return within(limits.time, () => compute(sides, request, limits));
}

function compute(sides: Sides, request: Request, limits: Limits): Plan {
  const { base, head } = sides;
  const meter = startMeter(limits);
  const loader = startLoader(base, head, meter);
  const named = namedIn(sides);
  const wanted = named.filter(
    ({ name }) => request.environment === undefined || name === request.environment,
  );
  const { groups, control, applications } = prepare({ sides, named, wanted, loader, minor: request.minor });
  const outcomes = groups.map((group) => {
    const job = { named: group.named, control, applications, loader, sides, minor: request.minor };
    return outcomeOf(group, judge(job), request.texts);
  });
  const plan = planFrom(sides, outcomes);
  return redactPlan(plan, new Set(outcomes.flatMap(({ withheld }) => withheld)));
}

function namedIn({ base, head, layout }: Sides): readonly Named[] {
  const ofBase = byEnvironment(base, layout);
  const isSame =
    base.files.size === head.files.size && [...head.files.keys()].every((path) => base.files.has(path));
  const groups = { base: ofBase, head: isSame ? ofBase : byEnvironment(head, layout) };
  const names = [...new Set([...groups.base.keys(), ...groups.head.keys()])].toSorted();
  return names.map((name) => ({
    name,
    basePaths: groups.base.get(name) ?? [],
    headPaths: groups.head.get(name) ?? [],
  }));
}

interface Preparation {
  readonly groups: readonly Alike[];
  readonly control: Pair;
  readonly applications: Applications;
}

/** Reads what Argo CD's folder says, as far as it concerns the wanted environments, and groups them. */
function prepare({
  sides,
  named,
  wanted,
  loader,
  minor,
}: {
  readonly sides: Sides;
  readonly named: readonly Named[];
  readonly wanted: readonly Named[];
  readonly loader: Loader;
  readonly minor: number | undefined;
}): Preparation {
  const { changed, unlisted } = sides;
  const all = named.find(({ name }) => name === controlFolder) ?? noFiles;
  const environments = named.filter(({ name }) => name !== controlFolder).map(({ name }) => name);
  const byName = controlOf(
    new Set([...all.basePaths, ...all.headPaths]),
    new Set([...environments, ...unlisted]),
  );
  // Where nothing changes for Argo CD itself, only what it says about the environments at hand is read.
  const concerning = (names: readonly string[]): Named => {
    if (changed.has(controlFolder)) return all;
    const paths = ["", ...names].flatMap((name) => byName.files.get(name) ?? []).toSorted();
    return { name: controlFolder, basePaths: paths, headPaths: paths };
  };
  const groups = groupAlike(wanted, byName, sides);
  const load = (control: Named): Omit<Preparation, "groups"> => {
    const pair = loadControl(loader, control);
    return { control: pair, applications: applicationsOf(pair.base.objects, pair.head.objects, minor) };
  };
  const loaded = load(concerning(groups.map(({ named: { name } }) => name)));
  const isOwned = ({ named: { name, basePaths, headPaths } }: Alike): boolean => {
    const [path = ""] = [...basePaths, ...headPaths];
    return (
      name === controlFolder ||
      (["base", "head"] as const).some((side) => loaded.applications.ownerOf(path, side))
    );
  };
  // An Application can stand in a file that is named after another environment.
  return groups.every(isOwned) ? { groups, ...loaded } : { groups: wanted.map(alone), ...load(all) };
}

const noFiles: Named = { name: controlFolder, basePaths: [], headPaths: [] };

function alone(named: Named): Alike {
  return { named, names: [named.name] };
}

function planFrom({ base, head, pipelineFiles: pipeline = [] }: Sides, outcomes: readonly Outcome[]): Plan {
  const reports = outcomes
    .flatMap((outcome) => outcome.reports)
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const merged = <Line extends InEnvironments>(
    linesOf: (outcome: Outcome) => readonly Line[],
  ): readonly Line[] => mergeAlike(outcomes.flatMap(linesOf));
  const effects = merged((outcome) => outcome.effects);
  const renderedChanged = outcomes.some(({ changed }) => changed);
  const visible = reports.filter(({ name, verdict }) => name !== controlFolder || verdict !== "nothing");
  return {
    schemaVersion,
    base: base.label,
    head: head.label,
    kubernetes: [...new Set(visible.map(({ kubernetes }) => kubernetes.version))].toSorted(),
    verdict: worstVerdict(reports.map(({ verdict }) => verdict)),
    totals: totalsOf(effects),
    environments: visible,
    effects,
    capacity: merged(({ capacity }) => capacity),
    network: merged(({ network }) => network),
    permissions: merged(({ permissions }) => permissions),
    configuration: merged(({ configuration }) => configuration),
    images: merged(({ images }) => images),
    alerts: merged(({ alerts }) => alerts),
    certificates: merged(({ certificates }) => certificates),
    secrets: merged(({ secrets }) => secrets),
    hooks: merged(({ hooks }) => hooks),
    pipeline: {
      changed: pipeline.length,
      renderedChanged,
      ...(pipeline.length > 0 && !renderedChanged
        ? { note: "the pipeline or its values changed, nothing rendered did" }
        : {}),
    },
    objects: merged(({ objects }) => objects),
    omitted: outcomes.flatMap(({ omitted }) => omitted),
  };
}

/** Returns the worst of the verdicts, `nothing` of none. */
function worstVerdict(found: readonly Verdict[]): Verdict {
  return verdicts.findLast((verdict) => found.includes(verdict)) ?? "nothing";
}

function asItIs(object: PlanObject): PlanObject {
  return object;
}

function loadControl(loader: Loader, { basePaths, headPaths }: Named): Pair {
  return loader.load({
    basePaths,
    headPaths,
    everything: false,
    always: ["Application", "AppProject"],
    roots: "all",
    placeBase: asItIs,
    placeHead: asItIs,
  });
}
