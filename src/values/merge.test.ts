import * as fc from "fast-check";
import { expect, test } from "vitest";
import { stringify } from "yaml";
import type { Json } from "../kubernetes/manifest.ts";
import { mergeNodes } from "./merge.ts";
import { leavesOf, nodeAt, toPlain, type SourceNode } from "./source-node.ts";
import { parseYaml } from "./yaml-source.ts";

const key = fc.constantFrom("a", "b", "c", "d");
const scalar = fc.oneof(
  fc.boolean(),
  fc.integer({ min: -9, max: 9 }),
  fc.constantFrom("x", "true", "0755", ""),
);
const { map: tree } = fc.letrec<{ map: { [key: string]: Json }; value: Json }>((tie) => ({
  map: fc.dictionary(key, tie("value"), { maxKeys: 4, noNullPrototype: true }),
  value: fc.oneof({ depthSize: "small" }, scalar, fc.array(scalar, { maxLength: 3 }), tie("map")),
}));

function parsed(file: string, data: Json): SourceNode {
  const { node } = parseYaml(file, stringify(data, { version: "1.1" }));
  if (node === undefined) throw new Error("expected a tree");
  return node;
}

/** The rule in one line of plain data, without positions. */
function merged(base: Json, override: Json): Json {
  if (!isMap(base) || !isMap(override)) return override;
  const keys = new Set([...Object.keys(base), ...Object.keys(override)]);
  return Object.fromEntries(
    [...keys].map((name) => {
      const [below, above] = [base[name], override[name]];
      return [
        name,
        above === undefined ? (below ?? null) : below === undefined ? above : merged(below, above),
      ];
    }),
  );
}

function isMap(value: Json): value is { readonly [key: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

test("maps merge, lists and scalars replace", () => {
  const base = parsed("base", { a: { b: 1, c: [1, 2] }, d: "x" });
  const override = parsed("override", { a: { c: [3], e: true } });
  expect(toPlain(mergeNodes(base, override))).toStrictEqual({ a: { b: 1, c: [3], e: true }, d: "x" });
});

test("an empty override of a map changes nothing, an empty list empties the list", () => {
  const base = parsed("base", { a: { b: 1 }, c: [1] });
  expect(toPlain(mergeNodes(base, parsed("override", { a: {}, c: [] })))).toStrictEqual({
    a: { b: 1 },
    c: [],
  });
});

test("merging positions is merging data", () => {
  fc.assert(
    fc.property(tree, tree, (base, override) => {
      expect(toPlain(mergeNodes(parsed("base", base), parsed("override", override)))).toStrictEqual(
        merged(base, override),
      );
    }),
    { seed: 20260102, numRuns: 300 },
  );
});

test("the override wins wherever it says something, and a tree over itself is that tree", () => {
  fc.assert(
    fc.property(tree, tree, (base, override) => {
      const [below, above] = [parsed("base", base), parsed("override", override)];
      const both = mergeNodes(below, above);
      for (const { path, node } of leavesOf(above)) {
        const found = nodeAt(both, path);
        expect(node.kind === "map" ? found?.kind : found).toStrictEqual(node.kind === "map" ? "map" : node);
      }
      expect(mergeNodes(both, above)).toStrictEqual(both);
      expect(mergeNodes(below, below)).toStrictEqual(below);
    }),
    { seed: 20260103, numRuns: 200 },
  );
});

test("every merged value is the one that stands at its place in the file that it names", () => {
  fc.assert(
    fc.property(tree, tree, (base, override) => {
      const sources: Readonly<Record<string, SourceNode>> = {
        base: parsed("base", base),
        override: parsed("override", override),
      };
      const both = mergeNodes(parsed("base", base), parsed("override", override));
      for (const { path, node } of leavesOf(both)) {
        const source = sources[node.at.file];
        const original = source && nodeAt(source, path);
        expect(original?.at).toStrictEqual(node.at);
        expect(original && toPlain(original)).toStrictEqual(toPlain(node));
      }
    }),
    { seed: 20260104, numRuns: 200 },
  );
});
