import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { z } from "zod";
import { startApi, type Api } from "./api.ts";
import { gitOf, type Git } from "./git.ts";
import { keepIssue } from "./issue.ts";
import { sha } from "./run.ts";
import { fenced } from "./summary.ts";
import type { Task } from "./task.ts";

const push = z.object({ before: sha, after: sha });

/** GitHub's name for a branch that did not exist before. */
const nothing = "0".repeat(40);

/** Characters of an issue's list, well below GitHub's 65,536. */
const mostListed = 20_000;

/**
 * Keeps an issue about the main branch: open while OUTCOME, the check's, is not `success`, with what CHECK_LOG holds.
 * Returns 1 then, so that the run is red, too.
 */
export const reportMain: Task = async ({ root, runner, output }) => {
  const isFresh = runner.input("OUTCOME") === "success";
  const log = readFileSync(resolve(root, runner.input("CHECK_LOG")), "utf8");
  const done = await keepIssue(startApi(runner), {
    subject: "main-is-stale",
    title: "The main branch does not pass its check",
    body: isFresh
      ? undefined
      : `\`npm run check\` on the main branch (${runner.runUrl}):\n\n${fenced(log, mostListed)}\n\n` +
        "What is rendered is not what the values ask for, or a hold, an exception or a budget has ended.\n",
  });
  output.print(`the issue about the main branch: ${done}`);
  return isFresh ? 0 : 1;
};

/** Keeps an issue that lists the commits of this push that no pull request brought. */
export const reportPush: Task = async ({ root, runner, output }) => {
  const { before, after } = push.parse(runner.event);
  const api = startApi(runner);
  const direct = await withoutPullRequest(api, gitOf(root, runner), before, after);
  if (direct.length === 0) {
    output.print("a pull request brought each commit of this push");
    return 0;
  }
  const list = direct.map((line) => `- ${line}`).join("\n");
  runner.summarize(`Commits without a pull request:\n\n${list}`);
  await keepIssue(api, {
    subject: `direct-push-${after}`,
    title: `${direct.length} commits reached the main branch without a pull request`,
    body: `${runner.runUrl}\n\n${list}\n\nClose this when each is explained.\n`,
  });
  output.print(direct.join("\n"));
  return 1;
};

async function withoutPullRequest(api: Api, git: Git, before: string, after: string): Promise<string[]> {
  const range = before === nothing ? after : `${before}..${after}`;
  const commits = (await git.read("rev-list", "--first-parent", range)).split("\n").filter(Boolean);
  const direct: string[] = [];
  for (const commit of commits) {
    const pulls = z
      .array(z.object({ merged_at: z.string().nullable() }))
      .parse(await api.list(`commits/${commit}/pulls`));
    // The hash alone: a commit's message is its author's text.
    if (!pulls.some(({ merged_at }) => merged_at !== null)) direct.push(commit);
  }
  return direct;
}
