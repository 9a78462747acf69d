/*
 * Prints what the checks cost beyond rendering, over all environments in a fresh process, as a command is one: the time
 * that passes, and the processor's, which also counts what V8 compiles and collects beside it. Then the same again in that
 * process, as the plan or the tests do it. The ratio says more than the times, which say something only beside the machine
 * that they were taken on; on a busy one, the least of the times is nearest to the truth. Nothing here passes or fails.
 */
import { execFileSync } from "node:child_process";
import { cpus } from "node:os";
import { join } from "node:path";
import type { Rule } from "../src/checks/rule.ts";
import { rules } from "../src/checks/rules.ts";
import { runRules } from "../src/checks/run.ts";
import { render, type RenderedEnvironment, subjectOf } from "../src/render.ts";
import { repository } from "./repository.ts";

const runs = 9;
const rounds = 20;

/** In milliseconds. */
interface Time {
  readonly passed: number;
  readonly processor: number;
}

interface Cost {
  readonly rendering: Time;
  readonly checks: Time;
  readonly again: Time;
  /** How long each rule took in the first round, in milliseconds. */
  readonly each: Readonly<Record<string, number>>;
}

if (process.argv[2] === "once") process.stdout.write(JSON.stringify(await once()));
else print(Array.from({ length: runs }, another));

/** Renders without any rule, then runs all of them on what was rendered, which no rule has seen yet. */
async function once(): Promise<Cost> {
  const all = takeOut(rules);
  const begun = now();
  const { environments } = await render(repository);
  const rendering = since(begun);
  const each = new Map<string, number>();
  const measured = all.map((rule): Rule => ({ ...rule, check: measuredCheck(rule, each) }));
  const started = now();
  check(measured, environments);
  const checks = since(started);
  let again = checks;
  for (let round = 1; round < rounds; round += 1) {
    const restarted = now();
    check(all, environments);
    again = since(restarted);
  }
  return { rendering, checks, again, each: Object.fromEntries(each) };
}

function check(all: readonly Rule[], environments: readonly RenderedEnvironment[]): void {
  for (const environment of environments) runRules(all, { ...subjectOf(environment), exceptions: [] });
}

function measuredCheck(rule: Rule, each: Map<string, number>): Rule["check"] {
  return (manifests) => {
    const start = performance.now();
    const findings = [...rule.check(manifests)];
    each.set(rule.id, (each.get(rule.id) ?? 0) + performance.now() - start);
    return findings;
  };
}

/** Empties the list that rendering reads, which leaves rendering alone. */
function takeOut(list: readonly Rule[]): readonly Rule[] {
  const all = [...list];
  Reflect.set(list, "length", 0);
  return all;
}

/** With the cache of compiled code that the commands use. */
function another(): Cost {
  const cache = join(repository, "src/compile-cache.js");
  const output = execFileSync(process.execPath, ["--import", cache, import.meta.filename, "once"], {
    cwd: repository,
    encoding: "utf8",
  });
  const cost: Cost = JSON.parse(output);
  return cost;
}

function print(costs: readonly Cost[]): void {
  const of = (part: "rendering" | "checks" | "again", kind: keyof Time): readonly number[] =>
    costs.map((cost) => cost[part][kind]);
  const line = (part: "rendering" | "checks" | "again"): string =>
    `${part.padEnd(11)}${shown(of(part, "passed"))} passed, ${shown(of(part, "processor"))} of CPU`;
  const ratio = median(of("checks", "processor")) / median(of("rendering", "processor"));
  const slowest = Object.keys(costs[0]?.each ?? {})
    .map((rule) => [rule, median(costs.map(({ each }) => each[rule] ?? 0))] as const)
    .toSorted(([, one], [, other]) => other - one)
    .slice(0, 5);
  const lines = [
    `${cpus()[0]?.model ?? "unknown"}, ${cpus().length} processors, Node ${process.version}, median (least) of ${runs} processes`,
    line("rendering"),
    line("checks"),
    `${line("again")}, in round ${rounds} of the same process`,
    `ratio      ${(ratio * 100).toFixed(1)} % of CPU`,
    `slowest    ${slowest.map(([rule, time]) => `${rule} ${time.toFixed(1)} ms`).join(", ")}`,
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
}

function shown(times: readonly number[]): string {
  return `${median(times).toFixed(1)} ms (${Math.min(...times).toFixed(1)})`;
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)] ?? 0;
}

function now(): { readonly passed: number; readonly usage: NodeJS.CpuUsage } {
  return { passed: performance.now(), usage: process.cpuUsage() };
}

function since(start: ReturnType<typeof now>): Time {
  const { user, system } = process.cpuUsage(start.usage);
  return { passed: performance.now() - start.passed, processor: (user + system) / 1000 };
}
