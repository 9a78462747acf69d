import { describe, expect, test } from "vitest";
import { configMap } from "./fixtures.ts";
import { pairsOf } from "./pairs/pair.ts";
import { readRecordings } from "./pairs/recording.ts";
import { valueFamilies } from "./pairs/values.ts";
import { planObjects } from "./trees.ts";

const pairs = pairsOf(valueFamilies).filter(({ name }) => !name.endsWith(", and back"));

describe.each(readRecordings())("what a real API server $server says about a value", ({ minor, answers }) => {
  const refused = pairs.filter(({ name }) => answers.get(name)?.answer === "refused");

  test("is the cause of the plan's refusal, of a changed object and of a new one", () => {
    expect(refused.length).toBeGreaterThan(30);
    for (const { name, base, head } of refused) {
      const message = answers.get(name)?.message ?? "";
      for (const before of [[base], []]) {
        const [effect] = planObjects(before, [head], { minor }).effects;
        const cause = /refuses [^:]*: (.*)$/.exec(effect?.cause ?? "")?.[1] ?? "(no cause)";
        // Of several reasons each stands with its path.
        const reasons = cause.split(/; [\w.[\]"/-]+: /);
        expect([name, effect?.verb]).toEqual([name, "refused"]);
        expect([name, reasons.filter((reason) => !message.includes(reason))]).toEqual([name, []]);
      }
    }
  });

  test("is nothing about the good ones: they are created, and changed without a refusal", () => {
    const good = pairs.filter(({ name }) => answers.get(name)?.answer !== "refused");
    expect(good.length).toBeGreaterThan(10);
    for (const { name, base, head } of good) {
      expect([name, planObjects([], [head], { minor }).effects[0]?.verb]).toEqual([name, "created"]);
      expect([name, planObjects([base], [head], { minor }).totals.refused]).toEqual([name, 0]);
    }
  });
});

test("what was there before was accepted once, and is no reason", () => {
  const plan = planObjects([configMap("x", { "a/b": "1" })], [configMap("x", { "a/b": "2" })]);
  expect(plan.verdict).toBe("safe");
});
