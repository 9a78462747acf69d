import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { charts } from "../src/argocd/charts.ts";
import { asArray, asObject, type Json } from "../src/kubernetes/manifest.ts";
import { exampleEnvironment } from "./argocd/environments.ts";
import { at } from "./argocd/objects.ts";
import { repository } from "./repository.ts";

const folder = join(repository, ".github/workflows");

interface Workflow {
  readonly name: string;
  readonly text: string;
  readonly jobs: readonly Json[];
}

const workflows: readonly Workflow[] = readdirSync(folder).map((name) => {
  const text = readFileSync(join(folder, name), "utf8");
  const body: Json = parse(text);
  return { name, text, jobs: Object.values(asObject(at(body, "jobs"))) };
});

/** What a workflow's text and jobs do that they should not. */
function faults({ text, jobs }: Workflow): string[] {
  const uses = text.match(/\buses: .*$/gm) ?? [];
  const steps = jobs.flatMap((job) => asArray(at(job, "steps")));
  return [
    ...uses.filter((line) => !/^uses: [\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line)),
    ...(/^permissions: \{\}$/m.test(text) ? [] : ["rights at the top"]),
    ...(/^concurrency:$/m.test(text) ? [] : ["no concurrency group"]),
    ...jobs.filter((job) => typeof at(job, "timeout-minutes") !== "number").map(() => "no timeout"),
    ...steps
      .filter((step) => JSON.stringify(at(step, "uses") ?? "").includes("actions/checkout@"))
      .filter((step) => at(step, "with", "persist-credentials") !== false)
      .map(() => "credentials stay on the disk"),
    ...(text.match(/^ +image: .*$/gm) ?? []).filter((line) => !/@sha256:[0-9a-f]{64}$/.test(line)),
  ];
}

test.each(workflows)("$name pins what it uses, has no rights at the top, and ends in time", (workflow) => {
  expect(workflow.jobs.length).toBeGreaterThan(0);
  expect(faults(workflow)).toEqual([]);
});

test("a workflow that pins nothing and limits nothing is found", () => {
  const text = "    uses: actions/checkout@v7\n    image: node:24\n";
  const steps = [{ uses: "actions/checkout@v7" }];
  expect(faults({ name: "bad", text, jobs: [{ steps }] })).toHaveLength(6);
});

test("the check of a pull request can write nothing", () => {
  const check = workflows.find(({ name }) => name === "check.yaml");
  expect(check?.jobs.map((job) => at(job, "permissions"))).toEqual([{ contents: "read" }]);
  expect(check?.text).not.toContain("secrets.");
});

test("zizmor is told to ignore two findings, each where it stands and with its reason", () => {
  const ignores = workflows.flatMap(({ text }) => text.match(/# zizmor: ignore.*/g) ?? []);
  expect(ignores).toHaveLength(2);
  for (const line of ignores) expect(line).toMatch(/^# zizmor: ignore\[[a-z-]+\] \w+ .{20,}$/);
});

function ruleset(name: string): Json {
  return JSON.parse(readFileSync(join(repository, ".github/rulesets", `${name}.json`), "utf8"));
}

function rule(name: string, type: string): Json | undefined {
  return asArray(at(ruleset(name), "rules")).find((one) => at(one, "type") === type);
}

test("the ruleset of main asks for contexts that workflows set, each by its app", () => {
  const required = asArray(
    at(rule("main", "required_status_checks"), "parameters", "required_status_checks"),
  );
  expect(required.map((one) => at(one, "context"))).toEqual(["check", "gates"]);
  for (const one of required) expect(at(one, "integration_id")).toEqual(expect.any(Number));
  const names = workflows.flatMap(({ jobs }) => jobs.map((job) => at(job, "name")));
  expect(names).toContain("check");
  const gates = readFileSync(join(repository, "src/github/gates.ts"), "utf8");
  expect(gates).toContain('const context = "gates";');
});

test("nothing reaches main besides a reviewed pull request through the queue, and one team may break the glass", () => {
  const main = ruleset("main");
  const types = asArray(at(main, "rules")).map((one) => at(one, "type"));
  expect(types).toEqual(
    expect.arrayContaining(["deletion", "non_fast_forward", "merge_queue", "pull_request"]),
  );
  expect(at(rule("main", "pull_request"), "parameters")).toMatchObject({
    dismiss_stale_reviews_on_push: true,
    require_code_owner_review: true,
    require_last_push_approval: true,
    allowed_merge_methods: ["squash"],
  });
  expect(at(rule("main", "merge_queue"), "parameters", "merge_method")).toBe("SQUASH");
  expect(asArray(at(main, "bypass_actors")).map((actor) => at(actor, "actor_type"))).toEqual(["Team"]);
});

test("tags of promotions are made, moved and deleted by the App alone", () => {
  const types = asArray(at(ruleset("promotion-tags"), "rules")).map((one) => at(one, "type"));
  expect(types).toEqual(expect.arrayContaining(["creation", "update", "deletion"]));
  const actors = asArray(at(ruleset("promotion-tags"), "bypass_actors"));
  expect(actors.map((actor) => at(actor, "actor_type"))).toEqual(["Integration"]);
});

test("Renovate finds the version of every chart", () => {
  const renovate: Json = JSON.parse(readFileSync(join(repository, "renovate.json"), "utf8"));
  const manager = asArray(at(renovate, "customManagers"))[0];
  const pattern = asArray(at(manager, "matchStrings"))[0];
  const source = readFileSync(join(repository, "src/argocd/charts.ts"), "utf8");
  const found = [...source.matchAll(new RegExp(typeof pattern === "string" ? pattern : "(?!)", "g"))].map(
    ({ groups = {} }) => ({
      name: groups["depName"],
      version: groups["currentValue"],
      repository: groups["registryUrl"],
    }),
  );
  const wanted = charts(exampleEnvironment.platform).map(({ name, version, repository: address }) => ({
    name,
    version,
    repository: address,
  }));
  expect(found).toHaveLength(wanted.length);
  expect(found).toEqual(expect.arrayContaining(wanted));
});
