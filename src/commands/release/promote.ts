import { UsageError } from "../../errors.ts";
import { releaseAt } from "../../promotion/change.ts";
import { short } from "../../promotion/gates/gate.ts";
import { mainTip, openRepository } from "../../promotion/sides.ts";
import { readPolicy } from "../../promotion/situation.ts";
import { textOption, type Command } from "../command.ts";
import { changeOptions, changeUsage, finishChange } from "./finish.ts";
import { ownerOf } from "./owner.ts";

/** Copies the release of the environment before into the next one. */
export const promoteCommand: Command = {
  usage: `usage: npm run promote -- staging production [--hotfix REASON [--owner NAME]] [--explain] [--commit [--pull-request]]

Copies the release of the first environment, as main has it, into the second, which environments/promotion.yaml names as
the next. The digest is copied and never resolved again.

  --hotfix        why it cannot wait for the soak time, which it skips, and nothing else
  --owner         who answers for that (default: git's user.email)
${changeUsage}`,
  options: { hotfix: { type: "string" }, owner: { type: "string" }, ...changeOptions },
  positionals: ["the environment before", "the next environment"],
  async run(call) {
    const repository = openRepository(call.root);
    const base = mainTip(repository);
    const [from = "", environment = ""] = call.positionals;
    const after = readPolicy(repository, base).environments[environment]?.after;
    if (after !== from)
      throw new UsageError(
        after === undefined
          ? `${environment} gets its releases from no other environment: npm run release`
          : `${environment} gets its releases from ${after}, not from ${from}`,
      );
    const { version, digest, source, migration } = releaseAt(repository, base, from);
    const present = releaseAt(repository, base, environment);
    if (present.digest === digest && present.version === version)
      throw new UsageError(`${environment} has ${version} (${short(digest)}) already, as ${from} has`);
    const reason = textOption(call, "hotfix");
    const hotfix = reason === undefined ? undefined : { reason, owner: ownerOf(call, repository) };
    return finishChange(call, repository, {
      environment,
      edits: { version, digest, source, migration, origin: "promotion", hotfix },
      title: {
        branch: `promote/${environment}/${version}-${short(digest).slice("sha256:".length)}`,
        subject: `${hotfix ? "hotfix" : "promote"}(${environment}): ${version}`,
        body: [
          `Environment: ${environment}`,
          `From: ${from}`,
          `Version: ${version}`,
          `Digest: ${digest}`,
          ...(hotfix ? [`Hotfix: ${hotfix.reason} (${hotfix.owner})`] : []),
        ].join("\n"),
      },
    });
  },
};
