import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { z } from "zod";
import { checkRules } from "./promtool.ts";
import { renderedGroups } from "./rendered.ts";
import { servedMetrics, unserved } from "./served.ts";

const panel = z.object({
  id: z.int(),
  type: z.enum(["timeseries", "stat"]),
  title: z.string().min(3),
  description: z.string().min(10),
  gridPos: z.object({ x: z.int().min(0), y: z.int().min(0), w: z.int().min(1), h: z.int().min(1) }),
  datasource: z.object({ type: z.literal("prometheus"), uid: z.literal("${datasource}") }),
  fieldConfig: z.object({ defaults: z.object({ unit: z.string().min(1) }) }),
  targets: z.array(z.object({ refId: z.string(), expr: z.string().min(1), legendFormat: z.string() })).min(1),
});

const dashboard = z.object({
  uid: z.string().regex(/^apg-/),
  title: z.string(),
  description: z.string().endsWith("?"),
  templating: z.object({
    list: z.array(z.object({ name: z.literal("datasource"), type: z.literal("datasource") })),
  }),
  panels: z.array(panel).min(1),
});

type Panel = z.infer<typeof panel>;

const folder = new URL("../../base/monitoring/dashboards/", import.meta.url);
const dashboards = readdirSync(folder).map((file) => ({
  file,
  ...dashboard.parse(JSON.parse(readFileSync(new URL(file, folder), "utf8"))),
}));
const expressions = dashboards.flatMap(({ file, panels }) =>
  panels.flatMap(({ title, targets }) =>
    targets.map(({ expr, refId }) => ({
      where: `${file}, ${title}, ${refId}`,
      expr: expr.replaceAll("$__rate_interval", "5m"),
    })),
  ),
);

function overlap({ gridPos: a }: Panel, { gridPos: b }: Panel): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

test("a dashboard asks only for metrics and labels that are served", () => {
  const served = servedMetrics(renderedGroups());
  const found = expressions.flatMap(({ where, expr }) =>
    unserved(expr, served).map((what) => `${where}: ${what}`),
  );
  expect(found).toEqual([]);
});

test("Prometheus can read every query of a dashboard", { timeout: 600_000 }, async () => {
  const rules = expressions.map(({ expr }, index) => ({
    alert: undefined,
    expr,
    for: undefined,
    labels: {},
    annotations: {},
    body: { record: `panel:query:${index}`, expr },
  }));
  expect((await checkRules([{ name: "dashboards", rules }])).output).toContain("SUCCESS");
  const broken = rules.map((rule) => ({ ...rule, body: { ...rule.body, expr: `${rule.expr})` } }));
  expect((await checkRules([{ name: "dashboards", rules: broken }])).passed).toBe(false);
});

test("every query is about this system's namespace", () => {
  expect(expressions.filter(({ expr }) => !expr.includes('namespace="apg-cash-management"'))).toEqual([]);
});

test("dashboards and their panels have names of their own, and no panel lies on another", () => {
  expect(new Set(dashboards.map(({ uid }) => uid)).size).toBe(dashboards.length);
  for (const { file, panels } of dashboards) {
    const ids = new Set(panels.map(({ id }) => id));
    const titles = new Set(panels.map(({ title }) => title));
    expect({ file, ids: ids.size, titles: titles.size }).toEqual({
      file,
      ids: panels.length,
      titles: panels.length,
    });
    const pairs = panels.flatMap((a, index) =>
      panels
        .slice(index + 1)
        .filter((b) => overlap(a, b))
        .map((b) => [a.title, b.title]),
    );
    expect(pairs).toEqual([]);
    expect(panels.filter(({ gridPos: { x, w } }) => x + w > 24)).toEqual([]);
  }
});

test("two panels in one place are found", () => {
  const [first] = dashboards.flatMap(({ panels }) => panels);
  expect(first && overlap(first, first)).toBe(true);
});
