import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { edgeRows } from "./guide-edge.ts";
import { find, steps } from "./guide-path.ts";
import { misplaced, readPlaces } from "./guide-places.ts";
import { type GuideRow, readGuideRows } from "./guide-rows.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const document = readFileSync(`${root}/docs/guide.md`, "utf8");
const rows = readGuideRows(document);
const places = readPlaces(root);

/** A row that is true in production's tree, from which the wrong ones are made. */
const kept: GuideRow = {
  owner: "HorizontalPodAutoscaler apg-cash-management-hpa",
  path: "spec.maxReplicas",
  value: 20,
  fate: "kept",
  why: "",
  line: 1,
};

test("each row of docs/guide.md is true in production's tree", () => {
  expect(rows.map((row) => misplaced(row, places)).filter((problem) => problem !== undefined)).toStrictEqual(
    [],
  );
});

test("no leaf of the guide is dropped from docs/guide.md, added or altered: the guide does not change", () => {
  const leaves = rows.map(({ owner, path, value }) => JSON.stringify([owner, path, value]));
  expect(new Set(leaves).size).toBe(leaves.length);
  expect(leaves).toHaveLength(967);
  expect(createHash("sha256").update(leaves.toSorted().join("\n")).digest("hex")).toBe(
    "9d747d7d8cb79249e5edd9e138abc02b97a45ca1ddf662aed33c6122759bed90",
  );
});

test("the table of the edge in docs/guide.md says what the components say", () => {
  expect(document).toContain(`\n\n${edgeRows().join("\n")}\n\n`);
});

test("a true row is accepted", () => {
  expect(misplaced(kept, places)).toBeUndefined();
});

test.for<readonly [string, Partial<GuideRow>, string]>([
  ["kept, but of another value", { value: 21 }, "is 20, in the guide 21"],
  ["kept, at a path that does not exist", { path: "spec.most" }, "there is no"],
  ["kept, in an object that does not exist", { owner: "Deployment absent" }, "there is no"],
  ["changed, but of the guide's value", { fate: "changed" }, "has the guide's value"],
  ["changed, to a place that does not exist", { fate: "changed", now: ".spec.most" }, "there is no"],
  ["dropped, but still there", { fate: "dropped" }, "is still there"],
  ["moved to nowhere", { fate: "moved" }, "does not say where to"],
  ["moved to another value", { fate: "moved", now: ".spec.minReplicas" }, "is 3, in the guide 20"],
  ["moved to a file that does not exist", { fate: "moved", now: "docs/absent.md" }, "there is no"],
  ["changed to a command that does not exist", { fate: "changed", now: "npm run absent" }, "there is no"],
  ["moved to several objects", { fate: "moved", now: "ServiceAccount apg-cash-management*" }, "there is no"],
])("a row that is wrong is found: %s", ([, wrong, problem]) => {
  expect(misplaced({ ...kept, ...wrong }, places)).toContain(problem);
});

const table = (row: string) =>
  `### Service example\n\n| Path | The guide | Fate | Now | Why |\n| --- | --- | --- | --- | --- |\n${row}\n`;

test("a row is read with its heading, its line and escaped bars", () => {
  expect(readGuideRows(table('| `spec.type` | `"a\\|b"` | moved | `.spec.kind` | because |'))).toStrictEqual([
    {
      owner: "Service example",
      path: "spec.type",
      value: "a|b",
      fate: "moved",
      now: ".spec.kind",
      why: "because",
      line: 5,
    },
  ]);
});

test.for([
  ["an unknown fate", "| `a` | `1` | lost | | because |", "no row"],
  ["too few cells", "| `a` | `1` | kept |", "no row"],
  ["a change without a reason", "| `a` | `1` | changed | | |", "without a reason"],
  ["a value that is no JSON", "| `a` | `Opaque` | kept | | |", "no JSON"],
  ["a path without code marks", "| a | `1` | kept | | |", "code marks"],
])("a row is refused for %s", ([, row = "", problem = ""]) => {
  expect(() => readGuideRows(table(row))).toThrow(problem);
});

test("a path leads through lists, and into files of settings", () => {
  const value = { list: [{ name: "a", conf: "# c\nport = 1  # note\nsave 9 1\nsave 3   2\n" }] };
  expect(find(value, steps("list[name=a].conf.port"))).toBe("1");
  expect(find(value, steps("list[0].conf.save[1]"))).toBe("3 2");
  expect(find(value, steps("list[name=b].conf"))).toBeUndefined();
  expect(() => steps("a..b")).toThrow("no path: a..b");
});
