import { z } from "zod";
import { described, digest, endDay, label, owner, reason } from "../values/fields.ts";

/** What cannot be taken back by promoting the release before it. */
export const oneWayKinds = ["one-way-migration", "claim-templates", "crd-versions"] as const;

const difference = z.strictObject({
  object: described(
    z
      .string()
      .regex(/^(?:[A-Z][A-Za-z]*|\*)\/\S+$/, "expected an object such as Deployment/apg-cash-management"),
    "Object by kind and name; * stands for any text.",
  ),
  path: described(z.string().min(1), "Path of the value; * stands for any text."),
  reason: described(reason, "Why the soak time says nothing less for it."),
});

const deletionBudget = z.strictObject({
  objects: described(z.int().min(0), "Objects without data that one pull request may delete."),
  dataBearing: described(z.int().min(0), "Data-bearing objects that it may delete."),
  reason: described(reason, "Why."),
  owner: described(owner, "Who answers for it."),
  end: described(endDay, "Last day; `npm run check` on main reports it after that."),
});

const environmentSchema = z.strictObject({
  after: described(
    label.exactOptional(),
    "Environment that its releases come from; absent: releases are entered here.",
  ),
  soak: described(
    z
      .string()
      .regex(/^[1-9]\d{0,3}h$/, "expected hours such as 48h")
      .exactOptional(),
    "How long a digest has to stand here, unbroken, before it moves on or is rolled back to.",
  ),
  verdict: described(
    z.enum(["safe", "restarts", "data-loss"]).exactOptional(),
    "The worst verdict of the plan that a release may have; restarts where absent.",
  ),
  differences: described(
    z.array(difference).exactOptional(),
    "Where its tree may differ from the one that its releases soaked in.",
  ),
  deletionBudget: described(
    deletionBudget.exactOptional(),
    "A wider budget than the plan's own, for a time.",
  ),
});

const exception = z.strictObject({
  environment: described(label, "Environment."),
  kind: described(z.enum(oneWayKinds), "What cannot be taken back."),
  digest: described(digest, "Release that brings it."),
  reason: described(reason, "What is done instead of taking it back."),
  owner: described(owner, "Who answers for it."),
  end: described(endDay, "Last day; afterwards it is ignored, and `npm run check` on main reports it."),
});

const signature = z.strictObject({
  format: described(z.enum(["openpgp", "ssh"]), "What the server signs with."),
  key: described(
    z.string().min(1),
    "Public key that the server of the repository signs merges with: armored, or as in authorized_keys.",
  ),
});

/** `environments/promotion.yaml`: how releases move from one environment to the next. */
export const policySchema = z
  .strictObject({
    release: described(label, "Environment of `npm run release` where none is named."),
    environments: described(z.record(label, environmentSchema), "Environments and what holds for each."),
    exceptions: described(
      z.array(exception),
      "What may go one way, decided before the release and apart from it.",
    ),
    signature: described(
      signature.exactOptional(),
      "Where present, times count only from commits that the server has signed.",
    ),
  })
  .check((context) => {
    const { environments, release } = context.value;
    const fail = (path: string[], message: string): void => {
      context.issues.push({ code: "custom", input: context.value, path, message });
    };
    for (const [name, { after }] of Object.entries(environments)) {
      if (after !== undefined && !(after in environments))
        fail(["environments", name, "after"], `"${after}" is not among the environments`);
      else if (comesFromItself(environments, name))
        fail(["environments", name, "after"], "its releases would come from itself");
    }
    if (!(release in environments)) fail(["release"], `"${release}" is not among the environments`);
    else if (environments[release]?.after !== undefined)
      fail(["release"], `"${release}" gets its releases from another environment`);
  });

/** How releases move, as `environments/promotion.yaml` has it. */
export type Policy = z.infer<typeof policySchema>;

/** Returns the hours that a digest has to stand in an environment. */
export function soakHours(policy: Policy, environment: string): number {
  return Number((policy.environments[environment]?.soak ?? "0h").slice(0, -1));
}

function comesFromItself(environments: Policy["environments"], name: string): boolean {
  const seen = new Set<string>();
  for (let next = environments[name]?.after; next !== undefined; next = environments[next]?.after) {
    if (next === name) return true;
    if (seen.has(next)) return false;
    seen.add(next);
  }
  return false;
}
