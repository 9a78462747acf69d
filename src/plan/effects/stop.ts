import { syncOrder } from "../argocd/options.ts";
import type { Effect, ObjectName, Stop } from "../report/model.ts";
import type { ObjectSet } from "./neighbours.ts";

const label = ({ kind, name }: ObjectName): string => `${kind}/${name}`;

/**
 * Returns where a sync stops and what it has applied by then, or undefined where nothing is refused. Argo CD's dry run
 * before a sync is client-side: a refusal of the API server comes in the middle, one of the project before the start.
 */
export function stopOf(effects: readonly Effect[], base: ObjectSet, head: ObjectSet): Stop | undefined {
  const refused = effects.filter(({ verb }) => verb === "refused");
  if (refused.length === 0) return undefined;
  const atStart = refused.some(({ cause }) => cause.startsWith("AppProject "));
  const orderOf = ({ object }: Effect): readonly [number, number] => {
    const key = [object.group, object.kind, object.namespace, object.name].join("/");
    return syncOrder((head.get(key) ?? base.get(key))?.body ?? {});
  };
  const [first = [1, 0] as const] = refused.map(orderOf).toSorted(compare);
  const written = effects.filter(
    ({ verb, restart }) => verb !== "refused" && (verb !== "no-effect-yet" || restart),
  );
  const by = (wanted: (order: number) => boolean, effect: Effect): boolean =>
    wanted(compare(orderOf(effect), first));
  const applied = atStart
    ? []
    : written.filter((effect) => effect.verb !== "deleted" && by((order) => order < 0, effect));
  const undecided = atStart
    ? []
    : written.filter((effect) => effect.verb === "deleted" || by((order) => order === 0, effect));
  const waiting = written.filter((effect) => !applied.includes(effect) && !undecided.includes(effect));
  return {
    wave: first[1],
    applied: applied.map(({ object }) => label(object)),
    undecided: undecided.map(({ object }) => label(object)),
    waiting: waiting.map(({ object }) => label(object)),
    back: "git revert the merge commit: the next sync writes back what was applied",
  };
}

function compare(a: readonly [number, number], b: readonly [number, number]): number {
  return a[0] - b[0] || a[1] - b[1];
}
