import { expect, test } from "vitest";
import { gates } from "../../src/promotion/gates/gates.ts";
import { historyAttacks } from "./attacks-history.ts";
import { passageAttacks } from "./attacks-passage.ts";
import { judge, next, promote, soaked, stopped } from "./scenario.ts";
import { withScratch } from "./scratch.ts";

const attacks = [...historyAttacks, ...passageAttacks];

test.for(attacks)("$gate stops it, and nothing else would: $what", async ({ build, gate }) => {
  await withScratch(async (scratch) => {
    build(scratch);
    expect(stopped(await judge(scratch))).toStrictEqual([gate]);
    const without = gates.filter(({ name }) => name !== gate);
    expect(stopped(await judge(scratch, { gates: without }))).toStrictEqual([]);
  });
});

const incomputable = [
  {
    what: "beyond the limits of the plan",
    text: `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: huge }\ndata: { a: ${"a".repeat(7 * 2 ** 20)} }\n`,
    reason: /^not computed: rendered\/production\/strange\.yaml has \d+ bytes/,
  },
  {
    what: "with a file that is no YAML",
    text: "apiVersion: v1\nkind: [\n",
    reason: /rendered\/production\/strange\.yaml .*: a sync cannot apply it/,
  },
];

test.for(incomputable)(
  "a tree $what is refused, and the gate says what was not computed",
  async ({ text, reason }) => {
    await withScratch(async (scratch) => {
      soaked(scratch);
      promote(scratch, next, { "rendered/production/strange.yaml": text });
      const judgement = await judge(scratch);
      expect(stopped(judgement)).toContain("verdict");
      const { evidence } = judgement.gates.find(({ name }) => name === "verdict") ?? { evidence: [] };
      expect(evidence).toContainEqual(expect.stringMatching(reason));
    });
  },
);

test("every gate has an attack", () => {
  const attacked = new Set(attacks.map(({ gate }) => gate));
  expect(gates.map(({ name }) => name).filter((name) => !attacked.has(name))).toStrictEqual([]);
});
