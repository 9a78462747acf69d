import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { startApi } from "./api.ts";
import { writeComment, type Content } from "./comment.ts";
import { fetchHead, gitOf } from "./git.ts";
import { findPullRequest } from "./pull-request.ts";
import { causingRun } from "./run.ts";
import type { Task } from "./task.ts";

/**
 * Finds the pull request that the causing run belongs to and brings its objects. Sets the outputs `number`, `base` (the
 * merge base) and `head`; none where the pull request was closed or has a newer commit, which has a run of its own.
 */
export const findHead: Task = async ({ root, runner, output }) => {
  const { head } = causingRun(runner.event);
  const found = await findPullRequest(startApi(runner), head);
  if (!found) {
    output.print(`no open pull request has the head ${head.sha}: nothing to plan`);
    return 0;
  }
  const git = gitOf(root, runner);
  const fetched = await fetchHead(git, found.number);
  if (fetched !== head.sha) {
    output.print(`the pull request ${found.number} moved on to ${fetched}: its run plans that`);
    return 0;
  }
  const base = await git.read("merge-base", `refs/remotes/origin/${found.base.ref}`, fetched);
  runner.setOutput("number", String(found.number));
  runner.setOutput("base", base);
  runner.setOutput("head", fetched);
  return 0;
};

/** Writes the plan, from the file that PLAN names, as the comment on the pull request PULL_REQUEST. */
export const comment: Task = ({ root, runner, output }) => {
  const plan = readFileSync(resolve(root, runner.input("PLAN")), "utf8");
  return write({ runner, output }, { plan });
};

/** Says in the comment on the pull request PULL_REQUEST that the plan in it is out of date, for REASON. */
export const outOfDate: Task = ({ runner, output }) => {
  const { url, head } = causingRun(runner.event);
  const reason = `${runner.input("REASON")} (${url}) for \`${head.sha.slice(0, 12)}\`: what follows is not what merging does.`;
  return write({ runner, output }, { outOfDate: reason });
};

async function write(
  { runner, output }: Pick<Parameters<Task>[0], "runner" | "output">,
  content: Content,
): Promise<number> {
  const number = Number(runner.input("PULL_REQUEST"));
  const isWritten = await writeComment(
    startApi(runner),
    { number, order: causingRun(runner.event).order },
    content,
  );
  output.print(
    isWritten ? `pull request ${number}: written` : `pull request ${number}: a newer run has written already`,
  );
  return 0;
}
