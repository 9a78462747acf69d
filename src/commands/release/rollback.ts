import { InputError } from "../../errors.ts";
import { releaseAt } from "../../promotion/change.ts";
import { rollbackTarget } from "../../promotion/gates/passage.ts";
import { short } from "../../promotion/gates/gate.ts";
import { mainTip, openRepository, type Repository } from "../../promotion/sides.ts";
import { readPolicy, readSituation, tools } from "../../promotion/situation.ts";
import { withKey } from "../../promotion/signature.ts";
import type { Release } from "../../values/release.ts";
import type { Command } from "../command.ts";
import { changeOptions, changeUsage, finishChange } from "./finish.ts";
import { holdOf, required } from "./owner.ts";

/** Takes an environment back to the newest release that completed its soak time there. */
export const rollbackCommand: Command = {
  usage: `usage: npm run rollback -- production --reason TEXT [--owner NAME] [--end DAY] [--explain] [--commit [--pull-request]]

Takes an environment back to the newest release that completed its soak time there and is not held, and holds the one
that runs back, so that nobody promotes it again by accident. Waits for no soak time and no freeze. In a freeze merging
does not deploy; what does is printed.

  --reason        why; it becomes the hold's
  --owner         who lifts the hold (default: git's user.email)
  --end           last day on which the hold is expected (default: in two weeks)
${changeUsage}`,
  options: {
    reason: { type: "string" },
    owner: { type: "string" },
    end: { type: "string" },
    ...changeOptions,
  },
  positionals: ["the environment"],
  async run(call) {
    const repository = openRepository(call.root);
    const [environment = ""] = call.positionals;
    const reason = required(call, "reason");
    const running = releaseAt(repository, mainTip(repository), environment);
    const { version, digest, source, migration } = await targetOf(repository, environment, {
      running,
      now: call.now(),
    });
    const holdsEverything = running.hold !== undefined && !running.hold.digests;
    const digests = holdsEverything ? undefined : [...(running.hold?.digests ?? []), running.digest];
    const hold = holdOf(call, repository, digests);
    return finishChange(call, repository, {
      environment,
      edits: { version, digest, source, migration, origin: "rollback", hotfix: undefined, hold },
      title: {
        branch: `rollback/${environment}/${version}-${short(running.digest).slice("sha256:".length)}`,
        subject: `rollback(${environment}): ${running.version} to ${version}`,
        body: `${reason}\n\nEnvironment: ${environment}\nVersion: ${version}\nDigest: ${digest}\nHeld: ${running.digest}`,
      },
    });
  },
};

async function targetOf(
  repository: Repository,
  environment: string,
  { running, now }: { readonly running: Release; readonly now: number },
): Promise<Release> {
  const base = mainTip(repository);
  const { signature } = readPolicy(repository, base);
  const find = async (signed: Parameters<typeof readSituation>[2]["signed"]): Promise<Release> => {
    const situation = readSituation(repository, { base, head: base, now }, { ...tools, signed });
    const target = rollbackTarget(situation, environment, running.digest);
    if (target) return target.release;
    const message = `has no earlier release that completed its soak time there and is not held`;
    throw new InputError([{ file: environment, message }]);
  };
  return signature ? withKey(repository.root, signature, find) : find(undefined);
}
