import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { listAt, textAt, type Json } from "../../src/plan/json.ts";
import { pairs } from "./pairs/index.ts";
import { predictPair } from "./pairs/predicted.ts";
import { readRecordings } from "./pairs/recording.ts";

test("there are more than 300 pairs, each with a name of its own", () => {
  expect(pairs.length).toBeGreaterThan(300);
  expect(new Set(pairs.map(({ name }) => name)).size).toBe(pairs.length);
});

test("a hundred changes that others made were answered as predicted", () => {
  const file = new URL("foreign/judged.json", import.meta.url);
  const recorded: Json = JSON.parse(readFileSync(file, "utf8"));
  const samples = listAt(recorded, "samples");
  expect(samples.length).toBeGreaterThanOrEqual(100);
  expect(new Set(samples.map((sample) => textAt(sample, "repository"))).size).toBeGreaterThanOrEqual(4);
  expect(samples.filter((sample) => textAt(sample, "answer") !== textAt(sample, "predicted"))).toEqual([]);
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
