import { at, numberAt, textAt, type JsonObject } from "../json.ts";
import type { Restart } from "../report/model.ts";
import { scaleOf, type ObjectSet } from "./neighbours.ts";
import { because, blockersOf, resolve, scaling, type Rollout } from "./rollout-parts.ts";
import { outageOf } from "./roles.ts";
import { changesText, type Update } from "./update.ts";

function strategyOf(body: JsonObject): string {
  return textAt(body, "spec", "updateStrategy", "type") ?? "RollingUpdate";
}

function partitionOf(body: JsonObject): number {
  return numberAt(body, "spec", "updateStrategy", "rollingUpdate", "partition") ?? 0;
}

/** Returns what happens to the pods of a StatefulSet, or undefined where nothing that concerns them changes. */
export function statefulSet(update: Update, set: ObjectSet): Rollout | undefined {
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
