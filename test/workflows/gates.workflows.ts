import { afterEach, beforeEach, expect, test } from "vitest";
import type { JsonObject } from "../../src/kubernetes/manifest.ts";
import { mainEvent, openPullRequest, workflowRunEvent } from "./events.ts";
import { startWorld, type World } from "./world.ts";

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.stop());

const release = "environments/production/release.yaml";
const page = new Map([["docs/a-new-page.md", "# A new page\n"]]);

/** A release that never was in staging. */
async function unsoaked(): Promise<Map<string, string>> {
  const text = await world.origin.textOf("refs/heads/main", release);
  return new Map([
    [
      release,
      text.replace(/^version: .*$/m, "version: 1.9.9").replace(/sha256:0{64}/, `sha256:${"1".repeat(64)}`),
    ],
  ]);
}

function statuses(): Readonly<Record<string, unknown>>[] {
  return world.github.state.statuses.map(({ sha, body }) => ({
    sha,
    state: body["state"],
    context: body["context"],
  }));
}

function expectPermitted(): void {
  expect(world.github.calls.filter(({ status }) => status >= 400)).toEqual([]);
}

test("what is no promotion passes, and the status names base, head and time", async () => {
  const opened = await openPullRequest(world, { from: "stranger/apg", changes: page });
  const event = await workflowRunEvent(world, opened, { action: "requested", run: 1 });
  const { conclusion, steps } = await world.run("gates", "gates", event);
  expect([conclusion, steps.filter(({ outcome }) => outcome === "failure")]).toEqual(["success", []]);
  expect(statuses()).toEqual([{ sha: opened.head, state: "success", context: "gates" }]);
  const main = await world.origin.commitOf("refs/heads/main");
  const description = String(world.github.state.statuses[0]?.body["description"]);
  expect(description).toContain(`base ${main.slice(0, 7)}, head ${opened.head.slice(0, 7)}`);
  expect(description).toMatch(/\d{4}-\d\d-\d\dT/);
  expectPermitted();
});

test("a release that soaked nowhere does not pass, whatever its branch and title say, by the base's code", async () => {
  const changes = new Map([
    ...(await unsoaked()),
    ["src/commands/gates.ts", "throw new Error('the head runs');\n"],
  ]);
  const opened = await openPullRequest(world, { branch: "docs", title: "docs: a typing error", changes });
  const event = await workflowRunEvent(world, opened, { action: "requested", run: 1 });
  const { conclusion, summary } = await world.run("gates", "gates", event);
  expect(conclusion).toBe("success");
  expect(statuses()).toEqual([
    expect.objectContaining({ sha: opened.head, state: expect.stringMatching(/failure|pending/) }),
  ]);
  expect(summary).toContain("production");
  expectPermitted();
});

test("the merge queue's group is judged against its base, with the base's code", async () => {
  const base = await world.origin.commitOf("refs/heads/main");
  const head = await world.origin.commit(
    base,
    new Map([...(await unsoaked()), ["src/cli.ts", "throw 1;\n"]]),
  );
  await world.origin.setRef("refs/heads/gh-readonly-queue/main/pr-7", head);
  const event = await mainEvent(world, "merge_group", { merge_group: { base_sha: base, head_sha: head } });
  const inQueue: JsonObject = { ...event, github: { ...Object(event["github"]), sha: head } };
  const { conclusion } = await world.run("gates", "gates", inQueue);
  expect(conclusion).toBe("success");
  expect(statuses()).toEqual([
    expect.objectContaining({ sha: head, state: expect.stringMatching(/failure|pending/) }),
  ]);
  expectPermitted();
});

test("on a schedule every open pull request into main is judged anew", async () => {
  const one = await openPullRequest(world, { number: 7, changes: page });
  const two = await openPullRequest(world, { number: 8, branch: "other", changes: await unsoaked() });
  await world.run("gates", "gates", await mainEvent(world, "schedule"));
  expect(statuses().map(({ sha }) => sha)).toEqual([one.head, two.head]);
  expectPermitted();
});

test("without the App's key, which only a protected environment gives, no status is set", async () => {
  const opened = await openPullRequest(world, { changes: page });
  const event = await workflowRunEvent(world, opened, { action: "requested", run: 1 });
  const { conclusion } = await world.run("gates", "gates", { ...event, secrets: {} });
  expect([conclusion, statuses()]).toEqual(["failure", []]);
});
