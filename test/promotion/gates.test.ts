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

test("a tree beyond the limits of the plan is refused, not passed over", async () => {
  await withScratch(async (scratch) => {
    soaked(scratch);
    const huge = `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: huge }\ndata: { a: ${"a".repeat(7 * 2 ** 20)} }\n`;
    promote(scratch, next, { "rendered/production/huge.yaml": huge });
    expect(stopped(await judge(scratch))).toContain("verdict");
  });
});

test("every gate has an attack", () => {
  const attacked = new Set(attacks.map(({ gate }) => gate));
  expect(gates.map(({ name }) => name).filter((name) => !attacked.has(name))).toStrictEqual([]);
});
