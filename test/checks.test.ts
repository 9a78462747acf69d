import { readdirSync, readFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { rulesReference } from "../src/checks/reference.ts";
import { rules } from "../src/checks/rules.ts";
import { referenceRows } from "../src/values/reference.ts";
import { schemas } from "./real-values.ts";
import { repository, run, withCopy } from "./repository.ts";
import { environmentNames, wholeTree } from "./trees.ts";

const folder = join(repository, "src/checks");

test.for(environmentNames)("no rule has an error to report on %s", (environment) => {
  const errors = rules.flatMap((rule) =>
    [...rule.check(wholeTree(environment))].filter(({ severity }) => severity !== "warning"),
  );
  expect(errors.map(({ manifest, path, message }) => [manifest.name, path, message])).toStrictEqual([]);
});

test("each rule stands in a file with its name, beside its test, and each such file is registered", () => {
  const files = readdirSync(folder).filter(
    (file) =>
      !file.endsWith(".test.ts") &&
      readFileSync(join(folder, file), "utf8").includes(`id: "${file.replace(/\.ts$/, "")}"`),
  );
  expect(rules.map(({ id }) => `${id}.ts`).toSorted()).toStrictEqual(files);
  const tests = readdirSync(folder).filter((file) => file.endsWith(".test.ts"));
  expect(tests).toStrictEqual(expect.arrayContaining(rules.map(({ id }) => `${id}.test.ts`)));
});

test("each value that a rule names exists", () => {
  const paths = referenceRows(schemas.values, undefined).map(({ path }) => path);
  const unknown = rules
    .flatMap(({ values }) => values)
    .filter((key) => !paths.some((path) => path === key || path.startsWith(`${key}.`)));
  expect(unknown).toStrictEqual([]);
});

test("docs/checks.md lists the rules", async () => {
  await expect(rulesReference(rules)).toMatchFileSnapshot("../docs/checks.md");
});

test("a finding ends render and check with 1, and nothing is written", async () => {
  await withCopy(async (copy) => {
    const values = join(copy, "environments/staging/values.yaml");
    const exception =
      '{ rule: pod-security, object: Deployment/none, reason: nobody needs it, end: "2020-01-01" }';
    await writeFile(values, `${await readFile(values, "utf8")}\nexceptions:\n  - ${exception}\n`);
    const rendered = join(copy, "rendered/staging/kustomization.yaml");
    await writeFile(rendered, "stale\n");
    const message =
      "staging: values: exceptions[0]: matches no finding of the rule pod-security on Deployment/none";
    for (const verb of ["render", "check"]) {
      const { code, stdout, stderr } = await run(copy, [verb, "--environment", "staging"]);
      expect(code).toBe(1);
      expect(stdout).toContain(message);
      expect(stderr.includes("ended on 2020-01-01")).toBe(verb === "check");
    }
    expect(await readFile(rendered, "utf8")).toBe("stale\n");
  });
});

test("npm run rules lists every rule with its reason", async () => {
  const { code, stdout } = await run(repository, ["rules"]);
  expect(code).toBe(0);
  for (const { id, reason } of rules) expect(stdout).toContain(`${id}\n  ${reason}`);
});
