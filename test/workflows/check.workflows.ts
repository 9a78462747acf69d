import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openPullRequest, pullRequestEvent } from "./events.ts";
import type { JobResult } from "./job.ts";
import { selectedTest, startWorld, type World } from "./world.ts";

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.stop());

async function check(changes: ReadonlyMap<string, string | undefined>): Promise<JobResult> {
  const opened = await openPullRequest(world, { from: "stranger/apg", changes });
  return await world.run("check", "check", pullRequestEvent(world, opened));
}

function failed({ steps }: JobResult): string[] {
  return steps.filter(({ outcome }) => outcome === "failure").map(({ name }) => name);
}

function logOf({ steps }: JobResult, step: string): string {
  return steps.find(({ name }) => name === step)?.log ?? "";
}

test("a pull request that is well passes, calls nothing of GitHub's, and leaves its plan", async () => {
  const result = await check(new Map([["docs/a-new-page.md", "# A new page\n"]]));
  expect([failed(result), logOf(result, "Test")]).toEqual([[], expect.stringContaining(selectedTest)]);
  expect(result.conclusion).toBe("success");
  const plan = JSON.parse(readFileSync(join(world.artifacts, "plan/plan.json"), "utf8"));
  expect(plan).toMatchObject({ verdict: "nothing" });
  expect(world.github.calls).toEqual([]);
});

test("a stale tree fails with the one command that mends it, and the plan is there all the same", async () => {
  const main = await world.origin.commitOf("refs/heads/main");
  const input = "base/redis/redis.conf";
  const text = `${await world.origin.textOf(main, input)}# edited\n`;
  const result = await check(new Map([[input, text]]));
  expect(failed(result)).toEqual(["Compare the rendered trees with the values"]);
  expect(logOf(result, "Compare the rendered trees with the values")).toContain(
    "to mend them: npm run render",
  );
  expect(existsSync(join(world.artifacts, "plan/plan.json"))).toBe(true);
});

test("a tree that is stale only after the merge is found", async () => {
  const main = await world.origin.commitOf("refs/heads/main");
  const input = "base/redis/redis.conf";
  const stale = `${await world.origin.textOf(main, input)}# edited\n`;
  const opened = await openPullRequest(world, {
    changes: new Map([["docs/a-new-page.md", "# A new page\n"]]),
  });
  await world.origin.setRef("refs/heads/main", await world.origin.commit(main, new Map([[input, stale]])));
  const merge = await world.origin.setPullRequest(opened.number, opened.head);
  const result = await world.run("check", "check", pullRequestEvent(world, { ...opened, merge }));
  expect(failed(result)).toEqual(["Compare the rendered trees with the values"]);
});

test("failing tests fail the check", async () => {
  const result = await check(
    new Map([
      [
        selectedTest,
        'import { expect, test } from "vitest";\n\ntest("it fails", () => {\n  expect(1).toBe(2);\n});\n',
      ],
    ]),
  );
  expect(failed(result)).toEqual(["Test"]);
  expect(logOf(result, "Test")).toContain("it fails");
});
