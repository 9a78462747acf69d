import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { repository } from "../repository.ts";
import { environmentNames, wholeTree } from "../trees.ts";
import { caughtBy } from "./catch.ts";
import { edited } from "./edits.ts";
import { setA } from "./set-a.ts";
import { leafCount, leafMutant } from "./set-b.ts";
import { explanationOf } from "./survivors.ts";

/** Changes of one random leaf, on each of the four trees. */
const perTree = 400;

const usage = `npm run test:mutants [-- --write]

Changes the parsed trees and asks the rules alone: Set A, harmful edits, all of which have to be caught; Set B, one
random leaf changed, of which the rate is told and each kind that survives explained.
  --write   also writes docs/mutants.md
`;

interface Survivor {
  readonly count: number;
  readonly example: string;
}

const { values } = parseArgs({ options: { write: { type: "boolean" }, help: { type: "boolean" } } });
if (values.help === true) process.stdout.write(usage);
else process.exitCode = await main(values.write === true);

async function main(write: boolean): Promise<number> {
  const missedA = setA.filter(
    ({ environment = "production", edits }) =>
      caughtBy(environment, edited(wholeTree(environment), edits)).length === 0,
  );
  const { caught, survivors } = setB();
  const page = report(setA.length - missedA.length, caught, survivors);
  const unexplained = [...survivors.keys()].filter((kind) => explanationOf(kind) === undefined);
  process.stdout.write(page);
  if (write) await writeFile(join(repository, "docs/mutants.md"), page);
  for (const { name } of missedA) process.stderr.write(`not caught: ${name}\n`);
  for (const kind of unexplained)
    process.stderr.write(`not explained in test/mutants/survivors.ts: ${kind}\n`);
  return missedA.length + unexplained.length > 0 ? 1 : 0;
}

function setB(): { readonly caught: number; readonly survivors: ReadonlyMap<string, Survivor> } {
  let caught = 0;
  const survivors = new Map<string, Survivor>();
  for (const environment of environmentNames) {
    for (let seed = 1; seed <= perTree; seed += 1) {
      const { kind, path, object, from, to, tree } = leafMutant(wholeTree(environment), seed);
      if (caughtBy(environment, tree).length > 0) {
        caught += 1;
        continue;
      }
      const place = `${kind} ${path.map((key) => (/^\d+$/.test(key) ? "[]" : key)).join(".")}`;
      const example = `${object}: ${short(from)} → ${short(to)}`;
      survivors.set(place, { count: (survivors.get(place)?.count ?? 0) + 1, example });
    }
  }
  return { caught, survivors };
}

function report(caughtA: number, caughtB: number, survivors: ReadonlyMap<string, Survivor>): string {
  const runs = perTree * environmentNames.length;
  const leaves = environmentNames.reduce((sum, name) => sum + leafCount(wholeTree(name)), 0);
  const groups = Map.groupBy(survivors, ([kind]) => explanationOf(kind) ?? "not explained");
  return [
    "# Mutants",
    "",
    "<!-- Written by `npm run test:mutants -- --write`; the figures are those of the day it was run. -->",
    "",
    "How strong the rules of [checks.md](checks.md) are, asked of the parsed trees alone.",
    "",
    `**Set A**, the guide's defects and other harmful edits (test/mutants/set-a), written down before the rules:`,
    `${caughtA} of ${setA.length} caught, of ${new Set(setA.map(({ kind }) => kind)).size} kinds of mistakes.`,
    "",
    `**Set B**, one leaf changed at random, ${perTree} times on each of the four trees (${leaves} leaves), every leaf of a`,
    `tree as likely as any other: ${caughtB} of ${runs} caught (${Math.round((100 * caughtB) / runs)} %). There is no floor: most values have more than one right`,
    "choice, and what runs or is read by people is proven elsewhere. What survived, and why:",
    "",
    ...[...groups]
      .toSorted(([, a], [, b]) => total(b) - total(a))
      .flatMap(([why, kinds]) => [
        `## ${total(kinds)}: ${why}`,
        "",
        "| Leaf | Times | For example |",
        "| --- | --- | --- |",
        ...kinds
          .toSorted(([, a], [, b]) => b.count - a.count)
          .map(
            ([kind, { count, example }]) =>
              `| \`${kind}\` | ${count} | \`${example.replaceAll("|", "\\|")}\` |`,
          ),
        "",
      ]),
  ].join("\n");
}

function total(kinds: readonly (readonly [string, Survivor])[]): number {
  return kinds.reduce((sum, [, { count }]) => sum + count, 0);
}

function short(value: unknown): string {
  const text = JSON.stringify(value).replaceAll("`", "'");
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
