import { expect, test } from "vitest";
import { runInvalid, runValid } from "./run.ts";
import { randomEnvironment } from "./values.ts";

// A share of what `npm run test:properties` runs in full.
test("random valid environments render and pass every check", () => {
  const { discarded, failures } = runValid(1, 25);
  expect(failures).toStrictEqual([]);
  expect(discarded).toBe(0);
});

test("random mistakes end with 1 or 2 and a message, never a trace", () => {
  expect(runInvalid(1, 60)).toStrictEqual([]);
});

test("a seed always draws the same environment", () => {
  expect(randomEnvironment(7)).toStrictEqual(randomEnvironment(7));
  expect(randomEnvironment(7)).not.toStrictEqual(randomEnvironment(8));
});
