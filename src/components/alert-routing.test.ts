import { expect, test } from "vitest";
import { asArray, asObject, seal } from "../kubernetes/manifest.ts";
import { alertRouting } from "./alert-routing.ts";

function routing() {
  const place = { component: "monitoring", namespace: "apg-cash-management", wave: 40 };
  const models = alertRouting({
    release: "prometheus",
    secret: "apg-cash-management-alerting",
    criticalKey: "critical-url",
    warningKey: "warning-url",
  });
  return asObject(models.map((model) => seal(model, place).body)[0]?.["spec"]);
}

test("critical alerts go to the on-call service and are repeated hourly, all others to the queue", () => {
  expect(routing()["route"]).toEqual({
    receiver: "warning",
    groupBy: ["namespace", "alertname"],
    groupWait: "30s",
    groupInterval: "5m",
    repeatInterval: "12h",
    routes: [
      {
        receiver: "critical",
        matchers: [{ name: "severity", value: "critical", matchType: "=" }],
        repeatInterval: "1h",
      },
    ],
  });
});

test("addresses of receivers come from the Secret and stand in no object", () => {
  expect(routing()["receivers"]).toEqual([
    {
      name: "critical",
      webhookConfigs: [
        { urlSecret: { name: "apg-cash-management-alerting", key: "critical-url" }, sendResolved: true },
      ],
    },
    {
      name: "warning",
      webhookConfigs: [
        { urlSecret: { name: "apg-cash-management-alerting", key: "warning-url" }, sendResolved: true },
      ],
    },
  ]);
});

test("an alert mutes others only in its own namespace", () => {
  const rules = asArray(routing()["inhibitRules"]).map(asObject);
  expect(rules.length).toBeGreaterThan(5);
  expect(rules.filter(({ equal }) => asArray(equal)[0] !== "namespace")).toEqual([]);
});
