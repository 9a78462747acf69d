import { at, formatPath, numberAt, textAt, type Path } from "../json.ts";
import type { Restart, Verb } from "../report/model.ts";
import { isHardSpread, scaleOf, singleNodeClaims, templateOf, type ObjectSet } from "./neighbours.ts";
import { outageOf } from "./roles.ts";
import { below, changes, type Update } from "./update.ts";

/** What a change of a workload does to its pods. */
export interface Rollout {
  readonly verb: Verb;
  readonly cause: string;
  readonly restart?: Restart;
  readonly depends: readonly string[];
}

/** Returns the path in the template that makes the pods go. */
export function because(update: Update): string {
  const found = below(update, "spec", "template").toSorted((a, b) => weight(a.path) - weight(b.path));
  const [first] = found;
  const path = first === undefined ? "spec.template" : formatPath(first.path);
  return found.length > 1 ? `${path} and ${found.length - 1} more` : path;
}

/** Orders what changes by how much it tells a reader: an image before the rest of a pod, labels and annotations last. */
export function weight(path: Path): number {
  if (path.at(-1) === "image") return 0;
  return path[0] === "metadata" || path.includes("metadata") ? 2 : 1;
}

/** Returns a number of pods of a percentage or an absolute number, as the controller rounds it. */
export function resolve(value: unknown, replicas: number, round: (value: number) => number): number {
  if (typeof value === "number") return value;
  const [, percent] = /^(\d+)%$/.exec(String(value)) ?? [];
  return percent === undefined ? 0 : round((Number(percent) * replicas) / 100);
}

// Replicas alone replace nothing, but fewer of them end pods.
/** Returns what a changed number of replicas does, or undefined where it does not change. */
export function scaling(update: Update, set: ObjectSet): Rollout | undefined {
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

/** Returns what can stop a rollout half-way. */
export function blockersOf(update: Update, set: ObjectSet, surges: boolean): readonly string[] {
  const { head, next } = update;
  const template = templateOf(head, next) ?? {};
  const claims = surges ? singleNodeClaims(template, head.namespace, set) : [];
  const near = (kind: string): readonly string[] =>
    [...set.values()]
      .filter((object) => object.group === "" && object.kind === kind && object.namespace === head.namespace)
      .map(({ name }) => `${kind}/${name}`);
  const namespace = set.get(`/Namespace//${head.namespace}`);
  const level = textAt(namespace?.body, "metadata", "labels", "pod-security.kubernetes.io/enforce");
  return [
    ...claims.map(
      (name) => `claim ${name} is ReadWriteOnce: a new pod on another node waits until the old one is gone`,
    ),
    ...(surges && isHardSpread(template)
      ? ["a required spread or anti-affinity leaves no node for the extra pod"]
      : []),
    ...near("ResourceQuota").map((name) => `${name} without room for a new pod (see capacity)`),
    ...near("LimitRange").map((name) => `${name} refuses a new pod beyond its bounds`),
    ...(level === undefined ? [] : [`Pod Security (${level}) refuses a new pod that does not keep to it`]),
    "a new pod that does not become Ready",
  ];
}
