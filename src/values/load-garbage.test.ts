import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { stringify } from "yaml";
import { z } from "zod";
import { InputError } from "../errors.ts";
import { readEnvironments } from "./load.ts";

const schemas = {
  values: z.strictObject({
    a: z.union([z.int(), z.strictObject({ b: z.array(z.string()).min(1) })]),
    c: z.record(z.string().regex(/^[a-z]+$/), z.number().gt(0).multipleOf(2)).optional(),
    d: z
      .discriminatedUnion("kind", [
        z.strictObject({ kind: z.literal("x") }),
        z.strictObject({ kind: z.literal("y") }),
      ])
      .optional(),
    e: z.tuple([z.boolean(), z.email()]).optional(),
  }),
  release: z.looseObject({}),
};

let root = "";
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "garbage-"));
  for (const folder of ["base", "environments/one"]) await mkdir(join(root, folder), { recursive: true });
  await writeFile(join(root, "environments/one/release.yaml"), "version: 1.0.0\n");
});
afterAll(async () => rm(root, { recursive: true }));

const word = fc.constantFrom(
  "a",
  "b",
  "c",
  "d",
  "e",
  "kind",
  "x",
  "y",
  "postgresql",
  "__proto__",
  "constructor",
  "A",
);
const data = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom(1, 2, 0.5, -1, true, null, "x", "", "1", [], {}),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(word, tie("value"), { maxKeys: 4 }),
  ),
})).value;
const file = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .dictionary(word, data, { minKeys: 1, maxKeys: 5 })
      .map((tree) => Buffer.from(stringify(tree))),
  },
  { weight: 1, arbitrary: fc.string({ unit: "binary" }).map((text) => Buffer.from(text)) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)) },
);

/** What the loader did: loaded, refused the input, or failed with the error of a bug. */
async function outcome(): Promise<string> {
  try {
    await readEnvironments(root, { schemas });
    return "loaded";
  } catch (error) {
    if (!(error instanceof InputError)) return `failed: ${String(error)}`;
    return error.problems.every((problem) => problem.file !== "" && problem.message !== "")
      ? "refused"
      : "refused in silence";
  }
}

test("whatever stands in the files, the loader loads it or says what is wrong", async () => {
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(file, file, async (base, override) => {
      await writeFile(join(root, "base/values.yaml"), base);
      await writeFile(join(root, "environments/one/values.yaml"), override);
      const result = await outcome();
      seen.add(result);
      expect(["loaded", "refused"]).toContain(result);
    }),
    { seed: 20260107, numRuns: 150, examples: [[Buffer.from("a: 1\n"), Buffer.from("c: {}\n")]] },
  );
  expect([...seen].toSorted()).toStrictEqual(["loaded", "refused"]);
});
