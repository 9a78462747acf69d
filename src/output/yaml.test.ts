import * as fc from "fast-check";
import { expect, test } from "vitest";
import { parse } from "yaml";
import type { JsonObject } from "../kubernetes/manifest.ts";
import { toYaml } from "./yaml.ts";

test("people read version, kind and name first, and the rest in alphabetical order", () => {
  const text = toYaml({
    spec: { b: 1, a: 2 },
    metadata: { labels: {}, name: "x" },
    kind: "Thing",
    apiVersion: "v1",
  });
  expect(text).toBe(
    "apiVersion: v1\nkind: Thing\nmetadata:\n  name: x\n  labels: {}\nspec:\n  a: 2\n  b: 1\n",
  );
});

test("a file in a ConfigMap is a block scalar, however long its lines", () => {
  const long = "x".repeat(200);
  expect(toYaml({ data: { conf: `${long} y\nsecond\n` } })).toBe(
    `data:\n  conf: |\n    ${long} y\n    second\n`,
  );
});

test.for([
  "yes",
  "no",
  "on",
  "~",
  "null",
  "0755",
  "0o14",
  "1e3",
  "12:30:45",
  "1_000",
  "2026-11-23",
  "=",
  "<<",
  "",
  " x",
  "{{ .a }}",
])("the text %j stays text for readers of YAML 1.1 and 1.2", (value) => {
  const text = toYaml({ value });
  for (const version of ["1.1", "1.2"] as const) expect(parse(text, { version })).toStrictEqual({ value });
});

test("any object is read back as it was, and the order of its keys does not matter", () => {
  const { tree } = fc.letrec((tie) => ({
    tree: fc.dictionary(fc.string({ minLength: 1 }), tie("value"), { maxKeys: 4 }),
    value: fc.oneof(
      { maxDepth: 3 },
      fc.string(),
      fc.string({ unit: "binary-ascii" }),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie("value"), { maxLength: 3 }),
      tie("tree"),
    ),
  }));
  fc.assert(
    fc.property(tree, (value) => {
      const object: JsonObject = JSON.parse(JSON.stringify(value));
      const reversed: JsonObject = Object.fromEntries(Object.entries(object).toReversed());
      expect(toYaml(reversed)).toBe(toYaml(object));
    }),
    { numRuns: 300, seed: 1 },
  );
});
