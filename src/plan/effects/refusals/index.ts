import type { Update } from "../update.ts";
import { otherRules } from "./others.ts";
import type { Refusal, UpdateRule } from "./rule.ts";
import { serviceRules } from "./services.ts";
import { storageRules } from "./storage.ts";
import { clientSideRefusal, invalidities } from "./validity.ts";
import { workloadRules } from "./workloads.ts";

export type { Refusal };

const rules: Readonly<Record<string, readonly UpdateRule[]>> = {
  ...workloadRules,
  ...storageRules,
  ...otherRules,
  "/Service": serviceRules,
};

/** Returns what the API server refuses of an update: the rules of its kind, then what makes the result invalid. */
export function refusals(update: Update): readonly Refusal[] {
  const key = `${update.head.group}/${update.head.kind}`;
  const own = Object.hasOwn(rules, key) ? (rules[key] ?? []) : [];
  const before = new Set(invalidities(update.base, update.live, update.minor).map(({ message }) => message));
  // What was invalid already was never stored: the rule is then wrong about this cluster, and no reason of this change.
  const invalid = invalidities(update.head, update.next, update.minor).filter(
    ({ message }) => !before.has(message),
  );
  const tooLarge =
    update.mode === "client-side" && !update.head.fingerprints ? clientSideRefusal(update.head) : [];
  return [...own.flatMap((rule) => rule(update)), ...invalid, ...tooLarge];
}
