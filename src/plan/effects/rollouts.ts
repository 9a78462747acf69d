import { at, mapAt, textAt, type JsonObject } from "../json.ts";
import type { Restart } from "../report/model.ts";
import { scaleOf, templatePath, type ObjectSet } from "./neighbours.ts";
import { because, blockersOf, resolve, scaling, type Rollout } from "./rollout-parts.ts";
import { statefulSet } from "./rollouts-stateful.ts";
import { outageOf } from "./roles.ts";
import { changes, changesText, type Update } from "./update.ts";

export type { Rollout };

// Sources: Kubernetes pkg/controller/deployment (EqualIgnoreHash, ResolveFenceposts), pkg/controller/statefulset
// (getPatch, the update loop), pkg/controller/daemon; the same from 1.25 to 1.37 unless a minor is named.

/** Returns what happens to the pods of a workload, or undefined where nothing that concerns them changes. */
export function rollout(update: Update, set: ObjectSet): Rollout | undefined {
  const path = templatePath(update.head);
  if (!path) return undefined;
  switch (update.head.kind) {
    case "Deployment":
      return deployment(update, set);
    case "StatefulSet":
      return statefulSet(update, set);
    case "DaemonSet":
      return daemonSet(update);
    case "CronJob":
      return changes(update, ...path)
        ? {
            verb: "live",
            cause: "the next run uses the new template; a run in progress keeps the old one",
            depends: [],
          }
        : undefined;
    case "ReplicaSet":
      return changes(update, ...path)
        ? {
            verb: "no-effect-yet",
            cause: "a ReplicaSet does not replace pods: those it makes later use the new template",
            depends: [],
          }
        : scaling(update, set);
    default:
      return undefined;
  }
}

function deployment(update: Update, set: ObjectSet): Rollout | undefined {
  const { head, live, next } = update;
  const rolls = changes(update, "spec", "template");
  const wasPaused = at(live, "spec", "paused") === true;
  if (at(next, "spec", "paused") === true) {
    return rolls
      ? {
          verb: "no-effect-yet",
          cause: "the Deployment is paused: its pods stay until it is not",
          depends: [],
        }
      : scaling(update, set);
  }
  const unpaused = wasPaused ? ["edits that were made while it was paused roll now, too"] : [];
  if (!rolls && !wasPaused) return scaling(update, set);
  const { replicas, autoscaler } = scaleOf(head, next, set);
  const auto = autoscaler
    ? [
        `how many pods ${autoscaler.name} keeps (${autoscaler.min} to ${autoscaler.max}; computed at ${autoscaler.max})`,
      ]
    : [];
  if (replicas === 0) return { verb: "live", cause: "it has 0 replicas: no pod to replace", depends: auto };
  const strategy = mapAt(next, "spec", "strategy");
  const restart =
    strategy["type"] === "Recreate"
      ? recreateAll(update, replicas)
      : rollingUpdate(update, replicas, strategy);
  const blockers = blockersOf(update, set, (restart.peak ?? replicas) > replicas);
  return {
    verb: "rolls",
    cause: `${restart.order}, because of ${restart.because}`,
    restart: { ...restart, blockers },
    depends: [...unpaused, ...auto],
  };
}

function rollingUpdate(update: Update, replicas: number, strategy: JsonObject): Restart {
  const rolling = mapAt(strategy, "rollingUpdate");
  const surge = resolve(rolling["maxSurge"], replicas, Math.ceil);
  const down = resolve(rolling["maxUnavailable"], replicas, Math.floor);
  // ResolveFenceposts: both rounded to nothing would never move.
  const unavailable = surge === 0 && down === 0 ? 1 : Math.min(down, replicas);
  return {
    pods: replicas,
    order:
      surge > 0
        ? `${surge} new at a time, never fewer than ${replicas - unavailable}`
        : `${unavailable} replaced at a time`,
    peak: replicas + surge,
    serving: replicas - unavailable,
    because: because(update),
    ...outageOf(update.head, replicas - unavailable),
    blockers: [],
  };
}

function recreateAll(update: Update, replicas: number): Restart {
  return {
    pods: replicas,
    order: "all pods end, then all start (Recreate)",
    peak: replicas,
    serving: 0,
    because: because(update),
    ...outageOf(update.head, 0),
    blockers: [],
  };
}

function daemonSet(update: Update): Rollout | undefined {
  const { next } = update;
  const rolls = changesText(update, "spec", "template"); // compares bytes
  const onDelete = textAt(next, "spec", "updateStrategy", "type") === "OnDelete";
  const released = changes(update, "spec", "updateStrategy", "type") && !onDelete;
  if (onDelete) {
    return rolls
      ? {
          verb: "no-effect-yet",
          cause: "updateStrategy OnDelete: a pod takes the change when somebody deletes it",
          depends: [],
        }
      : undefined;
  }
  if (!rolls && !released) return undefined;
  const rolling = mapAt(next, "spec", "updateStrategy", "rollingUpdate");
  const surge = textAt(rolling, "maxSurge");
  const unavailable = textAt(rolling, "maxUnavailable") ?? "1";
  const order =
    surge === undefined || surge === "0" || surge === "0%"
      ? `at most ${unavailable} ${unavailable === "1" ? "node" : "nodes"} without it at a time`
      : `the new pod starts beside the old one, ${surge} at a time`;
  const why = rolls ? because(update) : "the update strategy lets staged changes go";
  const restart: Restart = { order: `one pod per node, ${order}`, because: why, blockers: [] };
  return {
    verb: "rolls",
    cause: `${restart.order}, because of ${why}`,
    restart,
    depends: ["how many nodes run it"],
  };
}
