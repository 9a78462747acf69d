import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { toYaml } from "../../src/output/yaml.ts";
import { UsageError } from "../../src/errors.ts";
import { planCommand } from "../../src/plan/plan.ts";
import type { Plan } from "../../src/plan/report/model.ts";
import { configMap, database, deployment } from "./fixtures.ts";

const cli = new URL("../../src/cli.ts", import.meta.url).pathname;
const root = mkdtempSync(join(tmpdir(), "plan-command-"));
afterAll(() => rmSync(root, { recursive: true }));

const trees = {
  base: [deployment(), database(), configMap("a", { v: "1" })],
  live: [deployment(), database(), configMap("a", { v: "2" })],
  rolls: [
    deployment({ spec: { template: { metadata: { annotations: { a: "b" } } } } }),
    database(),
    configMap("a", { v: "1" }),
  ],
  refused: [deployment(), database({ spec: { serviceName: "other" } }), configMap("a", { v: "1" })],
} as const;
for (const [name, objects] of Object.entries(trees)) {
  mkdirSync(join(root, name));
  writeFileSync(join(root, name, "all.yaml"), objects.map((object) => toYaml(object)).join("---\n"));
}

function plan(...args: readonly string[]): {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
} {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, "plan", ...args], {
    cwd: root,
    encoding: "utf8",
  });
  return { code: status, out: stdout, err: stderr };
}

test("a plan that could be computed ends with 0, whatever the verdict", () => {
  const { code, out, err } = plan("--base", "base", "--head", "refused");
  expect([code, err]).toEqual([0, ""]);
  expect(out.trimEnd().split("\n").at(-1)).toBe("Plan: Will not apply");
});

const endOf = (head: string, level: string): number | null =>
  plan("--base", "base", "--head", head, "--fail-on", level).code;

test("--fail-on ends with 1 from its level upwards", () => {
  expect([endOf("live", "restarts"), endOf("rolls", "restarts"), endOf("rolls", "data-loss")]).toEqual([
    0, 1, 0,
  ]);
});

test("--output writes the file and nothing else, JSON and markdown alike", () => {
  const { code, out } = plan(
    "--base",
    "base",
    "--head",
    "rolls",
    "--format",
    "json",
    "--output",
    "plan.json",
  );
  expect([code, out]).toEqual([0, ""]);
  const written: Plan = JSON.parse(readFileSync(join(root, "plan.json"), "utf8"));
  expect(written).toMatchObject({ schemaVersion: 1, verdict: "restarts", environments: [{ name: "rolls" }] });
  expect(plan("--base", "base", "--head", "rolls", "--format", "markdown").out).toContain(
    "**Restarts pods**",
  );
});

test("wrong usage ends with 2 and one message", () => {
  const { code, out, err } = plan("--base", "nowhere", "--head", "base");
  expect([code, out]).toEqual([2, ""]);
  expect(err).not.toMatch(/\n\s+at /);
});

test.each([
  { base: "base/x", head: "live" },
  { format: "pdf" },
  { "fail-on": "safe" },
  { kubernetes: "1.10" },
  { environment: "x", base: "base", head: "live" },
  { base: "base" },
])("%o is a usage error", async (options) => {
  const output = { print: () => undefined, warn: () => undefined };
  await expect(planCommand.run({ now: () => 0, positionals: [], root, options, output })).rejects.toThrow(
    UsageError,
  );
});

test("what cannot be read to its end is refused, not passed", () => {
  mkdirSync(join(root, "large"));
  writeFileSync(join(root, "large", "all.yaml"), `# ${"x".repeat(7 * 2 ** 20)}\n`);
  const { code, out } = plan("--base", "base", "--head", "large", "--fail-on", "refused", "--format", "json");
  expect(code).toBe(1);
  expect(out).toContain('"verdict": "refused"');
  expect(out).toContain("cannot be called safe");
});

test("surroundings change nothing: locale, time zone, git's own variables", () => {
  const env = {
    ...process.env,
    LC_ALL: "tr_TR.UTF-8",
    TZ: "Asia/Kathmandu",
    GIT_DIR: "/nowhere",
    NO_COLOR: "1",
  };
  const args = [cli, "plan", "--base", "base", "--head", "rolls", "--format", "json"];
  const other = execFileSync(process.execPath, args, { cwd: root, encoding: "utf8", env });
  expect(other).toBe(plan(...args.slice(2)).out);
});
