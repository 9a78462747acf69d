import { expect, test } from "vitest";
import { inhibitions } from "../../src/components/alerts/inhibitions.ts";
import { alertsOf, renderedGroups } from "./rendered.ts";
import { allScenarios } from "./scenarios/all.ts";

const alerts = new Map(alertsOf(renderedGroups()).map((rule) => [rule.alert, rule]));

/** The labels that an alert is shown to fire with. */
function labelsOf(alert: string): readonly string[] {
  const shown = allScenarios.flatMap(({ firing }) => firing).filter((scenario) => scenario.alert === alert);
  return shown.flatMap(({ fires }) => fires.flatMap(({ labels = {} }) => Object.keys(labels)));
}

function severity(alert: string): string | undefined {
  return alerts.get(alert)?.labels["severity"];
}

test("what mutes and what is muted are alerts that exist", () => {
  const named = inhibitions.flatMap(({ cause, mutes }) => [cause, ...mutes]);
  expect(named.filter((name) => !alerts.has(name))).toEqual([]);
});

test("only a critical alert mutes, and mutes no critical one", () => {
  expect(new Set(inhibitions.map(({ cause }) => severity(cause)))).toEqual(new Set(["critical"]));
  expect(new Set(inhibitions.flatMap(({ mutes }) => mutes.map(severity)))).toEqual(new Set(["warning"]));
});

test("labels that have to be equal exist on both alerts, or one would mute warnings of everything", () => {
  const missing = inhibitions.flatMap(({ cause, mutes, equal }) =>
    [cause, ...mutes].flatMap((name) =>
      equal.filter((label) => !labelsOf(name).includes(label)).map((label) => `${name}: ${label}`),
    ),
  );
  expect(missing).toEqual([]);
  expect(labelsOf("APGVolumeAlmostFull")).not.toContain("pod");
});

test("an alert that fires once per object mutes only what agrees on the object", () => {
  const careless = inhibitions.filter(({ cause, equal }) => {
    const own = labelsOf(cause);
    return own.length > 0 && equal.length === 0;
  });
  expect(careless).toEqual([]);
});

test("nothing mutes the alerts on data that diverges or is lost", () => {
  const muted = new Set(inhibitions.flatMap(({ mutes }) => mutes));
  const precious = [
    "APGPostgresSeveralPrimaries",
    "APGRedisSeveralMasters",
    "APGRedisKeysLost",
    "APGPostgresReplicationSlotLost",
  ];
  expect(precious.filter((name) => !alerts.has(name) || muted.has(name))).toEqual([]);
});
