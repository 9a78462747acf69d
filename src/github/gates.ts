import process from "node:process";
import { z } from "zod";
import { $ } from "zx";
import { startApi } from "./api.ts";
import { fetchHead, gitOf } from "./git.ts";
import { findPullRequest, openPullRequests, type PullRequest } from "./pull-request.ts";
import { causingRun, sha } from "./run.ts";
import { fenced } from "./summary.ts";
import type { Task, TaskCall } from "./task.ts";

/** The required status; the merge queue asks for it by this name. */
const context = "gates";

/** GitHub's limit for the text of a status. */
const mostCharacters = 140;

/** Bytes that the evidence of one change may take on the run's page. */
const mostEvidence = 100_000;

const mergeGroup = z.object({ merge_group: z.object({ base_sha: sha, head_sha: sha }) });
const judgement = z.looseObject({ verdict: z.string(), time: z.string() });

/** A change whose gates are computed: two commits that this clone has. */
interface Change {
  readonly name: string;
  readonly base: string;
  readonly head: string;
}

/**
 * Computes the gates of the pull request that a run belongs to, of a group of the merge queue, or (on a schedule) of
 * every open pull request, since soak times and freezes end by themselves; sets the status `gates` on each head. The
 * gates are this checkout's, which is the base; of the head only git objects are read.
 */
export const gates: Task = async (call) => {
  for (const change of await changes(call)) {
    const { state, description, evidence } = await judge(call.root, change);
    await startApi(call.runner).send("POST", `statuses/${change.head}`, {
      state,
      context,
      description,
      target_url: call.runner.runUrl,
    });
    call.runner.summarize(`#### ${change.name}: ${state}\n\n${fenced(evidence, mostEvidence)}`);
    call.output.print(`${change.name}: ${description}`);
  }
  return 0;
};

async function changes(call: TaskCall): Promise<readonly Change[]> {
  const { runner } = call;
  switch (runner.eventName) {
    case "merge_group": {
      const { base_sha: base, head_sha: head } = mergeGroup.parse(runner.event).merge_group;
      return [{ name: "merge group", base, head }];
    }
    case "workflow_run": {
      const found = await findPullRequest(startApi(runner), causingRun(runner.event).head);
      return found ? await withObjects(call, found) : [];
    }
    default: {
      const open = await openPullRequests(startApi(runner));
      const found: Change[] = [];
      for (const pull of open) found.push(...(await withObjects(call, pull)));
      return found;
    }
  }
}

/** A pull request into another branch than the one checked out promotes nothing. */
async function withObjects({ root, runner }: TaskCall, pull: PullRequest): Promise<readonly Change[]> {
  if (pull.base.ref !== runner.input("MAIN")) return [];
  const git = gitOf(root, runner);
  const head = await fetchHead(git, pull.number);
  const base = await git.read("rev-parse", "--verify", "HEAD^{commit}");
  return head === pull.head.sha ? [{ name: `#${pull.number}`, base, head }] : [];
}

async function judge(
  root: string,
  { base, head }: Change,
): Promise<{ state: string; description: string; evidence: string }> {
  const run = $({ cwd: root, quiet: true, nothrow: true });
  const sides = ["--base", base, "--head", head];
  const json = await run`${process.execPath} src/cli.ts gates ${sides} --format json`;
  const { stdall: evidence } = await run`${process.execPath} src/cli.ts gates ${sides} --explain`;
  const names = `base ${base.slice(0, 7)}, head ${head.slice(0, 7)}`;
  if (json.exitCode !== 0 && json.exitCode !== 1) {
    const description = `the gates could not be computed; ${names}`;
    return { state: "error", description, evidence: json.stderr };
  }
  const { verdict, time } = judgement.parse(JSON.parse(json.stdout));
  const state = json.exitCode === 0 ? "success" : verdict === "waits" ? "pending" : "failure";
  return { state, description: `${verdict}; ${names}, ${time}`.slice(0, mostCharacters), evidence };
}
