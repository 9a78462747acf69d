/*
 * Plans the last commits of repositories that this one did not make, each against its parent, and prints what came of it:
 *   node test/plan/foreign/main.ts GIT_DIRECTORY[:FOLDER] …  [--commits 50]
 * A changed object is one that both readers find and that differs as plain data; `told` has an effect in the plan. What
 * differs as data and not in a cluster (a default written out, a quantity in other words) is `equal`: the plan says
 * nothing of it on purpose. Ends with 1 when a plan crashed or less than 95 % of the changed built-in objects are told.
 */
import { isDeepStrictEqual, parseArgs } from "node:util";
import { canonical, isBuiltIn } from "../../../src/plan/compare/canonical.ts";
import { computePlan } from "../../../src/plan/compute.ts";
import { limits } from "../../../src/plan/read/limits.ts";
import type { PlanObject } from "../../../src/plan/read/objects.ts";
import type { Sides } from "../../../src/plan/read/sides.ts";
import { toMarkdown } from "../../../src/plan/report/markdown.ts";
import { verbs, type Plan } from "../../../src/plan/report/model.ts";
import { changedObjects, commitsOf, nameOf, placeOf, sidesOf, type Place } from "./commits.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { commits: { type: "string", default: "50" } },
});
const newestMinor = 37;

const print = (line: string): void => void process.stdout.write(`${line}\n`);
const median = (all: readonly number[]): number =>
  all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0;

interface Counts {
  commits: number;
  crashed: number;
  told: number;
  equal: number;
  silent: number;
  custom: number;
  unreadable: number;
  readonly times: number[];
  readonly verbs: Map<string, number>;
}

function count(counts: Counts, sides: Sides, plan: Plan): void {
  const { old, next } = changedObjects(sides);
  const told = new Set(
    plan.effects.map(({ object: { group, kind, namespace, name } }) =>
      [group, kind, namespace, name].join("/"),
    ),
  );
  for (const { verb } of plan.effects) counts.verbs.set(verb, (counts.verbs.get(verb) ?? 0) + 1);
  counts.unreadable += plan.environments.reduce((sum, { problems }) => sum + problems.length, 0);
  for (const key of new Set([...old.keys(), ...next.keys()])) {
    const [before, after] = [old.get(key), next.get(key)];
    const object = after ?? before;
    if (!object || isDeepStrictEqual(before?.body, after?.body)) continue;
    if (!isBuiltIn(object.group)) counts.custom += 1;
    else if (told.has(key)) counts.told += 1;
    else if (isEqual(before, after)) counts.equal += 1;
    else {
      counts.silent += 1;
      print(`  silent: ${key} in ${object.path}`);
    }
  }
}

function isEqual(before: PlanObject | undefined, after: PlanObject | undefined): boolean {
  return (
    before !== undefined &&
    after !== undefined &&
    isDeepStrictEqual(canonical(before.body, before, newestMinor), canonical(after.body, after, newestMinor))
  );
}

function run({ directory, folder }: Place): Counts {
  const counts: Counts = {
    commits: 0,
    crashed: 0,
    told: 0,
    equal: 0,
    silent: 0,
    custom: 0,
    unreadable: 0,
    times: [],
    verbs: new Map(),
  };
  const commits = commitsOf({ directory, folder }, Number(values.commits));
  print(`${nameOf(directory)} ${folder} ${commits.at(-1)?.slice(0, 12)}…${commits[0]?.slice(0, 12)}`);
  for (const commit of commits) {
    const start = performance.now();
    try {
      const sides = sidesOf({ directory, folder }, commit);
      const plan = computePlan(sides, { environment: undefined, minor: undefined, texts: false }, limits);
      toMarkdown(plan);
      counts.times.push(performance.now() - start);
      count(counts, sides, plan);
      counts.commits += 1;
    } catch (error) {
      counts.crashed += 1;
      print(`  ${commit}: ${error instanceof Error ? error.stack : String(error)}`);
    }
  }
  return counts;
}

for (const place of positionals) {
  const counts = run(placeOf(place));
  const { told, silent, equal, custom, crashed, commits, unreadable, times } = counts;
  const share = told + silent === 0 ? 100 : (100 * told) / (told + silent);
  print(
    `  ${commits} commits, ${crashed} crashed; built-in objects changed: ${told} told, ${silent} silent (${share.toFixed(1)} %), ${equal} equal; ${custom} custom; ${unreadable} files that are no YAML`,
  );
  print(
    `  ${verbs.map((verb) => `${counts.verbs.get(verb) ?? 0} ${verb}`).join(", ")}; median ${Math.round(median(times))} ms, longest ${Math.round(Math.max(0, ...times))} ms`,
  );
  if (crashed > 0 || share < 95 || commits === 0) process.exitCode = 1;
}
