import { readFileSync } from "node:fs";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { $ } from "zx";
import { repository } from "../repository.ts";
import { provideActionlint, provideZizmor } from "./linters.ts";
import { workflowNames } from "./workflow.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "lint-"));
  await mkdir(join(folder, ".github"));
  await cp(join(repository, ".github/workflows"), join(folder, ".github/workflows"), { recursive: true });
  await $({ cwd: folder, quiet: true })`git init --quiet`;
});
afterEach(() => rm(folder, { recursive: true }));

async function lint(
  program: string,
  ...args: readonly string[]
): Promise<{ code: number | null; stdout: string }> {
  const { exitCode, stdout } = await $({ cwd: folder, quiet: true, nothrow: true })`${program} ${args}`;
  return { code: exitCode, stdout };
}

const strictest = [
  "--offline",
  "--persona=auditor",
  "--strict-collection",
  "--format=json",
  ".github/workflows",
];
const findings = z.array(z.looseObject({ ident: z.string() }));

function ignores(): string[] {
  return workflowNames.flatMap((name) =>
    (
      readFileSync(join(repository, ".github/workflows", `${name}.yaml`), "utf8").match(
        /zizmor: ignore.*/g,
      ) ?? []
    ).map((line) => `${name}: ${line}`),
  );
}

test("actionlint finds nothing", async () => {
  // Without shellcheck, whose findings would depend on whether the machine has it.
  expect(await lint(await provideActionlint(), "-shellcheck=", "-pyflakes=")).toEqual({
    code: 0,
    stdout: "",
  });
});

test("actionlint finds an output that no step sets", async () => {
  const bad =
    "on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: echo ${{ steps.none.outputs.x }}\n";
  await writeFile(join(folder, ".github/workflows/bad.yaml"), bad);
  expect((await lint(await provideActionlint(), "-shellcheck=")).code).toBe(1);
});

test("zizmor's strictest persona finds nothing besides what is ignored where it stands, with a reason", async () => {
  const zizmor = await provideZizmor();
  const { code, stdout } = await lint(zizmor, ...strictest);
  expect([code, JSON.parse(stdout)]).toEqual([0, []]);
  expect(ignores()).toEqual([
    "gates: zizmor: ignore[dangerous-triggers] checks out the base; the head is fetched as objects, never checked out",
    "plan-comment: zizmor: ignore[dangerous-triggers] checks out the default branch; the head is fetched as objects, never checked out",
  ]);
  for (const name of workflowNames) {
    const path = join(folder, ".github/workflows", `${name}.yaml`);
    await writeFile(path, readFileSync(path, "utf8").replaceAll(/# zizmor: ignore.*/g, ""));
  }
  const all = findings.parse(JSON.parse((await lint(zizmor, ...strictest)).stdout));
  // Each ignore hides one finding, and none hides nothing.
  expect(all.map(({ ident }) => ident)).toEqual(ignores().map(() => "dangerous-triggers"));
});

test("zizmor finds text of an event in a command", async () => {
  const check = join(folder, ".github/workflows/check.yaml");
  const text = readFileSync(check, "utf8");
  await writeFile(check, text.replace("run: npm ci", "run: echo ${{ github.event.pull_request.title }}"));
  const found = findings.parse(JSON.parse((await lint(await provideZizmor(), ...strictest)).stdout));
  expect(found.map(({ ident }) => ident)).toContain("template-injection");
});
