import type { Observed } from "./observation.ts";

/** What was said beforehand about one changed object. */
export interface Predicted {
  /** Undefined where it is not mentioned: nothing happens to it. */
  readonly verb: Observed | undefined;
  /** Whether it says that the outcome depends on the cluster. */
  readonly depends: boolean;
  /** The messages with which it says the server refuses. */
  readonly reasons: readonly string[];
  /** Workloads whose pods it says go, be it by a rollout or with the workload. */
  readonly restarts: readonly string[];
}

/** One mutated tree with both sides of the comparison. */
export interface Scored {
  readonly name: string;
  readonly predicted: Predicted;
  readonly observed: Observed;
  /** The server's message, where it refused. */
  readonly refusal: string | undefined;
  /** Workloads that got other pods. */
  readonly replaced: readonly string[];
}

/** How far predictions and observations agree. */
export interface Score {
  readonly cases: number;
  readonly agreeing: number;
  /** One line per disagreement. */
  readonly disagreements: readonly string[];
  /** Cases per observed outcome. */
  readonly counts: Readonly<Partial<Record<Observed, number>>>;
  /** Names of the cases whose prediction depends on the cluster. */
  readonly depending: readonly string[];
}

/** Compares what was said with what happened. */
export function score(cases: readonly Scored[]): Score {
  const disagreements = cases.flatMap((one) => {
    const reason = disagreement(one);
    return reason === undefined ? [] : [`${one.name}: ${reason}`];
  });
  const groups = Object.groupBy(cases, ({ observed }) => observed);
  const counts = Object.fromEntries(Object.entries(groups).map(([verb, list]) => [verb, list.length]));
  return {
    cases: cases.length,
    agreeing: cases.length - disagreements.length,
    disagreements,
    counts,
    depending: cases.filter(({ predicted }) => predicted.depends).map(({ name }) => name),
  };
}

function disagreement({ predicted, observed, refusal, replaced }: Scored): string | undefined {
  const { verb = "no-effect-yet", reasons, restarts } = predicted;
  if (verb !== observed)
    return `said ${verb}, was ${observed}${refusal === undefined ? "" : ` (${refusal})`}`;
  const foreign = reasons.filter((reason) => refusal?.includes(reason) !== true);
  if (foreign.length > 0) return `refused, but not with ${foreign.join("; ")}: ${refusal}`;
  const others = replaced.filter((workload) => !restarts.includes(workload));
  return others.length > 0 ? `pods of ${others.join(", ")} were replaced, too` : undefined;
}
