import { expect, test } from "vitest";
import { wholeTree } from "../trees.ts";
import { caughtBy } from "./catch.ts";
import { edited } from "./edits.ts";
import { setA } from "./set-a.ts";
import { leafMutant } from "./set-b.ts";

test("Set A has at least a hundred mutants of at least forty kinds, each with a name of its own", () => {
  expect(setA.length).toBeGreaterThanOrEqual(100);
  expect(new Set(setA.map(({ kind }) => kind)).size).toBeGreaterThanOrEqual(40);
  expect(new Set(setA.map(({ name }) => name)).size).toBe(setA.length);
});

test.for(setA)("$name: is found by $rule", ({ environment = "production", edits, rule }) => {
  expect(caughtBy(environment, edited(wholeTree(environment), edits))).toContain(rule);
});

test("an unchanged tree is caught by nobody", () => {
  expect(caughtBy("production", [...wholeTree()])).toStrictEqual([]);
});

test("a leaf mutant changes one leaf, and the same seed the same one", () => {
  const { tree, path } = leafMutant(wholeTree(), 7);
  expect(tree.filter((one, index) => one !== wholeTree()[index])).toHaveLength(1);
  expect(leafMutant(wholeTree(), 7).path).toStrictEqual(path);
});
