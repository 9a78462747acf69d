import { expect, test } from "vitest";
import { z } from "zod";
import { formatProblem, type Problem } from "../errors.ts";
import { parseNode, sortProblems } from "./problems.ts";
import { parseYaml } from "./yaml-source.ts";

/** The messages for one value under the key `v`. */
function messages(schema: z.ZodType, text: string): readonly string[] {
  const { node, problems } = parseYaml("f", text);
  if (!node || problems.length > 0) throw new Error("expected clean YAML");
  return parseNode(z.strictObject({ v: schema }), node, () => undefined).mistakes.map(
    ({ message }) => message,
  );
}

const at = (file: string, line?: number, column?: number): Problem => ({
  file,
  ...(line !== undefined && { line }),
  ...(column !== undefined && { column }),
  message: "m",
});

const explain = (path: readonly unknown[]): string | undefined =>
  ["auth.password", "old"].includes(path.join(".")) ? "moved away" : undefined;

test.for([
  ["a multiple", z.int().multipleOf(5), "v: 7", "is 7; expected a multiple of 5"],
  ["a range of fractions", z.number().gt(0).max(1), "v: 0", "is 0; expected above 0 and at most 1"],
  ["a lower bound alone", z.number().gt(0), "v: -1", "is -1; expected above 0"],
  ["a least whole number", z.int().min(1), "v: 0", "is 0; expected at least 1"],
  ["a most whole number", z.int().max(9), "v: 10", "is 10; expected at most 9"],
  ["a length", z.string().min(2).max(4), "v: abcde", "is text of 5 characters; expected 2 to 4 characters"],
  [
    "an exact length",
    z.string().length(2),
    "v: abc",
    "is text of 3 characters; expected exactly 2 characters",
  ],
  ["text that is not empty", z.string().min(1), 'v: ""', "is empty text; expected at least one character"],
  ["one item", z.array(z.int()).length(1), "v: []", "is a list of 0; expected exactly 1 item"],
  ["fewer items", z.array(z.int()).max(2), "v: [1, 2, 3]", "is a list of 3; expected at most 2 items"],
  ["a known format", z.ipv4(), "v: 1.2.3", 'is "1.2.3"; expected an IPv4 address'],
  ["a pattern without words", z.string().regex(/^a+$/), "v: b", 'is "b"; expected text that matches /^a+$/'],
  ["one fixed value", z.literal("traefik"), "v: nginx", 'is "nginx"; expected traefik'],
  ["one fixed number", z.literal(5), "v: 6", "is 6; expected 5"],
  [
    "either of two types",
    z.union([z.int(), z.boolean()]),
    "v: x",
    'is "x"; expected a whole number or true or false',
  ],
  ["the words of the schema", z.string({ error: "must be a name" }), "v: 1", "is 1; it must be a name"],
  ["a rule without words", z.string().refine(() => false), "v: x", 'is "x", which is not accepted here'],
  [
    "text that may be missing",
    z.string().optional(),
    "v:",
    "has no value; expected text, or leave the key out",
  ],
  ["a missing value in words", z.string({ error: "must be a name" }), "{}", "is missing; it must be a name"],
  ["a missing choice", z.union([z.literal("a"), z.int()]), "{}", "is missing; expected a or a whole number"],
  ["a long text", z.literal("a"), `v: ${"x".repeat(200)}`, `is "${"x".repeat(80)}…"; expected a`],
] as const)("%s: the message says what is wrong and what would be right", ([, schema, text, message]) => {
  expect(messages(schema, text)).toStrictEqual([message]);
});

test("a list of many forms is judged item by item", () => {
  const peer = z.union([
    z.strictObject({ host: z.string() }),
    z.strictObject({ block: z.string(), port: z.int() }),
  ]);
  expect(messages(z.array(peer), "v: [{ host: a }, { host: 1 }, { block: x, prot: 1 }]")).toStrictEqual([
    'is the number 1; expected text, in quotes: "1"',
    "is missing; expected a whole number",
    'is no known key; did you mean "port"?',
  ]);
});

test("a key that is known to stand elsewhere is explained, below an unknown map too", () => {
  const { node } = parseYaml("f", "auth: { password: x, user: y }\nold: 1\n");
  if (!node) throw new Error("expected a tree");
  const { mistakes } = parseNode(z.strictObject({}), node, explain);
  expect(
    mistakes.map(({ path, message, position }) => `${position.column} ${path.join(".")} ${message}`),
  ).toStrictEqual([
    "9 auth.password moved away",
    "22 auth.user is no known key; remove it",
    "1 old moved away",
  ]);
});

test("problems are sorted by place, numbers as numbers, and each is kept once", () => {
  const sorted = sortProblems([
    at("b"),
    at("a", 10, 1),
    at("a", 9, 10),
    at("a", 9, 2),
    at("a"),
    at("a", 9, 2),
  ]);
  expect(sorted.map(formatProblem)).toStrictEqual(["a: m", "a:9:2: m", "a:9:10: m", "a:10:1: m", "b: m"]);
});
