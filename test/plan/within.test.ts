import { expect, test } from "vitest";
import { LimitError, limits } from "../../src/plan/read/limits.ts";
import { within } from "../../src/plan/within.ts";
import { configMap, deployment } from "./fixtures.ts";
import { planObjects } from "./trees.ts";

test("what never ends is ended: a loop, and a regular expression", () => {
  expect(() =>
    within(20, () => {
      for (;;);
    }),
  ).toThrow(LimitError);
  expect(() => within(20, () => /^(?:a+)+$/.test(`${"a".repeat(60)}b`))).toThrow(LimitError);
});

test("what ends in time returns what it found, or throws what it threw", () => {
  expect(within(60_000, () => [1])).toEqual([1]);
  expect(() =>
    within(60_000, () => {
      throw new RangeError("own");
    }),
  ).toThrow(RangeError);
});

// One environment and one file, so that nothing is looked at in between; without the limit it is planned to its end.
test("a plan that takes longer than its time is refused in the middle of one environment", () => {
  const sides = ["1", "2"].map((value) =>
    Array.from({ length: 1500 }, (_, index) => [
      configMap(`map-${index}`, { value }),
      deployment({
        metadata: { name: `web-${index}` },
        spec: {
          template: {
            spec: {
              containers: [
                { name: "web", image: "i:1", envFrom: [{ configMapRef: { name: `map-${index}` } }] },
              ],
            },
          },
        },
      }),
    ]).flat(),
  );
  const [base = [], head = []] = sides;
  expect(() => planObjects(base, head, { limits: { ...limits, time: 50 } })).toThrow(LimitError);
});
