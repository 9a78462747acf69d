import { describe, expect, test } from "vitest";
import { checkRules } from "./promtool.ts";
import { alertsOf, renderedGroups, type RuleGroup } from "./rendered.ts";
import { runFiring, runQuiet } from "./scenario.ts";
import * as application from "./scenarios/application.ts";
import * as errorBudget from "./scenarios/error-budget.ts";
import * as platform from "./scenarios/platform.ts";
import * as postgresql from "./scenarios/postgresql.ts";
import * as redis from "./scenarios/redis.ts";
import * as replication from "./scenarios/replication.ts";

const scenarios = [application, errorBudget, platform, postgresql, redis, replication];
const firing = scenarios.flatMap((each) => each.firing);
const quiet = scenarios.flatMap((each) => each.quiet);
const groups = renderedGroups();
const alerts = alertsOf(groups);
// promtool takes what the machine gives: no verdict here depends on how long.
const patient = { timeout: 600_000 };

describe.concurrent("an alert fires after exactly its `for`", patient, () => {
  test.for(firing.map((each) => [`${each.alert}: ${each.when}`, each] as const))(
    "%s",
    async ([, scenario]) => {
      expect((await runFiring(groups, scenario)).output).toContain("SUCCESS");
    },
  );
});

describe.concurrent("an alert never fires", patient, () => {
  test.for(quiet.map((each) => [`${each.alert}: ${each.when}`, each] as const))(
    "%s",
    async ([, scenario]) => {
      expect((await runQuiet(groups, scenario)).output).toContain("SUCCESS");
    },
  );
});

test("every alert is shown to fire", () => {
  const shown = new Set(firing.map(({ alert }) => alert));
  expect(alerts.map(({ alert }) => alert).filter((name) => !shown.has(name))).toEqual([]);
});

test("promtool accepts the rules, and finds no rule twice", patient, async () => {
  expect((await checkRules(groups)).output).toContain("SUCCESS");
  const twice = [...groups, ...groups].map((group, index) => ({ ...group, name: `${group.name}-${index}` }));
  expect((await checkRules(twice)).passed).toBe(false);
});

test("every alert is critical or a warning, routes by its namespace and names its runbook", () => {
  for (const { alert, labels, annotations } of alerts) {
    expect({ alert, labels }).toEqual({
      alert,
      labels: { namespace: "apg-cash-management", severity: expect.stringMatching(/^(critical|warning)$/) },
    });
    expect(annotations).toEqual({
      summary: expect.stringMatching(/^[^{}]+[^.{}]$/),
      description: expect.stringMatching(/[.]$/),
      runbook_url: `https://runbooks.example.com/${alert.toLowerCase()}.md`,
    });
  }
});

describe.concurrent("a scenario can fail", patient, () => {
  const firsts = alerts.flatMap(({ alert }) => firing.find((each) => each.alert === alert) ?? []);

  test.for(firsts)("when $alert fires one evaluation early or late", async (scenario) => {
    const { interval = 30, holdsAfter = 0 } = scenario;
    const early = await runFiring(groups, { ...scenario, holdsAfter: holdsAfter + interval });
    const late = await runFiring(groups, { ...scenario, holdsAfter: holdsAfter - interval });
    expect([early.passed, late.passed]).toEqual([false, false]);
  });

  test.for(firsts)("when the condition of $alert never holds", async (scenario) => {
    expect((await runFiring(silenced(scenario.alert), scenario)).passed).toBe(false);
  });
});

function silenced(alert: string): readonly RuleGroup[] {
  return groups.map(({ name, rules }) => ({
    name,
    rules: rules.map((rule) =>
      rule.alert === alert ? { ...rule, body: { ...rule.body, expr: "vector(0) > 1" } } : rule,
    ),
  }));
}
