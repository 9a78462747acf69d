import { expect, test } from "vitest";
import { testRules } from "./promtool.ts";
import { renderedGroups } from "./rendered.ts";
import { groupsFor } from "./scenario.ts";

const target = 'namespace="apg-cash-management",job="apg-cash-management-service"';
const total = (status: string) => `http_requests_total{${target},status="${status}"}`;
const minute = 60;

test(
  "a page ends within minutes of the failures' end, although the hour is still spoilt",
  { timeout: 600_000 },
  async () => {
    const alert = "APGAvailabilityBudgetBurnFast";
    const query = 'ALERTS{alertname="APGAvailabilityBudgetBurnFast",alertstate="firing"}';
    const labels = `{__name__="ALERTS",alertname="${alert}",alertstate="firing",namespace="apg-cash-management",severity="critical"}`;
    const verdict = await testRules({
      groups: groupsFor(renderedGroups(), alert),
      series: { [total("200")]: "0+900x10 9000+1000x120", [total("500")]: "0+100x10 1000x120" },
      interval: minute,
      queries: [
        { at: 10 * minute, query, samples: [{ labels, value: 1 }] },
        { at: 50 * minute, query, samples: [] },
        {
          at: 50 * minute,
          query: "namespace:http_requests_errors:ratio_rate1h > bool 0.0144",
          samples: [{ labels: '{namespace="apg-cash-management"}', value: 1 }],
        },
      ],
    });
    expect(verdict.output).toContain("SUCCESS");
  },
);

test(
  "an application that has never failed has an error ratio of 0, for dashboards",
  { timeout: 600_000 },
  async () => {
    const verdict = await testRules({
      groups: groupsFor(renderedGroups(), "APGAvailabilityBudgetBurnFast"),
      series: { [total("200")]: "0+1000x60" },
      interval: minute,
      queries: [
        {
          at: 1800,
          query: "namespace:http_requests_errors:ratio_rate5m",
          samples: [
            {
              labels:
                '{__name__="namespace:http_requests_errors:ratio_rate5m",namespace="apg-cash-management"}',
              value: 0,
            },
          ],
        },
      ],
    });
    expect(verdict.output).toContain("SUCCESS");
  },
);
