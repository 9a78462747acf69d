import { afterEach, beforeEach, expect, test } from "vitest";
import type { JsonObject } from "../../src/kubernetes/manifest.ts";
import { mainEvent } from "./events.ts";
import type { JobResult } from "./job.ts";
import { startWorld, type World } from "./world.ts";

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.stop());

const input = "base/redis/redis.conf";

/** Puts a commit on the main branch. */
async function push(
  changes: ReadonlyMap<string, string | undefined>,
): Promise<{ before: string; after: string }> {
  const before = await world.origin.commitOf("refs/heads/main");
  const after = await world.origin.commit(before, changes, "a change that says <!-- -->\n\n@everyone");
  await world.origin.setRef("refs/heads/main", after);
  return { before, after };
}

async function makeStale(): Promise<void> {
  await push(
    new Map([
      [
        input,
        `${await world.origin.textOf("refs/heads/main", input)}# edited
`,
      ],
    ]),
  );
}

async function daily(): Promise<JsonObject> {
  return await mainEvent(world, "schedule", { schedule: "41 5 * * *" });
}

function issues(): string[] {
  return world.github.state.issues.map(({ state, title }) => `${state}: ${title}`);
}

function expectPermitted(): void {
  expect(world.github.calls.filter(({ status }) => status >= 400)).toEqual([]);
}

test("a stale main branch opens one issue with the command that mends it, and the next fresh one closes it", async () => {
  const fresh = await world.origin.commitOf("refs/heads/main");
  await makeStale();
  const first = await world.run("main", "check", await daily());
  await world.run("main", "check", await daily());
  expect(first.conclusion).toBe("failure");
  expect(issues()).toEqual(["open: The main branch does not pass its check"]);
  expect(world.github.state.issues[0]?.body).toContain("npm run render");
  await world.origin.setRef("refs/heads/main", fresh);
  expect((await world.run("main", "check", await mainEvent(world, "push"))).conclusion).toBe("success");
  expect(issues()).toEqual(["closed: The main branch does not pass its check"]);
  expectPermitted();
});

test("a commit that no pull request brought is listed by its hash, and one that did is not", async () => {
  const { before, after: direct } = await push(new Map([["docs/a.md", "a\n"]]));
  const { after } = await push(new Map([["docs/b.md", "b\n"]]));
  world.github.state.pullsOfCommit.set(after, [{ number: 9, merged_at: "2026-11-23T10:00:00Z" }]);
  const found = await world.run("main", "commits", await mainEvent(world, "push", { before, after }));
  expect(found.conclusion).toBe("failure");
  expect(world.github.state.issues[0]?.body).toContain(direct);
  expect(world.github.state.issues[0]?.body).not.toMatch(new RegExp(`${after}$|@everyone`, "m"));
  world.github.state.pullsOfCommit.set(direct, [{ number: 8, merged_at: "2026-11-23T09:00:00Z" }]);
  const explained = await world.run("main", "commits", await mainEvent(world, "push", { before, after }));
  expect(explained.conclusion).toBe("success");
  expectPermitted();
});

/** What Argo CD's notification says of the main branch's newest commit, some minutes ago. */
async function tell(context: string, state: string, minutes: number): Promise<void> {
  const created_at = new Date(Date.now() - minutes * 60_000).toISOString();
  const sha = await world.origin.commitOf("refs/heads/main");
  world.github.state.statuses.push({ sha, body: { context, state, created_at } });
}

async function delivery(): Promise<JobResult> {
  return await world.run(
    "main",
    "delivery",
    await mainEvent(world, "schedule", { schedule: "11,41 * * * *" }),
  );
}

test("an environment out of sync for longer than 30 minutes opens one issue, and being in sync again closes it", async () => {
  await tell("argocd/staging", "pending", 20);
  await tell("argocd/$(touch owned)", "pending", 200);
  await delivery();
  expect(issues()).toEqual([]);
  await tell("argocd/production", "pending", 45);
  await push(new Map([["docs/a.md", "a\n"]]));
  await delivery();
  expect((await delivery()).conclusion).toBe("success");
  expect(issues()).toEqual(["open: production is out of sync"]);
  await tell("argocd/production", "success", 1);
  await delivery();
  expect(issues()).toEqual(["closed: production is out of sync"]);
  expectPermitted();
});

test("who approved the head of a release that was merged is recorded in a tag, and who approved another is not", async () => {
  const path = "environments/staging/release.yaml";
  const text = await world.origin.textOf("refs/heads/main", path);
  const { before } = await push(new Map([["docs/a.md", "a\n"]]));
  const { after } = await push(new Map([[path, `${text}# edited\n`]]));
  const head = "1".repeat(40);
  const merge = {
    number: 9,
    merged_at: "2026-11-23T10:00:00Z",
    head: { sha: head },
  };
  world.github.state.pullsOfCommit.set(after, [merge]);
  world.github.state.reviews.set(9, [
    { state: "APPROVED", commit_id: head, user: { login: "owner" } },
    { state: "APPROVED", commit_id: "2".repeat(40), user: { login: "early" } },
    { state: "CHANGES_REQUESTED", commit_id: head, user: { login: "other" } },
  ]);
  const { conclusion } = await world.run("main", "record", await mainEvent(world, "push", { before, after }));
  expect(conclusion).toBe("success");
  expect([...world.github.state.refs.keys()]).toEqual(["refs/tags/promotion/staging/9"]);
  expect(world.github.state.tags[0]).toMatchObject({
    object: after,
    message: `staging\n\nPull-Request: 9\nHead: ${head}\nMerged-by: merger\nApproved-by: owner`,
  });
  expectPermitted();
});

/** Puts one day on the main branch on which all support ends. */
async function setEnds(day: string): Promise<void> {
  const path = "src/support/dates.ts";
  const text = await world.origin.textOf("refs/heads/main", path);
  await push(new Map([[path, text.replaceAll(/ends: "[\d-]+"/g, `ends: "${day}"`)]]));
}

test("an end of support within half a year opens one issue, which is closed when there is none", async () => {
  await setEnds("2020-01-01");
  await world.run("scheduled", "support", await mainEvent(world, "schedule"));
  await world.run("scheduled", "support", await mainEvent(world, "schedule"));
  expect(issues()).toEqual(["open: Support of a version ends within half a year"]);
  expect(world.github.state.issues[0]?.body).toContain("PostgreSQL 15");
  await setEnds("2999-12-31");
  await world.run("scheduled", "support", await mainEvent(world, "schedule"));
  expect(issues()).toEqual(["closed: Support of a version ends within half a year"]);
  expectPermitted();
});

test("the whole cluster test is started every week, and calls nothing of GitHub's", async () => {
  const { conclusion, steps } = await world.run("scheduled", "cluster", await mainEvent(world, "schedule"));
  expect(conclusion).toBe("success");
  expect(steps.map(({ log }) => log).join("\n")).toContain("started test:cluster");
  expect(world.github.calls).toEqual([]);
});
