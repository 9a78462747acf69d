import { compareText } from "../kubernetes/text.ts";
import type { Gate, Result, Situation } from "./gates/gate.ts";
import { promotionOf, short } from "./gates/gate.ts";
import { gates as allGates } from "./gates/gates.ts";
import { readPolicy, readSituation, tools, type Question, type Tools } from "./situation.ts";
import type { Repository } from "./sides.ts";
import { withKey } from "./signature.ts";
import { formatInstant } from "./time.ts";

/** What the gates say of a change: the JSON format is this, the text prints it and nothing else. */
export interface Judgement {
  readonly schemaVersion: 1;
  readonly verdict: "passed" | "failed" | "waits" | "not a promotion";
  /** What the change is, in one sentence. */
  readonly change: string;
  readonly base: string;
  readonly head: string;
  readonly time: string;
  readonly gates: readonly ({ readonly name: string } & Result)[];
  readonly notes: readonly string[];
}

/**
 * Judges a change by all gates. Throws an InputError where the history cannot be trusted. The options are for tests,
 * which show what passes without one of them.
 */
export async function judgeChange(
  repository: Repository,
  question: Question,
  { gates = allGates, ...others }: Options = {},
): Promise<Judgement> {
  const used = { ...tools, ...others };
  const { signature } = readPolicy(repository, question.base);
  const judge = async (signed: Tools["signed"]): Promise<Judgement> =>
    judgeSituation(readSituation(repository, question, { ...used, signed }), question, gates);
  return signature ? withKey(repository.root, signature, judge) : judge(undefined);
}

type Options = Partial<Omit<Tools, "signed">> & { readonly gates?: readonly Gate[] };

async function judgeSituation(
  situation: Situation,
  { base, head, now }: Question,
  gates: readonly Gate[],
): Promise<Judgement> {
  const results: ({ readonly name: string } & Result)[] = [];
  for (const { name, judge } of gates) results.push({ name, ...(await judge(situation)) });
  return {
    schemaVersion: 1,
    verdict: verdictOf(situation, results),
    change: changeOf(situation),
    base,
    head,
    time: formatInstant(now),
    gates: results,
    notes: [
      "Requested in git: what ran in a cluster, git does not know.",
      situation.signed
        ? "Times count from commits on main that the server has signed."
        : "No key is configured: the dates of commits on main are claims of whoever made them.",
    ],
  };
}

function verdictOf({ releases }: Situation, results: readonly Result[]): Judgement["verdict"] {
  const found = new Set(results.map(({ status }) => status));
  if (found.has("failed")) return "failed";
  if (found.has("waits")) return "waits";
  return releases.length === 0 ? "not a promotion" : "passed";
}

function changeOf(situation: Situation): string {
  const promotion = promotionOf(situation);
  if (promotion) {
    const { environment, before, after, isRollback } = promotion;
    const what = isRollback ? "rollback" : after.hotfix ? "hotfix" : "release";
    return `${what} of ${environment}: ${before.version} (${short(before.digest)}) → ${after.version} (${short(after.digest)})`;
  }
  const names = situation.releases.map(({ environment }) => environment).toSorted(compareText);
  return names.length > 0
    ? `the holds of ${names.join(", ")} change`
    : "not a promotion: no release.yaml changes";
}
