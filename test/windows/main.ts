import process from "node:process";
import { freezesAt, type Freeze } from "../../src/promotion/freeze.ts";
import { loadPolicies } from "../../src/promotion/load.ts";
import { denyWindows, type DenyWindow } from "../../src/promotion/windows.ts";
import { repository } from "../repository.ts";
import { calendars } from "./calendars.ts";
import { askArgoCd, type Answer } from "./oracle.ts";

// npm run test:windows: compares the gate's calendar with Argo CD's own judgement of the sync windows that are made of
// it, at every hour of three years and at each second around the ends of a freeze.

const say = (line: string): void => void process.stderr.write(`${line}\n`);
const environment = "production";
const [from, to] = [Date.UTC(2026, 0, 1), Date.UTC(2029, 0, 1)];
const [second, minute, hour, day] = [1000, 60_000, 3_600_000, 86_400_000];

interface Case {
  readonly name: string;
  readonly freezes: readonly Freeze[];
  readonly windows: readonly DenyWindow[];
  readonly instants: readonly number[];
}

/** Every hour, and the seconds around each minute of the hours in which what the gate says changes, or beside them. */
function instantsOf(freezes: readonly Freeze[]): number[] {
  const hours = Array.from({ length: (to - from) / hour }, (_, index) => from + index * hour);
  const frozen = hours.map((time) => frozenAt(freezes, time));
  const instants = new Set(hours);
  for (const [index, time] of hours.entries()) {
    const around = frozen.slice(Math.max(0, index - 1), index + 3);
    if (around.every((one) => one === around[0])) continue;
    for (let part = time; part < time + hour; part += minute)
      for (const beside of [-second, 0, second]) instants.add(part + beside);
  }
  return [...instants].toSorted((a, b) => a - b);
}

const known = new WeakMap<readonly Freeze[], Map<number, boolean>>();

function frozenAt(freezes: readonly Freeze[], time: number): boolean {
  const times = known.get(freezes) ?? new Map<number, boolean>();
  known.set(freezes, times);
  const found = times.get(time) ?? freezesAt(freezes, environment, time).length > 0;
  times.set(time, found);
  return found;
}

interface Count {
  readonly inside: number;
  readonly laxer: number;
  readonly stricter: number;
  readonly withoutHand: number;
}

function compare({ freezes, instants }: Case, answers: readonly Answer[]): Count {
  const frozen = instants.map((time) => frozenAt(freezes, time));
  const count = (matches: (isFrozen: boolean, answer: Answer) => boolean): number =>
    frozen.filter((isFrozen, index) => matches(isFrozen, answers[index] ?? "none")).length;
  return {
    inside: count((isFrozen) => isFrozen),
    laxer: count((isFrozen, answer) => isFrozen && answer === "both"),
    stricter: count((isFrozen, answer) => !isFrozen && answer !== "both"),
    withoutHand: count((_, answer) => answer === "none"),
  };
}

const committed = (await loadPolicies(repository)).freezes;
const cases: readonly Case[] = [
  ...calendars.map(([name, freeze]) => ({ name, freezes: [freeze] })),
  { name: "the committed calendar", freezes: committed },
  {
    name: "all of them together",
    freezes: calendars.map(([, freeze], index) => ({ ...freeze, name: `entry-${index}` })),
  },
].map(({ name, freezes }) => ({
  name,
  freezes,
  windows: denyWindows(freezes, environment),
  instants: instantsOf(freezes),
}));
const [example] = cases;
if (!example) throw new Error("no calendars");
// Windows that begin with their entry and not a minute before: Argo CD permits a sync in that very second.
const late = example.windows.map((window) => ({ ...window, schedule: "0 18 20 12 *", duration: "376h" }));
// An hour too short, as a duration in hours that pass would be in a week with a change of clocks.
const brief = example.windows.map((window) => ({ ...window, duration: "375h1m" }));

const questions = [...cases, { ...example, windows: late }, { ...example, windows: brief }].map(
  ({ windows, instants }) => ({ windows, instants: instants.map((time) => time / second) }),
);
const answers = await askArgoCd(questions, say);
let isWrong = false;
for (const [index, one] of cases.entries()) {
  const { inside, laxer, stricter, withoutHand } = compare(one, answers[index] ?? []);
  if (laxer > 0 || withoutHand > 0 || inside === 0) isWrong = true;
  process.stdout.write(
    `${one.name}: ${one.instants.length} instants, ${inside} frozen; ` +
      `laxer ${laxer}, stricter ${stricter}, without a way by hand ${withoutHand}\n`,
  );
}
for (const [offset, what] of ["windows that begin with their entry", "windows an hour too short"].entries()) {
  const { laxer } = compare(example, answers[cases.length + offset] ?? []);
  if (laxer === 0) isWrong = true;
  process.stdout.write(`${what}, to show that laxer ones are found: laxer ${laxer}\n`);
}
process.stdout.write(
  `${(to - from) / day} days, every hour: ${isWrong ? "FAILED" : "no window is laxer than the gate"}\n`,
);
process.exitCode = isWrong ? 1 : 0;
