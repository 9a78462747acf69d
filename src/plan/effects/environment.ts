import { hookOf } from "../argocd/options.ts";
import type { Settings } from "../argocd/settings.ts";
import { identityOf, type PlanObject } from "../read/objects.ts";
import {
  verbs,
  type CapacityLine,
  type ConfigurationChange,
  type Effect,
  type EnvironmentReport,
  type Hook,
  type NetworkChange,
  type Totals,
  type Verdict,
} from "../report/model.ts";
import { budgetOf } from "./budget.ts";
import { configurationEffect } from "./configuration.ts";
import { consequences } from "./consequences.ts";
import type { Context } from "./context.ts";
import { deletion } from "./deletion.ts";
import { effectOf, nameOf } from "./draft.ts";
import type { ObjectSet } from "./neighbours.ts";
import { changedPairs, type Pairing } from "./sections.ts";
import { stopOf } from "./stop.ts";
import { createEffect, updateEffect } from "./updates.ts";

/** What happens in one environment. */
export interface Judged {
  readonly report: EnvironmentReport;
  readonly effects: readonly Effect[];
  readonly configuration: readonly ConfigurationChange[];
  readonly hooks: readonly Hook[];
  readonly capacity: readonly CapacityLine[];
  readonly network: readonly NetworkChange[];
  /** Changed objects, without those that leave the tree and stay in the cluster. */
  readonly pairs: readonly Pairing[];
  /** What the cluster holds afterwards: what stays and what is refused as it was, everything else as the head has it. */
  readonly after: ObjectSet;
}

/** What judging an environment needs besides its objects. */
export interface Situation {
  readonly context: Context;
  /** Settings of its Application. */
  readonly settings: Settings;
  /** Reasons for the verdict `refused` that belong to no object: unreadable files, limits. */
  readonly problems: readonly string[];
  readonly notes: readonly string[];
  /** Objects of changed files that no kustomization file lists. */
  readonly unlisted: readonly PlanObject[];
  /** Unchanged objects that the project permits on the base side and no longer on the head's. */
  readonly newlyForbidden: readonly { readonly object: PlanObject; readonly cause: string }[];
}

/** Returns what happens in one environment. */
export function judgeEnvironment(situation: Situation): Judged {
  const { context, settings, problems, notes, unlisted, newlyForbidden } = situation;
  const { environment, base, head, removal } = context;
  const pairs = changedPairs(base, head);
  const first = pairs.flatMap((pair) => effectFor(context, pair) ?? []);
  const forbidden = newlyForbidden
    .filter(({ object }) => !first.some((effect) => isOf(effect, object)))
    .map(({ object, cause }) =>
      effectOf(environment, object, "head", {
        verb: "refused",
        cause,
        wayOut: ["permit it in the AppProject, or take it out of the tree"],
      }),
    );
  const { effects, configuration } = withConfiguration(
    context,
    pairs,
    [...first, ...forbidden, ...unlisted.map((object) => ignored(environment, object))].map((effect) =>
      held(effect, context),
    ),
  );
  const blocked = removal?.blocked ? [removal.cause] : [];
  const budget = budgetOf(effects, base, settings);
  const stop = stopOf(effects, base, head);
  const cluster = afterwards(pairs, head, effects);
  const { capacity, network, notes: limits } = consequences(context, cluster.pairs, cluster.after, effects);
  const isStuck = capacity.some(({ fits }) => fits === "no" || fits === "depends");
  const allProblems = [...problems, ...blocked];
  const report: EnvironmentReport = {
    name: environment,
    verdict: verdictOf(effects, budget.exceeded, allProblems.length > 0 || isStuck),
    kubernetes: { version: `1.${settings.minor}`, from: settings.minorFrom },
    ...(settings.application ? { application: settings.application.name } : {}),
    apply: settings.options.has("Replace=true")
      ? "replace"
      : settings.options.has("ServerSideApply=true")
        ? "server-side"
        : "client-side",
    prune: settings.prune,
    budget,
    totals: totalsOf(effects),
    ...(stop ? { stop } : {}),
    problems: allProblems,
    notes: [...notes, ...limits],
    ...(effects.length > 0 && context.windows && context.windows.depends.length > 0
      ? { windows: context.windows.depends }
      : {}),
  };
  return {
    report,
    effects,
    configuration,
    hooks: effects.length > 0 ? hooksOf(context, effects) : [],
    capacity,
    network,
    ...cluster,
  };
}

function ignored(environment: string, object: PlanObject): Effect {
  return effectOf(environment, object, "head", {
    verb: "no-effect-yet",
    cause: "no kustomization file of this tree lists its file: nothing applies it from here",
  });
}

// Where no sync can begin, what a sync would do has no effect yet; what it would refuse is still told.
function held(effect: Effect, { windows }: Context): Effect {
  if (windows?.closed === undefined || effect.verb === "refused" || effect.verb === "no-effect-yet")
    return effect;
  const { restart: _, data: __, ...rest } = effect;
  return {
    ...rest,
    verb: "no-effect-yet",
    cause: `${windows.closed}; afterwards: ${effect.cause}`,
    changes: effect.changes.map((change) => ({ ...change, verb: "no-effect-yet" })),
  };
}

function afterwards(
  pairs: readonly Pairing[],
  head: ObjectSet,
  effects: readonly Effect[],
): Pick<Judged, "pairs" | "after"> {
  const verbOf = new Map(
    effects.map(({ object, verb }) => [
      [object.group, object.kind, object.namespace, object.name].join("/"),
      verb,
    ]),
  );
  const after = new Map(head);
  for (const { base, head: next } of pairs) {
    const object = base ?? next;
    if (!object) continue;
    const key = identityOf(object);
    const verb = verbOf.get(key);
    if (base && (verb === "refused" || (!next && verb === "no-effect-yet"))) after.set(key, base);
    else if (verb === "refused") after.delete(key);
  }
  return {
    pairs: pairs.filter(({ base, head: next }) => next || (base && !after.has(identityOf(base)))),
    after,
  };
}

function isOf({ object }: Effect, { group, kind, namespace, name }: PlanObject): boolean {
  return (
    object.group === group && object.kind === kind && object.namespace === namespace && object.name === name
  );
}

function effectFor(context: Context, { base, head }: Pairing): Effect | undefined {
  if (base && head) return updateEffect(context, base, head);
  if (head) return createEffect(context, head);
  return base ? deletion(context, base) : undefined;
}

// What a ConfigMap does depends on which pods roll, so it is judged last. Only a live change can turn out to be none yet.
function withConfiguration(
  context: Context,
  pairs: readonly Pairing[],
  effects: readonly Effect[],
): { readonly effects: readonly Effect[]; readonly configuration: readonly ConfigurationChange[] } {
  const { environment, head: set } = context;
  const replaced = effects.filter(({ verb }) => verb === "rolls" || verb === "recreated");
  const rolling = new Set(
    replaced.map(({ object }) => [object.group, object.kind, object.namespace, object.name].join("/")),
  );
  const byName = new Map(pairs.map((pair) => [pair.head ? identityOf(pair.head) : "", pair]));
  const lines: ConfigurationChange[] = [];
  const judged = effects.map((effect): Effect => {
    const { group, kind, namespace, name } = effect.object;
    const pair = byName.get([group, kind, namespace, name].join("/"));
    if (
      !pair?.base ||
      !pair.head ||
      effect.verb !== "live" ||
      pair.head.group !== "" ||
      pair.head.kind !== "ConfigMap"
    )
      return effect;
    const found = configurationEffect({ environment, base: pair.base, head: pair.head, set, rolling });
    lines.push(...found.lines);
    if (found.lines.length === 0) return effect;
    const depends = [...effect.depends, ...found.depends];
    const changes = effect.changes.map((change) =>
      change.path.startsWith("data") || change.path.startsWith("binaryData")
        ? { ...change, verb: found.verb }
        : change,
    );
    return {
      ...effect,
      verb: found.verb,
      cause: found.cause,
      depends,
      changes,
      certainty: depends.length === 0 ? "certain" : "depends",
    };
  });
  return { effects: judged, configuration: lines };
}

function verdictOf(effects: readonly Effect[], exceeded: boolean, hasProblem: boolean): Verdict {
  if (hasProblem || effects.some(({ verb }) => verb === "refused")) return "refused";
  if (exceeded || effects.some(({ data }) => data === "lost")) return "data-loss";
  if (effects.some(({ restart }) => restart !== undefined)) return "restarts";
  return effects.length === 0 ? "nothing" : "safe";
}

/** Returns how many effects have which verb. */
export function totalsOf(effects: readonly Pick<Effect, "verb" | "environments">[]): Totals {
  const totals = { refused: 0, deleted: 0, recreated: 0, rolls: 0, live: 0, created: 0, "no-effect-yet": 0 };
  for (const verb of verbs) {
    for (const effect of effects) if (effect.verb === verb) totals[verb] += effect.environments.length;
  }
  return totals;
}

const syncPhases = new Set(["PreSync", "Sync", "PostSync"]);

function hooksOf({ environment, head }: Context, effects: readonly Effect[]): readonly Hook[] {
  return [...head.values()].flatMap((object) => {
    const hook = hookOf(object.body);
    if (!hook || !hook.phase.split(",").some((phase) => syncPhases.has(phase))) return [];
    const changed = effects.some((effect) => isOf(effect, object));
    return [{ environments: [environment], object: nameOf(object), ...hook, changed }];
  });
}
