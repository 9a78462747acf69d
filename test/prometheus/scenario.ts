import { type AlertCheck, type Series, testRules, type Verdict } from "./promtool.ts";
import { alertsOf, type RuleGroup } from "./rendered.ts";

/** A course of events after which an alert fires. */
export interface FiringScenario {
  readonly alert: string;
  /** What happens, for the test's name. */
  readonly when: string;
  readonly series: Series;
  /** Seconds until the condition first holds; the alert must fire exactly its `for` later. 0 unless given. */
  readonly holdsAfter?: number;
  /** Seconds between two values; 30 unless given. */
  readonly interval?: number;
  /** One set of labels (beside severity and namespace) and the rendered description per firing alert. */
  readonly fires: readonly {
    readonly labels?: Readonly<Record<string, string>>;
    readonly description: string;
  }[];
}

/** A course of events during which an alert never fires. */
export interface QuietScenario {
  readonly alert: string;
  readonly when: string;
  readonly series: Series;
  /** Seconds watched. */
  readonly during: number;
  readonly interval?: number;
}

/** Returns the groups with their recording rules and, of the alerting rules, only the one named. */
export function groupsFor(groups: readonly RuleGroup[], alert: string): readonly RuleGroup[] {
  return groups
    .filter(({ rules }) => rules.some((rule) => rule.alert === alert))
    .map(({ name, rules }) => ({
      name,
      rules: rules.filter((rule) => rule.alert === undefined || rule.alert === alert),
    }));
}

/** Returns the query for the names of alerts that fired at any evaluation of the seconds before it. */
export function everFiring(seconds: number): string {
  return `count by (alertname) (last_over_time(ALERTS{alertstate="firing"}[${seconds + 1}s]))`;
}

/** Returns a number of seconds for Prometheus' notation of one unit (`5m`). Throws an Error for anything else. */
export function inSeconds(duration: string | undefined): number {
  const { number, unit } = /^(?<number>\d+)(?<unit>[smhd])$/.exec(duration ?? "")?.groups ?? {};
  const factor = { s: 1, m: 60, h: 3600, d: 86400 }[unit ?? ""];
  if (factor === undefined) throw new Error(`"${duration}" is no duration of one unit`);
  return Number(number) * factor;
}

/** Runs a rule of the groups over a scenario: it is quiet one evaluation before `for` is over, then fires as given. */
export async function runFiring(groups: readonly RuleGroup[], scenario: FiringScenario): Promise<Verdict> {
  const { before, at, firing } = moments(groups, scenario);
  return runChecks(groups, scenario, [
    { at: before, alert: scenario.alert, firing: [] },
    { at, alert: scenario.alert, firing },
  ]);
}

/** Runs the same with the opposite expectations: each of the two must be refused. */
export async function runContradicted(
  groups: readonly RuleGroup[],
  scenario: FiringScenario,
): Promise<Verdict> {
  const { before, at, firing } = moments(groups, scenario);
  return runChecks(groups, scenario, [
    { at: before, alert: scenario.alert, firing },
    { at, alert: scenario.alert, firing: [] },
  ]);
}

function moments(groups: readonly RuleGroup[], scenario: FiringScenario) {
  const { alert, holdsAfter = 0, interval = 30, fires } = scenario;
  const rule = alertsOf(groups).find((each) => each.alert === alert);
  const at = holdsAfter + inSeconds(rule?.for);
  const firing = fires.map(({ labels, description }) => ({
    labels: { ...rule?.labels, ...labels },
    annotations: { ...rule?.annotations, description },
  }));
  return { before: at - interval, at, firing };
}

async function runChecks(
  groups: readonly RuleGroup[],
  { alert, series, interval = 30 }: FiringScenario,
  alerts: readonly AlertCheck[],
): Promise<Verdict> {
  return testRules({ groups: groupsFor(groups, alert), series, interval, alerts });
}

/** Runs a rule of the groups over a scenario: at no evaluation does it fire. */
export async function runQuiet(groups: readonly RuleGroup[], scenario: QuietScenario): Promise<Verdict> {
  const { alert, series, during, interval = 30 } = scenario;
  return testRules({
    groups: groupsFor(groups, alert),
    series,
    interval,
    queries: [{ at: during, query: everFiring(during), samples: [] }],
  });
}
