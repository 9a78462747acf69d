import { isDeepStrictEqual } from "node:util";
import type { Client } from "../api/client.ts";
import { at, type KubernetesObject } from "../api/object.ts";
import { limited } from "../limit.ts";
import { namespace } from "../environment.ts";

/**
 * Returns when each workload's controller has done what its newest specification asks, no pod is ending, and quotas are
 * in force as they are written: admission reads a quota's status, which its controller follows up a moment later.
 */
export type Rest = () => Promise<void>;

const kinds = [
  ["apps/v1", "Deployment"],
  ["apps/v1", "StatefulSet"],
  ["v1", "Pod"],
  ["v1", "ResourceQuota"],
] as const;

/** Follows the workloads and pods of a cluster until its API server ends. */
export function startRest(admin: Client): Rest {
  let events = 0;
  let wake: (() => void) | undefined;
  const ended = kinds.map(async ([apiVersion, kind]): Promise<never> => {
    for await (const found of admin.follow(apiVersion, kind)) {
      events += found.length + 1;
      wake?.();
    }
    throw new Error("the watch ended");
  });
  const broken = Promise.race(ended);
  // Without a wait under way nobody has to be told.
  broken.catch(() => undefined);
  return async () => {
    let busy: readonly string[] = [];
    const work = async (): Promise<void> => {
      for (;;) {
        const seen = events;
        busy = await unfinished(admin);
        if (busy.length === 0) return;
        // What happened since the look is looked at, too; otherwise the next event is waited for.
        if (events === seen) await new Promise<void>((resolve) => (wake = resolve));
      }
    };
    await limited(
      { what: "every workload to be done", lastSeen: () => busy.join(", ") },
      Promise.race([work(), broken]),
    );
  };
}

async function unfinished(admin: Client): Promise<readonly string[]> {
  const lists = await Promise.all(
    kinds.map(async ([apiVersion, kind]) => await admin.list(apiVersion, kind, namespace)),
  );
  return lists
    .flat()
    .filter((object) => !isDone(object))
    .map(({ kind, metadata }) => `${kind}/${metadata.name}`);
}

function isDone(object: KubernetesObject): boolean {
  if (object.kind === "Pod") return object.metadata["deletionTimestamp"] === undefined;
  if (object.kind === "ResourceQuota")
    return isDeepStrictEqual(at(object, "status", "hard"), at(object, "spec", "hard"));
  const wanted = Number(at(object, "spec", "replicas"));
  const count = (key: string): number => Number(at(object, "status", key) ?? 0);
  if (count("observedGeneration") < Number(object.metadata.generation)) return false;
  if (count("replicas") !== wanted || count("availableReplicas") !== wanted) return false;
  return object.kind === "Deployment"
    ? count("updatedReplicas") === wanted || at(object, "spec", "paused") === true
    : isUpdated(object, wanted);
}

/** Whether a StatefulSet has given its newest revision to each pod that its strategy gives it to. */
function isUpdated(object: KubernetesObject, wanted: number): boolean {
  const strategy = at(object, "spec", "updateStrategy");
  if (at(strategy, "type") === "OnDelete") return true;
  const partition = Number(at(strategy, "rollingUpdate", "partition") ?? 0);
  const isSame = at(object, "status", "currentRevision") === at(object, "status", "updateRevision");
  const updated = Number(at(object, "status", "updatedReplicas") ?? 0);
  return isSame || (partition > 0 && updated >= Math.max(0, wanted - partition));
}
