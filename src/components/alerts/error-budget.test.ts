import { expect, test } from "vitest";
import { errorBudgetAlerts, errorBudgetRecords } from "./error-budget.ts";

const namespace = "apg-cash-management";

function limits(objectives: { readonly availability: number; readonly latency: number }) {
  return errorBudgetAlerts(namespace, objectives).map(({ name, expr }) => ({
    name,
    limits: [...expr.matchAll(/ratio_rate(?<window>\w+)\{[^}]*\} > (?<limit>[\d.]+)/g)].map(
      ({ groups }) => `${groups?.["window"]} ${groups?.["limit"]}`,
    ),
  }));
}

// SRE Workbook, "Alerting on SLOs": 14.4, 6, 3 and 1 times what the objective allows.
test("the limits are the burn rates times what the objective allows, over a long and a short window", () => {
  expect(limits({ availability: 0.999, latency: 0.95 })).toEqual([
    {
      name: "APGAvailabilityBudgetBurnFast",
      limits: ["1h 0.0144", "5m 0.0144", "6h 0.006", "30m 0.006"],
    },
    { name: "APGAvailabilityBudgetBurnSlow", limits: ["1d 0.003", "2h 0.003", "3d 0.001", "6h 0.001"] },
    { name: "APGLatencyBudgetBurnFast", limits: ["1h 0.72", "5m 0.72", "6h 0.3", "30m 0.3"] },
    { name: "APGLatencyBudgetBurnSlow", limits: ["1d 0.15", "2h 0.15", "3d 0.05", "6h 0.05"] },
  ]);
});

test("another objective moves every limit", () => {
  const [fast] = limits({ availability: 0.99, latency: 0.95 });
  expect(fast?.limits).toEqual(["1h 0.144", "5m 0.144", "6h 0.06", "30m 0.06"]);
});

test("every window that an alert reads is recorded, for both indicators", () => {
  const objectives = { availability: 0.999, latency: 0.95 };
  const recorded = new Set(errorBudgetRecords(namespace, objectives).map(({ record }) => record));
  const read = errorBudgetAlerts(namespace, objectives).flatMap(
    ({ expr }) => expr.match(/namespace:\w+:\w+/g) ?? [],
  );
  expect(new Set(read).size).toBe(14);
  expect(read.filter((name) => !recorded.has(name))).toEqual([]);
});
