import { describe, expect, test } from "vitest";
import { checkRules } from "./promtool.ts";
import { alertsOf, renderedGroups } from "./rendered.ts";
import { runContradicted, runFiring, runQuiet } from "./scenario.ts";
import { allScenarios } from "./scenarios/all.ts";

const firing = allScenarios.flatMap((each) => each.firing);
const quiet = allScenarios.flatMap((each) => each.quiet);
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

  test.for(firsts)("when $alert fires one evaluation earlier or later", async (scenario) => {
    const { passed, output } = await runContradicted(groups, scenario);
    expect({ passed, refused: output.match(/^ +alertname: /gm)?.length }).toEqual({
      passed: false,
      refused: 2,
    });
  });
});
