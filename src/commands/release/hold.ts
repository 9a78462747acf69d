import { UsageError } from "../../errors.ts";
import { releaseAt } from "../../promotion/change.ts";
import { openRepository } from "../../promotion/sides.ts";
import { textOption, type Command } from "../command.ts";
import { changeOptions, changeUsage, finishChange } from "./finish.ts";
import { holdOf } from "./owner.ts";

/** Keeps releases away from an environment. */
export const holdCommand: Command = {
  usage: `usage: npm run hold -- production --reason TEXT [--digest sha256:…] [--owner NAME] [--end DAY]
                       [--explain] [--commit [--pull-request]]

Keeps every release away from an environment, or one digest; a rollback still passes.

  --reason        why
  --digest        hold this digest back and no other
  --owner         who lifts it (default: git's user.email)
  --end           last day on which it is expected (default: in two weeks); it holds until it is lifted
${changeUsage}`,
  options: {
    reason: { type: "string" },
    digest: { type: "string" },
    owner: { type: "string" },
    end: { type: "string" },
    ...changeOptions,
  },
  positionals: ["the environment"],
  async run(call) {
    const repository = openRepository(call.root);
    const [environment = ""] = call.positionals;
    const before = releaseAt(repository, "HEAD", environment).hold;
    const digest = textOption(call, "digest");
    if (before && !before.digests)
      throw new UsageError(
        `${environment} holds every release back already (${before.owner}): ${before.reason}`,
      );
    const digests = digest === undefined ? undefined : [...(before?.digests ?? []), digest];
    const hold = holdOf(call, repository, digests);
    return finishChange(call, repository, {
      environment,
      edits: { hold },
      title: {
        branch: `hold/${environment}-${hold.end}`,
        subject: `hold(${environment}): ${hold.reason}`,
        body: `Environment: ${environment}\nHeld: ${hold.digests?.join(", ") ?? "every release"}`,
      },
    });
  },
};

/** Lifts the hold of an environment. */
export const unholdCommand: Command = {
  usage: `usage: npm run unhold -- production [--explain] [--commit [--pull-request]]

Lifts the hold of an environment: a pull request of its own, never together with a release.

${changeUsage}`,
  options: changeOptions,
  positionals: ["the environment"],
  async run(call) {
    const repository = openRepository(call.root);
    const [environment = ""] = call.positionals;
    const { hold, version } = releaseAt(repository, "HEAD", environment);
    if (!hold) throw new UsageError(`${environment} holds nothing back`);
    return finishChange(call, repository, {
      environment,
      edits: { hold: undefined },
      title: {
        branch: `unhold/${environment}/${version}`,
        subject: `unhold(${environment}): ${hold.reason}`,
        body: `Environment: ${environment}\nHeld until now: ${hold.digests?.join(", ") ?? "every release"}`,
      },
    });
  },
};
