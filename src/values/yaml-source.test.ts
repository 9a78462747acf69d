import * as fc from "fast-check";
import { expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { formatProblem } from "../errors.ts";
import { nodeAt, positionOf, toPlain } from "./source-node.ts";
import { parseYaml } from "./yaml-source.ts";

const messages = (text: string): readonly string[] => parseYaml("f", text).problems.map(formatProblem);

test("the accepted part of YAML reads as every reader reads it", () => {
  const text = [
    "---",
    "# a comment",
    "text: [plain text, 'single', \"double\\n\", on the road, 1.2.3, sha256:ab, '0755', \"yes\"]",
    "numbers: [0, -1, 12, 0.5, -0.25]",
    'truth: { yes it is: true, "no": false }',
    "nothing:",
    '"null": null',
    "block: |",
    "  two",
    "  lines",
    "",
  ].join("\n");
  const { node, problems } = parseYaml("f", text);
  expect(problems).toStrictEqual([]);
  expect(node && toPlain(node)).toStrictEqual(parse(text, { version: "1.1" }));
  expect(node && toPlain(node)).toStrictEqual(parse(text, { version: "1.2" }));
});

test("every value knows its line and column, a map that of its key", () => {
  const { node } = parseYaml("f", "a:\n  b: 1\n  c:\n    - x\n    - { d: y }\n");
  const place = (...path: (string | number)[]): string => {
    const found = node && nodeAt(node, path);
    return found ? `${positionOf(found).line}:${positionOf(found).column}` : "none";
  };
  expect([place(), place("a"), place("a", "b"), place("a", "c")]).toStrictEqual(["1:1", "1:1", "2:6", "3:3"]);
  expect([place("a", "c", 0), place("a", "c", 1), place("a", "c", 1, "d")]).toStrictEqual([
    "4:7",
    "5:7",
    "5:12",
  ]);
});

test.for([
  [
    "a: yes",
    'f:1:4: a: yes is a truth value to YAML 1.1 readers; write true for a truth value, "yes" for text',
  ],
  [
    "a: off",
    'f:1:4: a: off is a truth value to YAML 1.1 readers; write false for a truth value, "off" for text',
  ],
  [
    "a: 0755",
    'f:1:4: a: 0755 is a number to YAML 1.1 readers; write a plain decimal number, or "0755" for text',
  ],
  [
    "a: 0o14",
    'f:1:4: a: 0o14 is a number to YAML 1.2 readers; write a plain decimal number, or "0o14" for text',
  ],
  [
    "a: 1e3",
    'f:1:4: a: 1e3 is a number to YAML 1.1 readers; write a plain decimal number, or "1e3" for text',
  ],
  [
    "a: 12:30",
    'f:1:4: a: 12:30 is a number to YAML 1.1 readers; write a plain decimal number, or "12:30" for text',
  ],
  [
    "a: 1_0",
    'f:1:4: a: 1_0 is a number to YAML 1.1 readers; write a plain decimal number, or "1_0" for text',
  ],
  [
    "a: .inf",
    'f:1:4: a: .inf is a number to YAML 1.1 readers; write a plain decimal number, or ".inf" for text',
  ],
  ["a: 2026-01-01", 'f:1:4: a: 2026-01-01 is a date to YAML 1.1 readers; write "2026-01-01" for text'],
  ["a: ~", 'f:1:4: a: ~ is nothing to YAML 1.1 readers; leave the key out, or write "~" for text'],
  [
    "a: 9007199254740993",
    'f:1:4: a: 9007199254740993 is too large for an exact number; if it is text, write "9007199254740993"',
  ],
  ["yes: 1", 'f:1:1: the key yes is not text to every YAML reader; write "yes"'],
  ["8080: 1", 'f:1:1: the key 8080 is not text to every YAML reader; write "8080"'],
  ["? [a]\n: 1", "f:1:3: a key is a list, a map or an alias; expected text"],
  ["&k a: 1", 'f:1:4: the key "a" has an anchor or a tag; write the text alone'],
  ['"\\u200b": 1', "f:1:1: a key holds U+200B; remove it"],
  ["a: &x 1", "f:1:7: a: has the anchor &x; remove it, anchors and aliases are not accepted"],
  ["a: !!str 1", "f:1:10: a: has the tag !!str; remove it, the schema knows the type"],
  ["a: !secret x", "f:1:12: a: has the tag !secret; remove it, the schema knows the type"],
  ["a: { <<: { b: 1 } }", "f:1:6: a: << is a merge key; write the merged keys out"],
  ["a: { __proto__: 1 }", "f:1:6: a: __proto__ is no key; remove it"],
  ["a: 1\nb: 2\na: 3", "f:3:1: a: stands twice in the same map, first on line 1; keep one of them"],
  ['a: "\\0"', "f:1:4: a: holds U+0000, written as an escape; remove it"],
  ["%YAML 1.1\n---\na: 1", "f:1:1: is a YAML directive; remove the line"],
  ["a:\n\tb: 1", "f:2:1: holds a tab; use spaces"],
  ["# only a comment", "f: is empty; expected a map of keys to values"],
  [
    "a: [1, 2",
    "f:1:9: is no YAML: Flow sequence in block collection must be sufficiently indented and end with a ]",
  ],
  ["a: b: c", "f:1:4: a second `: ` on the line; quote text that holds a colon and a space"],
  ["a: *x", "f:1:4: a: is the alias *x; write the value out, aliases are not accepted"],
  ["a: @x", "f:1:4: text cannot start with this character; quote it"],
  ["a: '", "f:1:5: is no YAML: Missing closing 'quote"],
])("%j is refused with one message", ([text = "", message]) => {
  expect(messages(text)).toStrictEqual([message]);
});

test.for(["a: 1\n---\nb: 2\n", "a: 1\n--- # next\nb: 2\n", "a: 1\n---\n"])(
  "a second document is refused where it starts: %j",
  (text) => {
    expect(messages(text)).toStrictEqual([
      "f:2:1: starts a second document; keep one document in the file, without --- between its parts",
    ]);
  },
);

test("all problems of a file are reported, in its order", () => {
  expect(messages("a: yes\nb: &x {c: 1, c: 2}\nd: *x\n")).toHaveLength(4);
});

test.for(["[", "{a: ", "- ", "? "])("nesting without end is refused, not followed: %j", (piece) => {
  const found = messages(piece.repeat(20_000));
  expect(found).toHaveLength(1);
  expect(found[0]).toMatch(/^f:1:\d+: is nested more than 32 levels deep; expected less$/);
});

test("an alias bomb is refused alias by alias, without growing", () => {
  const lines = Array.from(
    { length: 20 },
    (_, index) => `l${index}: &l${index} [*l${index - 1}, *l${index - 1}]`,
  );
  const found = messages(["l-1: &l-1 x", ...lines].join("\n"));
  expect(found).toHaveLength(21 + 40);
});

test("random text is a tree or a problem, never an error, and a tree without problems means the same to every reader", () => {
  const line = fc.constantFrom(
    ..."a: 1|- b|  c: yes|&x|*x|!t|? |: |[|]|{|}|,|'|\"|#|---|...|%YAML|<<: *x|| |\\u0000|>|  -|~|0x1|a: |k: v|\u{FEFF}|\t".split(
      "|",
    ),
  );
  const text = fc.oneof(
    fc
      .array(fc.tuple(line, fc.constantFrom("\n", " ", "")), { maxLength: 12 })
      .map((parts) => parts.flat().join("")),
    fc.string({ unit: "binary" }),
    fc.json().map((json) => stringify(JSON.parse(json))),
  );
  fc.assert(
    fc.property(text, (input) => {
      const { node, problems } = parseYaml("f", input);
      expect(node === undefined ? problems.length : 1).toBeGreaterThan(0);
      if (node === undefined || problems.length > 0) return;
      for (const version of ["1.1", "1.2"] as const) {
        expect(toPlain(node)).toStrictEqual(parse(input, { version, logLevel: "silent" }));
      }
    }),
    { seed: 20260106, numRuns: 600 },
  );
});
