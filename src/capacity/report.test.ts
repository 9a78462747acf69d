import { expect, test } from "vitest";
import { asArray, asObject, type JsonObject } from "../kubernetes/manifest.ts";
import { changed, environmentNames, tree } from "../../test/trees.ts";
import { capacityReport, formatCapacity } from "./report.ts";

const production = capacityReport("production", tree());

test.for(environmentNames)("everything of %s is within what it has", (environment) => {
  const { sections } = capacityReport(environment, tree(environment));
  expect(sections.map(({ title }) => title)).toStrictEqual(["quota", "connections", "memory", "disk"]);
  for (const { rows } of sections) {
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.filter(({ usedAmount, allowedAmount }) => !(usedAmount <= allowedAmount))).toStrictEqual([]);
  }
});

test("the terminal has a column for what is used, for what is allowed, and for the share of it", () => {
  const page = formatCapacity([production], "terminal");
  expect(page).toMatch(/^quota +used +used while pods still end +allowed +share$/m);
  expect(page).toMatch(/^connections +used +allowed +share$/m);
  expect(page).toMatch(/^max_connections of postgres-primary +\d+ +195 +\d+ %$/m);
  expect(page).toMatch(/^memory of redis-master +\d+ MiB +2048 MiB +\d+ %$/m);
  expect(page).toMatch(/^volume of postgres-backup +\d+ MiB +1048576 MiB +\d+ %$/m);
});

test("what does not fit is marked", () => {
  const quota = "ResourceQuota/apg-cash-management-quota";
  const small = capacityReport("small", changed(tree(), quota, "spec.hard.pods", "5"));
  expect(formatCapacity([small], "terminal")).toMatch(/^pods +\d+ +\d+ +5 +\d+ %, too much$/m);
});

test("markdown is a table per section, each row as long as its head", () => {
  const lines = formatCapacity([production], "markdown").split("\n");
  expect(lines[0]).toBe("### production");
  for (const { rows, title } of production.sections) {
    const start = lines.findIndex((line) => line.startsWith(`| ${title} |`));
    const table = lines.slice(start, start + rows.length + 2);
    expect(new Set(table.map((line) => line.split("|").length)).size).toBe(1);
  }
});

test("json has the numbers", () => {
  const { environments }: { environments: readonly JsonObject[] } = JSON.parse(
    formatCapacity([production], "json"),
  );
  const [quota] = asArray(environments[0]?.["sections"]).map(asObject);
  const pods = asArray(quota?.["rows"])
    .map(asObject)
    .find(({ what }) => what === "pods");
  expect(pods).toMatchObject({
    usedAmount: Number(pods?.["used"]) * 1000,
    allowedAmount: Number(pods?.["allowed"]) * 1000,
  });
});
