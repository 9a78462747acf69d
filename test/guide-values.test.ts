import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { stringify } from "yaml";
import { InputError, type Problem } from "../src/errors.ts";
import type { Json } from "../src/kubernetes/manifest.ts";
import { guideAnnotations, guideKeys } from "../src/values/guide-keys.ts";
import { readEnvironments } from "../src/values/load.ts";
import { mergeNodes } from "../src/values/merge.ts";
import { formatPath, parsePath, type ValuePath } from "../src/values/path.ts";
import { factsAt, schemaFacts } from "../src/values/schema-facts.ts";
import { toPlain, type SourceNode } from "../src/values/source-node.ts";
import { parseYaml } from "../src/values/yaml-source.ts";
import { guideValues } from "./guide-values.ts";
import { writeTree } from "./invalid-fixtures.ts";
import { completeBase, goodRelease, schemas } from "./real-values.ts";

function nested(path: ValuePath, value: Json): Json {
  return path.reduceRight<Json>((below, key) => ({ [key]: below }), value);
}

function parsed(data: Json): SourceNode {
  const { node } = parseYaml("guide", stringify(data, { version: "1.1" }));
  if (node === undefined) throw new Error("expected a tree");
  return node;
}

/** Loads one environment for each key of the guide, with nothing but that key, and returns what is wrong with each. */
async function problemsByKey(): Promise<ReadonlyMap<string, readonly Problem[]>> {
  const root = await mkdtemp(join(tmpdir(), "guide-"));
  try {
    await writeTree(root, new Map([["base/values.yaml", await completeBase()]]));
    for (const [index, { path, value, besides }] of guideValues.entries()) {
      const folder = `environments/key-${index}`;
      const key = parsed(nested(path, value));
      const values = toPlain(besides === undefined ? key : mergeNodes(parsed(besides), key));
      const files = [
        [`${folder}/values.yaml`, stringify(values, { version: "1.1" })],
        [`${folder}/release.yaml`, goodRelease],
      ] as const;
      await writeTree(root, new Map(files));
    }
    const error: unknown = await readEnvironments(root, { schemas }).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (!(error instanceof InputError)) throw new Error("expected an InputError", { cause: error });
    return Map.groupBy(error.problems, ({ file }) => file.split("/")[1] ?? "");
  } finally {
    await rm(root, { recursive: true });
  }
}

const problems = await problemsByKey();

test.for(
  guideValues.map((guideValue, index) => ({ ...guideValue, key: formatPath(guideValue.path), index })),
)("the guide's $key: $fate", ({ key, fate, index }) => {
  const found = (problems.get(`key-${index}`) ?? []).map((problem) => `${problem.path}: ${problem.message}`);
  const expected = { works: [], moved: [`${key}: moved to `], refused: [`${key}: is refused: `] }[fate];
  expect(found).toHaveLength(expected.length);
  expect(found.every((message, place) => message.startsWith(expected[place] ?? ""))).toBe(true);
});

test("no key of the guide is listed twice, and every explained key is one of the guide's", () => {
  const listed = guideValues.map(({ path }) => formatPath(path));
  expect(new Set(listed).size).toBe(listed.length);
  const explained = [
    ...guideKeys.keys(),
    ...[...guideAnnotations.keys()].map((name) => formatPath(["ingress", "annotations", name])),
  ];
  expect(
    explained.filter((key) => !listed.some((other) => other === key || other.startsWith(`${key}.`))),
  ).toStrictEqual([]);
});

test("a message of a secret never repeats the secret", () => {
  const messages = [...problems.values()].flat().map(({ message }) => message);
  expect(messages.filter((message) => message.includes("changeme"))).toStrictEqual([]);
});

test("every place that a message names exists", () => {
  const facts = schemaFacts(schemas.values);
  const messages = [...guideKeys.values(), ...guideAnnotations.values()].map((fate) =>
    fate.fate === "moved" ? fate.to : fate.why,
  );
  const named = messages.flatMap(
    (message) => message.match(/\b(?:ingress|monitoring|secrets)\.[\w.]*\w/g) ?? [],
  );
  expect(new Set(named).size).toBeGreaterThan(5);
  expect(named.filter((place) => factsAt(facts, parsePath(place)).length === 0)).toStrictEqual([]);
});
