import { expect, test } from "vitest";
import { missed, type Reached } from "./coverage.ts";
import { runValid } from "./run.ts";

const runs = 10_000;
const part = 500;
const reached: Reached = new Map();
let discarded = 0;

test.for(Array.from({ length: runs / part }, (_unused, index) => 1 + index * part))(
  "500 random environments from seed %i on render and pass every check",
  (from) => {
    const outcome = runValid(from, part);
    discarded += outcome.discarded;
    for (const [path, values] of outcome.reached)
      reached.set(path, new Set([...(reached.get(path) ?? []), ...values]));
    expect(outcome.failures).toStrictEqual([]);
  },
);

test("at most a fifth was discarded", () => {
  process.stdout.write(`${discarded} of ${runs} discarded (${((100 * discarded) / runs).toFixed(1)} %)\n`);
  expect(discarded / runs).toBeLessThanOrEqual(0.2);
});

test("every key and every bound of the schema was reached", () => {
  expect(missed(reached)).toStrictEqual([]);
});
