import { expect, test } from "vitest";
import { wholeTree } from "../trees.ts";
import { edited } from "./edits.ts";
import { setA } from "./set-a.ts";

test("Set A has at least a hundred mutants of at least forty kinds, each with a name of its own", () => {
  expect(setA.length).toBeGreaterThanOrEqual(100);
  expect(new Set(setA.map(({ kind }) => kind)).size).toBeGreaterThanOrEqual(40);
  expect(new Set(setA.map(({ name }) => name)).size).toBe(setA.length);
});

test.for(setA)("$name: its edits change the tree", ({ environment = "production", edits }) => {
  const before = wholeTree(environment);
  expect(edited(before, edits)).not.toStrictEqual(before);
});
