import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { stringify } from "yaml";
import { z } from "zod";
import { InputError, type Problem } from "../src/errors.ts";
import type { Json } from "../src/kubernetes/manifest.ts";
import { guideAnnotations, guideKeys } from "../src/values/guide-keys.ts";
import { readEnvironments } from "../src/values/load.ts";
import { formatPath, type ValuePath } from "../src/values/path.ts";
import { guideValues } from "./guide-values.ts";
import { writeTree } from "./invalid-fixtures.ts";

/** A schema that knows exactly these paths. */
function schemaOf(paths: readonly ValuePath[]): z.ZodType {
  if (paths.some((path) => path.length === 0)) return z.json();
  const byKey = Map.groupBy(paths, ([first]) => String(first));
  const shape = [...byKey].map(([key, members]) => [
    key,
    schemaOf(members.map(([, ...rest]) => rest)).optional(),
  ]);
  return z.strictObject(Object.fromEntries(shape));
}

const works = guideValues.filter(({ fate }) => fate === "works").map(({ path }) => path);
const schemas = { values: schemaOf(works), release: z.strictObject({ version: z.string() }) };

function nested(path: ValuePath, value: Json): Json {
  return path.reduceRight<Json>((below, key) => ({ [key]: below }), value);
}

/** Loads one environment for each key of the guide, with nothing but that key, and returns what is wrong with each. */
async function problemsByKey(): Promise<ReadonlyMap<string, readonly Problem[]>> {
  const root = await mkdtemp(join(tmpdir(), "guide-"));
  try {
    await writeTree(root, new Map([["base/values.yaml", "{}\n"]]));
    for (const [index, { path, value }] of guideValues.entries()) {
      const folder = `environments/key-${index}`;
      const values = stringify(nested(path, value), { version: "1.1" });
      await writeTree(
        root,
        new Map(
          Object.entries({
            [`${folder}/values.yaml`]: values,
            [`${folder}/release.yaml`]: "version: 1.0.0\n",
          }),
        ),
      );
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
