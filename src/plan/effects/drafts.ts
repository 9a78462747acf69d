import { numberAt, textAt } from "../json.ts";
import type { Context } from "./context.ts";
import { lossOf } from "./data.ts";
import type { Draft } from "./draft.ts";
import type { Refusal } from "./refusals/index.ts";
import type { Rollout } from "./rollouts.ts";
import type { Update } from "./update.ts";

/** Returns the draft of a workload whose pods are concerned. */
export function rolloutDraft(update: Update, { verb, cause, restart, depends }: Rollout): Draft {
  const policy = textAt(update.next, "spec", "persistentVolumeClaimRetentionPolicy", "whenScaled");
  const [before, after] = [
    numberAt(update.live, "spec", "replicas") ?? 1,
    numberAt(update.next, "spec", "replicas") ?? 1,
  ];
  const loses = update.head.kind === "StatefulSet" && after < before && policy === "Delete";
  return {
    verb,
    cause: loses ? `${cause}; whenScaled is Delete: the claims of the removed pods go with them` : cause,
    depends,
    ...(restart ? { restart } : {}),
    ...(loses ? { data: "lost" as const } : {}),
  };
}

/** Returns the draft of an object that is deleted and created again. */
export function recreated(context: Context, update: Update, cause: string, found: readonly Refusal[]): Draft {
  const loss = lossOf(update.base, context.base);
  const replicas =
    update.head.group === "apps" && update.head.kind !== "DaemonSet"
      ? (numberAt(update.live, "spec", "replicas") ?? 1)
      : undefined;
  return {
    verb: "recreated",
    cause: [cause, loss.cause].filter(Boolean).join("; "),
    depends: [...found.flatMap(({ depends }) => depends ?? []), ...loss.depends],
    data: loss.data,
    ...(update.head.group === "apps"
      ? {
          restart: {
            ...(replicas === undefined ? {} : { pods: replicas }),
            order: "all pods end, then all start",
            serving: 0,
            because: "the workload is deleted and created",
            blockers: ["a new pod that does not become Ready"],
          },
        }
      : {}),
  };
}

/** Returns the draft of a hook that changed. */
export function hookDraft(phase: string, deletePolicy: string): Draft {
  const isDeletedFirst = deletePolicy.split(",").includes("BeforeHookCreation");
  const cause = isDeletedFirst
    ? `${phase} hook: the one of the last sync is deleted, the new one runs in this sync`
    : `${phase} hook (${deletePolicy}): runs in this sync`;
  const depends = isDeletedFirst
    ? []
    : ["whether the one of the last sync is gone: one that failed stays in the way"];
  return { verb: "recreated", cause, depends, data: "none" };
}
