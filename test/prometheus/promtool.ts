import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { stringify } from "yaml";
import type { RuleGroup } from "./rendered.ts";

/** Time series by selector, in promtool's notation of values (`0+3x60`, `_`, `stale`), one value per interval. */
export type Series = Readonly<Record<string, string>>;

/** An alert as it reaches Alertmanager. */
export interface FiringAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** What must be firing under an alert's name at a time after the start, in seconds. */
export interface AlertCheck {
  readonly at: number;
  readonly alert: string;
  readonly firing: readonly FiringAlert[];
}

/** What a PromQL expression must return at a time after the start, in seconds. */
export interface QueryCheck {
  readonly at: number;
  readonly query: string;
  readonly samples: readonly { readonly labels: string; readonly value: number }[];
}

/** A run of rules over series, and what must come of it. */
export interface RuleTest {
  readonly groups: readonly RuleGroup[];
  readonly series: Series;
  /** Seconds between two values, and between two evaluations of the rules. */
  readonly interval: number;
  readonly alerts?: readonly AlertCheck[];
  readonly queries?: readonly QueryCheck[];
}

/** What promtool said of a test. */
export interface Verdict {
  readonly passed: boolean;
  readonly output: string;
}

const run = promisify(execFile);

/** Runs `promtool test rules`. Throws an Error when promtool cannot be started. */
export async function testRules(test: RuleTest): Promise<Verdict> {
  const folder = await mkdtemp(join(tmpdir(), "promtool-"));
  try {
    const groups = test.groups.map(({ name, rules }) => ({ name, rules: rules.map(({ body }) => body) }));
    await writeFile(join(folder, "rules.yaml"), stringify({ groups }));
    await writeFile(join(folder, "test.yaml"), stringify(testFile(test)));
    return await promtool(["test", "rules", join(folder, "test.yaml")]);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Runs `promtool check rules` with its lint. Throws an Error when promtool cannot be started. */
export async function checkRules(groups: readonly RuleGroup[]): Promise<Verdict> {
  const folder = await mkdtemp(join(tmpdir(), "promtool-"));
  try {
    const bodies = groups.map(({ name, rules }) => ({ name, rules: rules.map(({ body }) => body) }));
    await writeFile(join(folder, "rules.yaml"), stringify({ groups: bodies }));
    return await promtool(["check", "rules", "--lint-fatal", join(folder, "rules.yaml")]);
  } finally {
    await rm(folder, { recursive: true });
  }
}

function testFile({ groups, series, interval, alerts = [], queries = [] }: RuleTest): object {
  return {
    rule_files: ["rules.yaml"],
    evaluation_interval: `${interval}s`,
    group_eval_order: groups.map(({ name }) => name),
    tests: [
      {
        interval: `${interval}s`,
        input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
        alert_rule_test: alerts.map(({ at, alert, firing }) => ({
          eval_time: `${at}s`,
          alertname: alert,
          exp_alerts: firing.map(({ labels, annotations }) => ({
            exp_labels: labels,
            exp_annotations: annotations,
          })),
        })),
        promql_expr_test: queries.map(({ at, query, samples }) => ({
          expr: query,
          eval_time: `${at}s`,
          exp_samples: samples,
        })),
      },
    ],
  };
}

async function promtool(args: readonly string[]): Promise<Verdict> {
  try {
    const { stdout, stderr } = await run("promtool", [...args]);
    return { passed: true, output: stdout + stderr };
  } catch (error) {
    // A test that fails ends with a number; a program that cannot be started with a name such as ENOENT.
    if (!(error instanceof Error) || !("code" in error) || typeof error.code !== "number") throw error;
    const output = ["stdout", "stderr"].map((name) => String(Reflect.get(error, name))).join("");
    return { passed: false, output };
  }
}
