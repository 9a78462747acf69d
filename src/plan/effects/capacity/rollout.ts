import { surgeOf, type Workload } from "../../../checks/workloads.ts";
import type { Manifest } from "../../../kubernetes/manifest.ts";
import type { Effect } from "../../report/model.ts";
import type { ObjectSet } from "../neighbours.ts";

/** An environment before and after a rollout, as the sums are made of it. */
export interface Rollout {
  readonly environment: string;
  readonly old: readonly Manifest[];
  readonly next: readonly Manifest[];
  /** Workloads of which this sync starts pods. */
  readonly starting: ReadonlySet<string>;
  readonly head: ObjectSet;
}

/** Returns the workloads of which this sync starts pods: kind/namespace/name. */
export function startingPods(effects: readonly Effect[]): ReadonlySet<string> {
  return new Set(
    effects.flatMap(({ verb, object, restart, changes }) => {
      const scales = changes.some(({ path }) => path === "spec.replicas");
      const starts =
        verb === "rolls" || verb === "created" || verb === "recreated" || (verb === "live" && scales);
      return starts && (restart || verb !== "rolls")
        ? [`${object.kind}/${object.namespace}/${object.name}`]
        : [];
    }),
  );
}

const keyOf = ({ kind, namespace = "", name }: Manifest): string => `${kind}/${namespace}/${name}`;

/** Returns how many pods more than it has a workload may have while this sync replaces its pods. */
export function surgeIn(starting: ReadonlySet<string>, workload: Workload): number {
  return starting.has(keyOf(workload.manifest)) ? surgeOf(workload) : 0;
}

/** Returns how much of what is allowed is used, in percent; of nothing 999. */
export function percent(used: number, allowed: number): number {
  return allowed > 0 ? Math.round((100 * used) / allowed) : used > 0 ? 999 : 0;
}
