import { at, formatPath, mapAt, numberAt, textAt, type JsonObject } from "../json.ts";
import type { Restart, Verb } from "../report/model.ts";
import {
  isHardSpread,
  scaleOf,
  singleNodeClaims,
  templateOf,
  templatePath,
  type ObjectSet,
} from "./neighbours.ts";
import { outageOf } from "./roles.ts";
import { below, changes, changesText, type Update } from "./update.ts";

// Sources: Kubernetes pkg/controller/deployment (EqualIgnoreHash, ResolveFenceposts), pkg/controller/statefulset
// (getPatch, the update loop), pkg/controller/daemon; the same from 1.25 to 1.37 unless a minor is named.

/** What a change of a workload does to its pods. */
export interface Rollout {
  readonly verb: Verb;
  readonly cause: string;
  readonly restart?: Restart;
  readonly depends: readonly string[];
}

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

function because(update: Update): string {
  const found = below(update, "spec", "template");
  const [first] = found;
  const path = first === undefined ? "spec.template" : formatPath(first.path);
  return found.length > 1 ? `${path} and ${found.length - 1} more` : path;
}

/** Returns a number of pods of a percentage or an absolute number, as the controller rounds it. */
function resolve(value: unknown, replicas: number, round: (value: number) => number): number {
  if (typeof value === "number") return value;
  const [, percent] = /^(\d+)%$/.exec(String(value)) ?? [];
  return percent === undefined ? 0 : round((Number(percent) * replicas) / 100);
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

function strategyOf(body: JsonObject): string {
  return textAt(body, "spec", "updateStrategy", "type") ?? "RollingUpdate";
}

function partitionOf(body: JsonObject): number {
  return numberAt(body, "spec", "updateStrategy", "rollingUpdate", "partition") ?? 0;
}

function statefulSet(update: Update, set: ObjectSet): Rollout | undefined {
  const { head, live, next } = update;
  const rolls = changesText(update, "spec", "template"); // compares bytes
  if (strategyOf(next) === "OnDelete") {
    return rolls
      ? {
          verb: "no-effect-yet",
          cause: "updateStrategy OnDelete: a pod takes the change when somebody deletes it",
          depends: [],
        }
      : scaling(update, set);
  }
  const released = strategyOf(live) === "OnDelete" || partitionOf(next) < partitionOf(live);
  if (!rolls && !released) return scaling(update, set);
  const { replicas, autoscaler } = scaleOf(head, next, set);
  const first = numberAt(next, "spec", "ordinals", "start") ?? 0;
  const pods = Math.max(0, replicas + first - Math.max(partitionOf(next), first));
  if (pods === 0) {
    return {
      verb: "no-effect-yet",
      cause: `staged: partition ${partitionOf(next)} holds every pod at the old revision`,
      depends: [],
    };
  }
  const atOnce = Math.max(
    1,
    resolve(at(next, "spec", "updateStrategy", "rollingUpdate", "maxUnavailable"), replicas, Math.floor),
  );
  const held = replicas - pods;
  const staged = rolls ? [] : ["whether an earlier change is staged: without one nothing rolls"];
  const auto = autoscaler ? [`how many pods ${autoscaler.name} keeps (computed at ${autoscaler.max})`] : [];
  const why = rolls ? because(update) : "the update strategy lets staged changes go";
  const order = `${update.minor >= 37 && atOnce > 1 ? `${atOnce} at a time` : "one at a time"}, highest ordinal first${held > 0 ? `; the ${held} below partition ${partitionOf(next)} stay` : ""}`;
  const serving = replicas - Math.min(atOnce, pods);
  const restart: Restart = {
    pods,
    order,
    peak: replicas,
    serving,
    because: why,
    ...outageOf(head, serving),
    blockers: [
      ...(textAt(next, "spec", "podManagementPolicy") === "OrderedReady"
        ? ["a pod that does not become Ready stops it for good: it has to be mended and deleted by hand"]
        : []),
      ...blockersOf(update, set, false),
    ],
  };
  return { verb: "rolls", cause: `${order}, because of ${why}`, restart, depends: [...staged, ...auto] };
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

// Replicas alone replace nothing, but fewer of them end pods.
function scaling(update: Update, set: ObjectSet): Rollout | undefined {
  const { head, live, next } = update;
  if (!changes(update, "spec", "replicas")) return undefined;
  const [before, after] = [numberAt(live, "spec", "replicas") ?? 1, numberAt(next, "spec", "replicas") ?? 1];
  const { autoscaler } = scaleOf(head, next, set);
  if (autoscaler) {
    const cause =
      at(head.body, "spec", "replicas") === undefined
        ? `the number leaves the manifest: ${autoscaler.name} owns it`
        : `the sync sets ${after} replicas, until ${autoscaler.name} sets its own number again`;
    return {
      verb: "live",
      cause,
      depends: [`how many pods ${autoscaler.name} keeps now (${autoscaler.min} to ${autoscaler.max})`],
    };
  }
  if (after >= before)
    return {
      verb: "live",
      cause: `scales from ${before} to ${after}: ${after - before} pods start`,
      depends: [],
    };
  const gone = before - after;
  const restart: Restart = {
    pods: gone,
    order: head.kind === "StatefulSet" ? "highest ordinal first, removed" : "removed",
    peak: before,
    serving: after,
    because: "spec.replicas",
    ...outageOf(head, after),
    blockers: [],
  };
  return {
    verb: "live",
    cause: `scales from ${before} to ${after}: ${gone} pods end and are not replaced`,
    restart,
    depends: [],
  };
}

function blockersOf(update: Update, set: ObjectSet, surges: boolean): readonly string[] {
  const { head, next } = update;
  const template = templateOf(head, next) ?? {};
  const claims = surges ? singleNodeClaims(template, head.namespace, set) : [];
  const quotas = [...set.values()].filter(
    ({ group, kind, namespace }) => group === "" && kind === "ResourceQuota" && namespace === head.namespace,
  );
  return [
    ...claims.map(
      (name) => `claim ${name} is ReadWriteOnce: a new pod on another node waits until the old one is gone`,
    ),
    ...(surges && isHardSpread(template)
      ? ["a required spread or anti-affinity leaves no node for the extra pod"]
      : []),
    ...(surges
      ? quotas.map(({ name }) => `ResourceQuota/${name} without room for the extra pods (not computed here)`)
      : []),
    "a new pod that does not become Ready",
  ];
}
