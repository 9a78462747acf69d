import { applicationName } from "../../argocd/names.ts";
import { UsageError } from "../../errors.ts";
import { planCommand } from "../../plan/plan.ts";
import { draftChange } from "../../promotion/change.ts";
import type { ReleaseEdits } from "../../promotion/edit-release.ts";
import { checkCommit, commitDraft, hasGitHub, openPullRequest, type Title } from "../../promotion/publish.ts";
import { formatJudgement } from "../../promotion/report.ts";
import type { Repository } from "../../promotion/sides.ts";
import type { Call } from "../command.ts";

/** Options of every command that changes a release. */
export const changeOptions = {
  commit: { type: "boolean" },
  "pull-request": { type: "boolean" },
  explain: { type: "boolean" },
} as const;

/** Their part of the usage. */
export const changeUsage = `  --explain       every gate with its evidence
  --commit        commit on a branch of its own
  --pull-request  push that branch and open the pull request, by GitHub's gh

Changes release.yaml and the rendered tree of that environment and nothing else, and prints the plan. Writes nothing and
ends with 1 when a gate fails; one that only waits (soak time, freeze) is told.`;

/** A change of one environment's release. */
export interface Change {
  readonly environment: string;
  readonly edits: ReleaseEdits;
  readonly title: Title;
}

/** Works out a change, prints the gates and the plan, and writes, commits and publishes as far as was asked. */
export async function finishChange(
  call: Call,
  repository: Repository,
  { environment, edits, title }: Change,
): Promise<number> {
  const { options, output } = call;
  const publishes = options["pull-request"] === true;
  if (publishes && options["commit"] !== true) throw new UsageError("--pull-request needs --commit");
  if (publishes && !hasGitHub()) throw new UsageError("--pull-request needs gh, GitHub's command line");
  const draft = await draftChange(repository, environment, { edits, now: call.now() });
  const { judgement, from, commit, release } = draft;
  output.print(formatJudgement(judgement, options["explain"] === true));
  if (judgement.verdict === "failed") {
    output.print("nothing was written");
    return 1;
  }
  const frozen = judgement.gates.find(({ name }) => name === "freeze");
  if (release.origin === "rollback" && frozen?.evidence.length)
    output.print(`${frozen.message}\n  argocd app sync ${applicationName(environment)}`);
  if (options["commit"] === true) checkCommit(repository, title);
  await draft.write();
  // A hold changes no tree, and so no cluster.
  if (draft.changesTree)
    await planCommand.run({ ...call, options: { base: `git:${from}`, head: `git:${commit}`, environment } });
  if (options["commit"] === true) {
    commitDraft(repository, draft, title);
    output.print(`committed on ${title.branch}`);
  } else output.print(`written, not committed: ${draft.paths.join(", ")}`);
  if (publishes) output.print(openPullRequest(repository, title));
  return 0;
}
