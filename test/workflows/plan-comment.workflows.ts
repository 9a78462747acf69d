import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openPullRequest, workflowRunEvent, type CheckRun, type Opening } from "./events.ts";
import type { JobResult } from "./job.ts";
import { gitIn, startWorld, type World } from "./world.ts";

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.stop());

const service = "rendered/production/application/service-apg-cash-management-service.yaml";
const requested: CheckRun = { action: "requested", run: 1 };

/** A change that `plan` has something to say about: another port of the application's Service. */
async function changed(port: number): Promise<Opening["changes"]> {
  const main = await world.origin.commitOf("refs/heads/main");
  return new Map([
    [service, (await world.origin.textOf(main, service)).replace("port: 8000", `port: ${port}`)],
  ]);
}

async function runOn(opening: Partial<Opening>, check: CheckRun): Promise<JobResult> {
  const opened = await openPullRequest(world, { changes: await changed(8100), ...opening });
  return await world.run("plan-comment", "comment", await workflowRunEvent(world, opened, check));
}

function bodies(number = 7): string[] {
  return (world.github.state.comments.get(number) ?? []).map(({ body }) => body);
}

function expectPermitted(): void {
  expect(world.github.calls.filter(({ status }) => status >= 400)).toEqual([]);
}

test("a pull request from a fork gets one comment, which the next commit changes in place", async () => {
  const first = await runOn({ from: "stranger/apg" }, requested);
  expect(first.steps.filter(({ outcome }) => outcome === "failure")).toEqual([]);
  expect(first.conclusion).toBe("success");
  expect(bodies()).toHaveLength(1);
  expect(bodies()[0]).toContain("Service");
  await runOn({ from: "stranger/apg", changes: await changed(8200) }, { action: "requested", run: 2 });
  expect(bodies()).toHaveLength(1);
  expect(bodies()[0]).toContain("run=2.1.0");
  expect(readdirSync(join(world.artifacts, "plan")).toSorted()).toEqual(["plan.html", "plan.json"]);
  expect(first.summary).toContain("Service");
  expectPermitted();
});

test("nothing of the pull request is run or checked out", async () => {
  const trap = "throw new Error('the code of the pull request runs');\n";
  const paths = ["src/cli.ts", "src/github/command.ts", ".npmrc", "package.json"];
  const changes = new Map([...(await changed(8100)), ...paths.map((path) => [path, trap] as const)]);
  const { conclusion, workspace } = await runOn({ changes }, requested);
  expect(conclusion).toBe("success");
  expect(bodies()).toHaveLength(1);
  const main = await world.origin.commitOf("refs/heads/main");
  expect(await gitIn(workspace, "rev-parse", "HEAD")).toBe(main);
  expect(await gitIn(workspace, "status", "--porcelain", "--untracked-files=no")).toBe("");
  expectPermitted();
});

test("an older run writes nothing over a newer one's plan, nor a beginning over its end", async () => {
  const opened = await openPullRequest(world, { changes: await changed(8100) });
  const run = async (check: CheckRun): Promise<JobResult> =>
    await world.run("plan-comment", "comment", await workflowRunEvent(world, opened, check));
  await run({ action: "requested", run: 9 });
  const before = bodies();
  const late = await run({ action: "requested", run: 8 });
  expect(late.steps.find(({ name }) => name === "Write the comment")?.log).toContain(
    "a newer run has written already",
  );
  expect(bodies()).toEqual(before);
  await run({ action: "completed", run: 9, conclusion: "failure" });
  await run({ action: "requested", run: 9 });
  expect(bodies()[0]).toContain("**Out of date.** The check failed");
});

test("a failed check marks the plan that stands there, once, and the next plan takes the mark away", async () => {
  await runOn({}, requested);
  const failed: CheckRun = { action: "completed", run: 1, conclusion: "failure" };
  await runOn({}, failed);
  await runOn({}, failed);
  expect(bodies()).toHaveLength(1);
  expect(bodies()[0]?.match(/Out of date/g)).toHaveLength(1);
  expect(bodies()[0]).toContain("Service");
  await runOn({ changes: await changed(8200) }, { action: "requested", run: 2 });
  expect(bodies()[0]).not.toContain("Out of date");
  expectPermitted();
});

test("a plan that cannot be computed leaves a comment that says so, and a red run", async () => {
  const opened = await openPullRequest(world, { changes: await changed(8100) });
  const event = await workflowRunEvent(world, opened, requested);
  await world.origin.setRef(
    "refs/heads/main",
    await world.origin.commit(
      await world.origin.commitOf("refs/heads/main"),
      new Map([["src/plan/plan.ts", "throw new Error('broken');\n"]]),
    ),
  );
  const broken = {
    ...event,
    github: { ...Object(event["github"]), sha: await world.origin.commitOf("refs/heads/main") },
  };
  const { conclusion } = await world.run("plan-comment", "comment", broken);
  expect(conclusion).toBe("failure");
  expect(bodies()[0]).toContain("**Out of date.** The plan could not be computed");
});

test("a check that succeeds, and a check of anything but a pull request, writes nothing", async () => {
  expect((await runOn({}, { action: "completed", run: 1, conclusion: "success" })).conclusion).toBe(
    "skipped",
  );
  expect((await runOn({}, { ...requested, event: "merge_group" })).conclusion).toBe("skipped");
  expect(bodies()).toEqual([]);
});

test("a pull request that moved on, or was closed, gets nothing from the run of its earlier commit", async () => {
  const opened = await openPullRequest(world, { changes: await changed(8100) });
  const event = await workflowRunEvent(world, opened, requested);
  await openPullRequest(world, { changes: await changed(8200) });
  const { conclusion, steps } = await world.run("plan-comment", "comment", event);
  expect(conclusion).toBe("success");
  expect(steps.find(({ name }) => name === "Plan")?.outcome).toBe("skipped");
  expect(bodies()).toEqual([]);
});

test("a branch of the same name in another fork is another pull request", async () => {
  const mine = await openPullRequest(world, { number: 7, from: "one/apg", changes: await changed(8100) });
  await openPullRequest(world, { number: 8, from: "two/apg", changes: await changed(8200) });
  await world.run("plan-comment", "comment", await workflowRunEvent(world, mine, requested));
  expect(bodies(7)).toHaveLength(1);
  expect(bodies(8)).toEqual([]);
});

test("a comment of somebody else that begins as the plan's does is left alone", async () => {
  const forged = {
    id: 1,
    body: "<!-- apg-cash-management:plan run=99.1.1 -->\nSafe to merge.",
    user: { login: "github-actions[bot]", type: "User" },
  };
  world.github.state.comments.set(7, [forged]);
  await runOn({}, requested);
  expect(bodies()).toHaveLength(2);
  expect(bodies()[0]).toContain("Safe to merge.");
});

test("hostile names of a branch and a title, and hostile text in the tree, run nothing and forge nothing", async () => {
  const branch = "a$(touch${IFS}owned)`touch${IFS}owned`;echo'\"&&x";
  const main = await world.origin.commitOf("refs/heads/main");
  const hostile =
    "x\n```\n<!-- apg-cash-management:plan run=99.1.1 -->\n@everyone ${{ github.token }} $(touch owned)";
  const text = (await world.origin.textOf(main, service)).replace(
    "metadata:\n",
    `metadata:\n  annotations:\n    note: ${JSON.stringify(hostile)}\n`,
  );
  const { conclusion, workspace, steps } = await runOn(
    {
      branch,
      title: "$(touch owned)",
      message: "`touch owned`",
      from: "stranger/apg",
      changes: new Map([[service, text]]),
    },
    requested,
  );
  expect(steps.filter(({ outcome }) => outcome === "failure")).toEqual([]);
  expect(conclusion).toBe("success");
  expect(readdirSync(workspace)).not.toContain("owned");
  expect(bodies()[0]?.match(/^<!-- apg-cash-management:plan/gm)).toHaveLength(1);
  expect(bodies()[0]).not.toMatch(/^@everyone/m);
  expectPermitted();
});

test("a plan that is too long for a comment is shortened, and whole in the artifact", async () => {
  const main = await world.origin.commitOf("refs/heads/main");
  const base = await world.origin.textOf(main, service);
  const many = Array.from({ length: 900 }, (_, index): [string, string] => [
    `rendered/production/application/service-copy-${index}.yaml`,
    base.replaceAll("name: apg-cash-management-service\n", `name: a-copy-with-a-rather-long-name-${index}\n`),
  ]);
  const kustomization = "rendered/production/application/kustomization.yaml";
  const listed = `${await world.origin.textOf(main, kustomization)}${many.map(([path]) => `- ${path.split("/").at(-1)}\n`).join("")}`;
  const { conclusion } = await runOn({ changes: new Map([...many, [kustomization, listed]]) }, requested);
  expect(conclusion).toBe("success");
  expect(bodies()[0]?.length).toBeLessThan(65_536);
  expect(bodies()[0]).toContain("900");
  expectPermitted();
});
