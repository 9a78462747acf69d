import type { Change, Effect, ObjectName, Plan, Totals, Verb, Verdict } from "./model.ts";
import { count, names, valueText } from "./text.ts";

/** One thing that the plan says, with what belongs to it. Every format prints the same words. */
export interface Item {
  /** What it is about, such as an object; always shown. */
  readonly title: string;
  /** What happens. */
  readonly text: string;
  readonly environments: readonly string[];
  readonly details: readonly string[];
  /** What happens to an object, where the item is about one. */
  readonly verb?: Verb;
  /** File and line of what causes it. */
  readonly link?: { readonly path: string; readonly line: number };
}

/** A part of the page. */
export interface Section {
  readonly id: string;
  readonly title: string;
  /** Never cut for length as long as anything else can be. */
  readonly vital: boolean;
  readonly items: readonly Item[];
  /** A sentence below the items. */
  readonly closing?: string;
}

/** The verdict in words. */
export const verdictWords: Readonly<Record<Verdict, string>> = {
  nothing: "Nothing changes in any cluster",
  safe: "Safe to sync",
  restarts: "Restarts pods",
  "data-loss": "Loses data, or deletes more than the budget allows",
  refused: "Will not apply",
};

/** A mark for each verb; the word always stands beside it. */
export const marks: Readonly<Record<Verb, string>> = {
  refused: "✗",
  deleted: "-",
  recreated: "±",
  rolls: "↻",
  live: "~",
  created: "+",
  "no-effect-yet": "…",
};

/** Returns the name of an object: kind and name, with its namespace where that tells something. */
export function objectTitle({ kind, name }: Pick<ObjectName, "kind" | "name">): string {
  return `${kind} ${name}`;
}

/** Returns an item without a place in a file. */
export function plain(
  title: string,
  text: string,
  environments: readonly string[],
  details: readonly string[] = [],
): Item {
  return { title, text, environments, details };
}

/** Returns the line of totals. */
export function totalsLine(plan: Plan): string {
  const { totals } = plan;
  const objects = Object.values(totals).reduce((sum, number) => sum + number, 0);
  const pods = plan.effects.reduce(
    (sum, { restart, environments }) => sum + (restart?.pods ?? 0) * environments.length,
    0,
  );
  const parts = verbParts(totals, pods);
  return `${count(plan.environments.length, "environment")} · ${count(objects, "object")} changed${parts === "" ? "" : `: ${parts}`}`;
}

function verbParts(totals: Totals, pods: number): string {
  const words: readonly (readonly [Verb, string])[] = [
    ["refused", "refused"],
    ["deleted", "deleted"],
    ["recreated", "recreated"],
    ["rolls", "roll"],
    ["live", "live"],
    ["created", "created"],
    ["no-effect-yet", "without effect yet"],
  ];
  const parts = words.flatMap(([verb, word]) => (totals[verb] > 0 ? [`${totals[verb]} ${word}`] : []));
  return [...parts, ...(pods > 0 ? [`${count(pods, "pod")} go`] : [])].join(", ");
}

/** Returns a change as one line: path, before → after. */
export function changeLine({ path, before, after }: Change): string {
  if (before === undefined) return `${path}: added ${valueText(after)}`;
  if (after === undefined) return `${path}: removed (was ${valueText(before)})`;
  return `${path}: ${valueText(before)} → ${valueText(after)}`;
}

/** Returns an effect as an item, with its changes where they tell why. */
export function effectItem(effect: Effect, most = 8): Item {
  const { restart, changes, depends, wayOut, sources } = effect;
  const [source] = sources;
  // A line is told where the change stands on the same one in every environment.
  const placed = changes.map((change, index) => {
    const line = source?.lines[index];
    const isSame = line !== undefined && sources.every(({ lines: own }) => own[index] === line);
    return { verb: change.verb, text: `${changeLine(change)}${isSame ? ` (line ${line})` : ""}` };
  });
  const shown = placed.filter(({ verb }) => verb === effect.verb);
  const lines = (shown.length > 0 ? shown : placed).slice(0, most).map(({ text }) => text);
  const hidden = changes.length - lines.length;
  return {
    title: objectTitle(effect.object),
    text: effect.cause,
    environments: effect.environments,
    verb: effect.verb,
    details: [
      ...lines,
      ...(hidden > 0 ? [`and ${count(hidden, "more change")}`] : []),
      ...(restart ? restartLines(restart) : []),
      ...(depends.length > 0 ? [`depends on: ${depends.join("; ")}`] : []),
      ...wayOut.map((step, index) => `way out ${index + 1}: ${step}`),
    ],
    ...(source ? { link: { path: source.path, line: source.line } } : {}),
  };
}

/** Returns several items about one thing as one: what they share once, what differs behind its environments. */
export function together(items: readonly Item[]): Item {
  const [first = plain("", "", [])] = items;
  if (items.length <= 1) return first;
  const shared = first.details.filter((line) => items.every(({ details }) => details.includes(line)));
  const sameText = items.every(({ text }) => text === first.text);
  const differing = Map.groupBy(
    items.flatMap(({ environments, details, text }) =>
      [...(sameText ? [] : [text]), ...details]
        .filter((line) => !shared.includes(line))
        .map((line) => ({ environments, line })),
    ),
    ({ line }) => line,
  );
  return {
    ...first,
    text: sameText ? first.text : "the same change, with what differs below",
    environments: [...new Set(items.flatMap(({ environments }) => environments))],
    details: [
      ...shared,
      ...[...differing].map(
        ([line, found]) =>
          `${names([...new Set(found.flatMap(({ environments }) => environments))])}: ${line}`,
      ),
    ],
  };
}

function restartLines({
  pods,
  peak,
  serving,
  outage,
  blockers,
}: NonNullable<Effect["restart"]>): readonly string[] {
  const numbers = [
    ...(pods === undefined ? [] : [count(pods, "pod")]),
    ...(peak === undefined || peak === pods ? [] : [`at most ${peak} at a time`]),
    ...(serving === undefined ? [] : [`never fewer than ${serving} serving`]),
  ];
  return [
    ...(numbers.length > 0 ? [numbers.join(", ")] : []),
    ...(outage ? [`outage: ${outage}`] : []),
    ...(blockers.length > 0 ? [`can stop half-way: ${blockers.join("; ")}`] : []),
  ];
}

/** Returns environments with equal verdict and totals in one row. */
export function environmentRows(plan: Plan): readonly {
  readonly names: string;
  readonly verdict: Verdict;
  readonly totals: Totals;
  readonly kubernetes: string;
}[] {
  const rows = new Map<string, { names: string[]; verdict: Verdict; totals: Totals; kubernetes: string }>();
  for (const { name, verdict, totals, kubernetes } of plan.environments) {
    const key = JSON.stringify([verdict, totals, kubernetes.version]);
    const row = rows.get(key);
    if (row) row.names.push(name);
    else rows.set(key, { names: [name], verdict, totals, kubernetes: kubernetes.version });
  }
  return [...rows.values()].map((row) => ({ ...row, names: names(row.names, 8) }));
}
