import { expect, test } from "vitest";
import { openPullRequest, workflowRunEvent } from "./events.ts";
import { evaluate, interpolate, isWanted } from "./expressions.ts";
import { readWorkflow, workflowNames } from "./workflow.ts";
import { startWorld } from "./world.ts";

test.each(workflowNames)("the tests know how to execute all of %s", (name) => {
  expect(Object.keys(readWorkflow(name).jobs)).not.toEqual([]);
});

test("a condition without a status function asks for success, and one with it decides itself", () => {
  expect(isWanted(undefined, {}, "failure")).toBe(false);
  expect(isWanted("github.event.action == 'x'", { github: { event: { action: "x" } } }, "failure")).toBe(
    false,
  );
  expect(
    isWanted(
      "${{ !cancelled() && github.event.action == 'x' }}",
      { github: { event: { action: "x" } } },
      "failure",
    ),
  ).toBe(true);
  expect(isWanted("failure()", {}, "success")).toBe(false);
});

test("an expression means what it means to GitHub", () => {
  const contexts = { github: { event: { run: { conclusion: "Timed_Out" } } } };
  expect(
    evaluate(`contains(fromJSON('["failure", "timed_out"]'), github.event.run.conclusion)`, contexts),
  ).toBe(true);
  expect(interpolate("a ${{ github.event.missing.key }} b ${{ 1 == '1' }}", contexts)).toBe("a  b true");
});

test("the plan of a pull request is written by the main branch's code with the rights that the job declares", async () => {
  const world = await startWorld();
  try {
    const opened = await openPullRequest(world, {
      from: "stranger/apg",
      changes: new Map([["src/cli.ts", "throw 1;\n"]]),
    });
    const event = await workflowRunEvent(world, opened, { action: "requested", run: 1 });
    const { steps } = await world.run("plan-comment", "comment", event);
    expect(steps.filter(({ outcome }) => outcome === "failure")).toEqual([]);
    expect(world.github.state.comments.get(7)?.map(({ body }) => body)).toEqual([
      expect.stringContaining("Nothing changes in any cluster"),
    ]);
    expect(world.github.calls.filter(({ status }) => status >= 400)).toEqual([]);
  } finally {
    await world.stop();
  }
});

test("a call beyond the rights of its token is refused and recorded", async () => {
  const world = await startWorld();
  try {
    const token = world.github.issue({
      permissions: { "pull-requests": "read" },
      login: "github-actions[bot]",
    });
    const { status } = await fetch(`${world.github.url}/repos/${world.github.repository}/issues/7/comments`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify({ body: "x" }),
    });
    expect(status).toBe(403);
    expect(world.github.calls).toEqual([expect.objectContaining({ method: "POST", status: 403 })]);
  } finally {
    await world.stop();
  }
});
