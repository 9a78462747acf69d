import { applicationsOf } from "./argocd/applications.ts";
import { totalsOf } from "./effects/environment.ts";
import { judge, type JudgedFiles, type Named } from "./judge.ts";
import { permissionChanges } from "./effects/permissions.ts";
import { alertChanges, certificateChanges, imageChanges, secretChanges } from "./effects/sections.ts";
import { byEnvironment, controlFolder } from "./read/environments.ts";
import { startMeter, type Limits } from "./read/limits.ts";
import { startLoader, type Loader, type Pair } from "./read/load.ts";
import type { PlanObject } from "./read/objects.ts";
import type { Sides } from "./read/sides.ts";
import { mergeAlike } from "./merge.ts";
import { schemaVersion, verdicts, type Plan, type Verdict } from "./report/model.ts";
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

/**
 * Computes the plan: what the head does to each cluster that the base describes. Throws a LimitError when there is
 * more to read than is read.
 */
export function computePlan(sides: Sides, request: Request, limits: Limits): Plan {
  const { environment, minor } = request;
  const { base, head, layout } = sides;
  const meter = startMeter(limits);
  const loader = startLoader(base, head, meter);
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
  const judged = wanted.map((named) => {
    meter.clock();
    return judge({ named, control, applications, loader, sides, minor });
  });
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
    capacity: mergeAlike(judged.flatMap(({ capacity }) => capacity)),
    network: mergeAlike(judged.flatMap(({ network }) => network)),
    permissions: mergeAlike(each((name, { context, after }) => permissionChanges(name, context.base, after))),
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
  // Equal contents are read once.
  const sizes = new Map<string, number>();
  for (const [side, wantedPaths] of [[base, paths.base] as const, [head, paths.head] as const]) {
    for (const path of wantedPaths) {
      const file = side.files.get(path);
      if (file) sizes.set(file.id, file.size);
    }
  }
  const all = [...sizes.values()];
  if (all.some((size) => size > fileBytes) || all.reduce((sum, size) => sum + size, 0) > totalBytes) return;
  base.read(paths.base);
  head.read(paths.head);
}

/** Returns the worst of the verdicts, `nothing` of none. */
function worstVerdict(found: readonly Verdict[]): Verdict {
  return verdicts.findLast((verdict) => found.includes(verdict)) ?? "nothing";
}

function asItIs(object: PlanObject): PlanObject {
  return object;
}

function loadControl(loader: Loader, named: Named | undefined): Pair {
  const { basePaths, headPaths } = named ?? { basePaths: [], headPaths: [] };
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
