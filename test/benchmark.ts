/*
 * Prints what the checks cost beyond rendering: CPU time over all environments in a fresh process, as a command is one.
 * The ratio says more than the times, which say something only beside the machine that they were taken on. Nothing here
 * passes or fails.
 */
import { execFileSync } from "node:child_process";
import { cpus } from "node:os";
import type { Rule } from "../src/checks/rule.ts";
import { rules } from "../src/checks/rules.ts";
import { runRules } from "../src/checks/run.ts";
import { render, subjectOf } from "../src/render.ts";
import { repository } from "./repository.ts";

const runs = 9;

interface Cost {
  readonly render: number;
  readonly checks: number;
  readonly slowest: readonly (readonly [rule: string, milliseconds: number])[];
}

if (process.argv[2] === "once") process.stdout.write(JSON.stringify(await once()));
else print(Array.from({ length: runs }, another));

/** Renders without any rule, then runs all of them on what was rendered, which no rule has seen yet. */
async function once(): Promise<Cost> {
  const all = takeOut(rules);
  const begun = process.cpuUsage();
  const { environments } = await render(repository);
  const rendered = millisecondsSince(begun);
  const each = new Map<string, number>();
  const started = process.cpuUsage();
  for (const environment of environments) {
    const subject = subjectOf(environment);
    for (const rule of all) {
      const start = process.cpuUsage();
      runRules([rule], { ...subject, exceptions: [] });
      each.set(rule.id, (each.get(rule.id) ?? 0) + millisecondsSince(start));
    }
  }
  const slowest = [...each].toSorted(([, one], [, other]) => other - one).slice(0, 3);
  return { render: rendered, checks: millisecondsSince(started), slowest };
}

/** Empties the list that rendering reads, which leaves rendering alone. */
function takeOut(list: readonly Rule[]): readonly Rule[] {
  const all = [...list];
  Reflect.set(list, "length", 0);
  return all;
}

function another(): Cost {
  const output = execFileSync(process.execPath, [import.meta.filename, "once"], {
    cwd: repository,
    encoding: "utf8",
  });
  const cost: Cost = JSON.parse(output);
  return cost;
}

function print(costs: readonly Cost[]): void {
  const [rendering, checking] = (["render", "checks"] as const).map((part) =>
    median(costs.map((cost) => cost[part])),
  );
  const slowest = costs.toSorted((one, other) => one.checks - other.checks)[0]?.slowest ?? [];
  const lines = [
    `${cpus()[0]?.model ?? "unknown"}, ${cpus().length} processors, Node ${process.version}, median of ${runs} processes`,
    `rendering  ${shown(rendering)} of CPU`,
    `checks     ${shown(checking)} of CPU, least ${shown(Math.min(...costs.map(({ checks }) => checks)))}`,
    `ratio      ${(((checking ?? 0) / (rendering ?? 1)) * 100).toFixed(1)} %`,
    `slowest    ${slowest.map(([rule, time]) => `${rule} ${shown(time)}`).join(", ")}`,
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)] ?? 0;
}

function shown(milliseconds = 0): string {
  return `${milliseconds.toFixed(1)} ms`;
}

function millisecondsSince(start: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}
