import { describe, expect, test } from "vitest";
import { pairs } from "./pairs/index.ts";
import { predictPair } from "./pairs/predicted.ts";
import { readRecordings } from "./pairs/recording.ts";

test("there are more than 300 pairs, each with a name of its own", () => {
  expect(pairs.length).toBeGreaterThan(300);
  expect(new Set(pairs.map(({ name }) => name)).size).toBe(pairs.length);
});

describe.each(readRecordings())("a real API server $server", ({ minor, answers }) => {
  test("was asked every pair that there is", () => {
    expect([...answers.keys()]).toEqual(pairs.map(({ name }) => name));
  });

  test("gave each of the answers, so that a prediction can be wrong both ways", () => {
    const counts = Object.groupBy(answers.values(), ({ answer }) => answer);
    const rare = (["refused", "unchanged", "template", "changed"] as const).filter(
      (answer) => (counts[answer]?.length ?? 0) < 50,
    );
    expect(rare).toEqual([]);
  });

  test("does with each pair what the plan predicts", () => {
    const wrong = pairs.filter((pair) => predictPair(pair, minor).answer !== answers.get(pair.name)?.answer);
    expect(wrong.map(({ name }) => name)).toEqual([]);
  });

  test("refuses for every reason that the plan names, in the words that the plan uses", () => {
    const wrong = pairs.flatMap((pair) => {
      const { message = "" } = answers.get(pair.name) ?? {};
      return predictPair(pair, minor)
        .refusals.filter((refusal) => !message.includes(refusal.message))
        .map((refusal) => `${pair.name}: ${refusal.message}`);
    });
    expect(wrong).toEqual([]);
  });
});
