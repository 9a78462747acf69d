import { hookOf, syncOptions } from "../argocd/options.ts";
import type { PlanObject } from "../read/objects.ts";
import type { Effect, Restart } from "../report/model.ts";
import type { Context } from "./context.ts";
import { lossOf } from "./data.ts";
import { effectOf } from "./draft.ts";
import { scaleOf, templateOf, type ObjectSet } from "./neighbours.ts";
import { readersOf } from "./readers.ts";
import { outageOf } from "./roles.ts";
import { canonical } from "../compare/canonical.ts";

// Argo CD's documentation (Sync Options: No Prune Resources, Resource deletion), gitops-engine's pruneObject. The
// annotations count as the live object has them: as the base wrote them.

/** Returns what happens to an object that is no longer in the tree. */
export function deletion(context: Context, object: PlanObject): Effect {
  const { environment, removal } = context;
  const settings = context.settingsFor(object);
  const options = syncOptions(object.body);
  const stay = (cause: string, depends: readonly string[] = []): Effect =>
    effectOf(environment, object, "base", { verb: "no-effect-yet", cause, depends });
  if (removal) {
    if (!removal.deletes) return stay(removal.cause, removal.depends);
    if (options.has("Delete=false"))
      return stay(`${removal.cause}; Delete=false keeps this one in the cluster`, removal.depends);
    return deleted(context, object, removal.cause, [
      ...removal.depends,
      ...confirmation(options.has("Delete=confirm")),
    ]);
  }
  if (hookOf(object.body))
    return stay("it leaves the tree as a hook: Argo CD no longer runs it, what an earlier sync made stays");
  if (options.has("Prune=false") || settings.options.has("Prune=false")) {
    return stay(
      "it leaves the tree, but carries Prune=false: it stays in the cluster as it is, and nothing syncs it any more",
    );
  }
  if (!settings.prune) {
    const how = settings.automated ? "its Application does not prune" : "its Application syncs by hand";
    return stay(`it leaves the tree, but ${how}: it stays in the cluster until somebody prunes`);
  }
  const references = settings.application ? [] : ["whether what syncs this folder prunes"];
  return deleted(context, object, "it leaves the tree and is pruned", [
    ...references,
    ...confirmation(options.has("Prune=confirm") || settings.options.has("Prune=confirm")),
  ]);
}

function confirmation(asked: boolean): readonly string[] {
  return asked
    ? ["somebody confirms it in Argo CD (an approval of an earlier time may still be there: argo-cd#27570)"]
    : [];
}

function deleted(context: Context, object: PlanObject, cause: string, depends: readonly string[]): Effect {
  const { environment, base, head } = context;
  const loss = lossOf(object, base);
  const restart = podsThatEnd(object, base, context.settingsFor(object).minor);
  const readers = readersOf(object, head).map(({ workload }) => `${workload.kind}/${workload.name}`);
  const broken =
    readers.length > 0
      ? `; still named by ${[...new Set(readers)].join(", ")}: the next pod of it cannot start`
      : "";
  return effectOf(environment, object, "base", {
    verb: "deleted",
    cause: [cause, loss.cause].filter(Boolean).join("; ") + broken,
    depends: [...depends, ...loss.depends],
    data: loss.data,
    ...(restart ? { restart } : {}),
  });
}

function podsThatEnd(object: PlanObject, set: ObjectSet, minor: number): Restart | undefined {
  if (!templateOf(object) || object.kind === "CronJob" || object.kind === "Job") return undefined;
  const because = "the workload is deleted";
  if (object.kind === "DaemonSet")
    return { order: "every pod of it ends", serving: 0, because, blockers: [] };
  const { replicas } = scaleOf(object, canonical(object.body, object, minor), set);
  return replicas === 0
    ? undefined
    : {
        pods: replicas,
        order: "every pod of it ends",
        serving: 0,
        because,
        ...outageOf(object, 0),
        blockers: [],
      };
}
