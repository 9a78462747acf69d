import { expect, test } from "vitest";
import { seal } from "../kubernetes/manifest.ts";
import { dashboards } from "./dashboards.ts";

const files = new Map([
  ["redis.json", '{"uid":"apg-redis"}\n'],
  ["service.json", '{"uid":"apg-service"}\n'],
]);

test("each dashboard is a ConfigMap of its own that Grafana's sidecar finds by its label", () => {
  const place = { component: "monitoring", namespace: "apg-cash-management", wave: 40 };
  const bodies = dashboards({ files, label: { name: "grafana_dashboard", value: "1" } }).map(
    (model) => seal(model, place).body,
  );
  expect(bodies).toMatchObject([
    {
      kind: "ConfigMap",
      metadata: {
        name: "apg-cash-management-dashboard-redis",
        labels: { grafana_dashboard: "1" },
        annotations: { grafana_folder: "APG Cash Management" },
      },
      data: { "redis.json": '{"uid":"apg-redis"}\n' },
    },
    { metadata: { name: "apg-cash-management-dashboard-service" } },
  ]);
});

test("another Grafana's label is possible", () => {
  const [first] = dashboards({ files, label: { name: "dashboards", value: "treasury" } });
  expect(first?.toJSON()).toMatchObject({ metadata: { labels: { dashboards: "treasury" } } });
});

test("without dashboards nothing is made", () => {
  expect(dashboards({ files: new Map(), label: { name: "grafana_dashboard", value: "1" } })).toEqual([]);
});
