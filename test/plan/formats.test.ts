import { expect, test } from "vitest";
import type { JsonObject } from "../../src/kubernetes/manifest.ts";
import { toJson } from "../../src/plan/report/json.ts";
import { code, escape, markdownBytes, toMarkdown } from "../../src/plan/report/markdown.ts";
import { verbs, type Plan } from "../../src/plan/report/model.ts";
import { printable } from "../../src/plan/report/text.ts";
import { toTerminal } from "../../src/plan/report/terminal.ts";
import { claim, configMap, database, deployment } from "./fixtures.ts";
import { planObjects, planOf } from "./trees.ts";

const changed = deployment({ spec: { template: { metadata: { annotations: { a: "b" } } } } });

test("a page says the verdict first and last, the totals, and that nothing else restarts", () => {
  const text = toTerminal(
    planObjects([deployment(), configMap("a", { v: "1" })], [changed, configMap("a", { v: "2" })]),
    { color: false, width: 100 },
  );
  const lines = text.trimEnd().split("\n");
  expect(lines[0]).toBe("Plan base … head: Restarts pods");
  expect(lines[1]).toBe("1 environment · 2 objects changed: 1 roll, 1 live, 3 pods go");
  expect(lines.at(-1)).toBe("Plan: Restarts pods");
  expect(lines).toContain("  Nothing else restarts.");
  expect(text).toContain("Checked, unchanged: network, permissions");
});

test("where no pod goes, that is said", () => {
  const text = toMarkdown(planObjects([configMap("a", { v: "1" })], [configMap("a", { v: "2" })]));
  expect(text).toContain("**Nothing restarts**");
  expect(toMarkdown(planObjects([], []))).not.toContain("Nothing restarts");
});

const threeWith = (image: string): Record<string, JsonObject[]> =>
  Object.fromEntries(
    [1, 1, 5].map((replicas, index) => [
      `rendered/e${index}/all.yaml`,
      [deployment({ spec: { replicas, template: { spec: { containers: [{ name: "web", image }] } } } })],
    ]),
  );

test("the same change in several environments stands once, with what differs between them", () => {
  const lines = toTerminal(planOf(threeWith("i:1"), threeWith("i:2")), { color: false, width: 200 }).split(
    "\n",
  );
  expect(lines.filter((line) => line.includes("Deployment web [") && line.includes("↻"))).toEqual([
    "  ↻ Deployment web [e0, e1, e2]: the same change, with what differs below",
  ]);
  expect(lines.filter((line) => line.includes("image: i:1 → i:2"))).toHaveLength(1);
  expect(lines).toContain("      e0, e1: 1 pod, at most 2 at a time, never fewer than 1 serving");
  expect(lines).toContain("      e2: 5 pods, at most 6 at a time, never fewer than 5 serving");
});

test("colour never stands alone, and is absent where it is not wanted", () => {
  const plan = planObjects([deployment()], [changed]);
  expect(toTerminal(plan, { color: false, width: 80 })).not.toContain("\u001b");
  const colored = toTerminal(plan, { color: true, width: 80 });
  expect(colored).toContain("\u001b[");
  // oxlint-disable-next-line no-control-regex -- the escape sequences are what is taken away
  expect(colored.replaceAll(/\u001b\[\d+m/g, "")).toBe(toTerminal(plan, { color: false, width: 80 }));
});

test("lines keep to the width where words allow it", () => {
  const long = toTerminal(planObjects([database()], [database({ spec: { serviceName: "other" } })]), {
    color: false,
    width: 60,
  });
  const tooLong = long
    .split("\n")
    .filter((line) => line.length > 60 && line.trim().includes(" ") && line.trim().split(" ").length > 4);
  expect(tooLong).toEqual([]);
});

const many = (size: number, value: string): readonly JsonObject[] =>
  Array.from({ length: size }, (_, index) =>
    configMap(`map-${index}`, { value: `${value} ${"x".repeat(200)}` }),
  );

test("a comment never exceeds its limit, whatever it has to leave out, and says so", () => {
  const kinds: readonly (readonly [readonly JsonObject[], readonly JsonObject[]])[] = [
    [many(100, "a"), many(100, "b")],
    [many(100, "a"), []],
    [[], many(100, "a")],
    [
      Array.from({ length: 100 }, (_, index) => database({ metadata: { name: `set-${index}` } })),
      Array.from({ length: 100 }, (_, index) =>
        database({ metadata: { name: `set-${index}` }, spec: { serviceName: "other" } }),
      ),
    ],
  ];
  for (const [base, head] of kinds) {
    const text = toMarkdown(planObjects(base, head), 6000);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(6000);
    expect(text).toContain("Shortened to fit a comment");
  }
});

test("what is refused or deleted is cut last", () => {
  const refused = [database(), claim("precious")];
  const plan = planObjects(
    [...many(100, "a"), ...refused],
    [...many(100, "b"), database({ spec: { serviceName: "other" } })],
  );
  const text = toMarkdown(plan);
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(markdownBytes);
  expect(text).toContain("way out 1: delete the StatefulSet but not its pods");
  expect(text).toContain("PersistentVolumeClaim precious");
});

test("hostile text can neither forge nor break the page", () => {
  const hostile =
    "`x`\n### **Safe to sync**\n</details><script>alert(1)</script> @team #1 [a](https://evil.example) ![](//e) \u202egnp.exe\u0007 | a | b\n```\n";
  const plan = planObjects(
    [configMap("a", { [hostile]: "1" })],
    [configMap("a", { [hostile]: hostile }), configMap(hostile, {})],
  );
  const text = toMarkdown(plan);
  const lines = text.split("\n");
  expect(
    lines
      .filter((line) => /^\s*#{1,6} /.test(line))
      .every((line) => line.startsWith("### Plan `base`") || line.startsWith("#### ")),
  ).toBe(true);
  expect(lines.filter((line) => line.startsWith("#### ")).every((line) => !line.includes("Safe"))).toBe(true);
  expect(text).not.toMatch(/<\/?(?:details|script)/);
  // oxlint-disable-next-line no-misleading-character-class -- each of them must be absent
  expect(text).not.toMatch(/[\u202a-\u202e]/);
  expect(text).not.toContain("\u0007");
  expect(text).not.toMatch(/@team|https:\/\/evil/);
  expect(text.match(/(?:^|[^\\`])`{3}/gm)).toBeNull();
  expect(toTerminal(plan, { color: false, width: 80 })).not.toContain("\u0007");
  expect(toJson(plan)).not.toContain("\u202e");
});

test("a code span is ended by nothing in it", () => {
  for (const text of ["a", "`", "``", "a`b``c```", " ", "a|b", "`\n`"]) {
    const [, fence = "", inside = ""] = /^(`+)([\s\S]*?)\1$/.exec(code(text)) ?? [];
    expect(inside.match(/`+/g)?.some((run) => run.length === fence.length) ?? false).toBe(false);
    expect(code(text)).not.toContain("\n");
  }
});

test("escaped text has no unescaped markup", () => {
  expect(escape("- **a** _b_ [c](d) `e` <f> #7 @g | ~h~")).not.toMatch(/(?<!\\)[*_`[\]|~]|<|@\w|#\d/);
  expect(printable("a\u202eb\u0000c\u200dd\nf")).toBe(String.raw`a\u{202e}b\u{0}c\u{200d}d⏎f`);
});

test("the JSON is the plan, versioned, with every verb counted", () => {
  const plan = planObjects([deployment()], [changed], { texts: true });
  const parsed: Plan = JSON.parse(toJson(plan));
  expect(parsed).toEqual(plan);
  expect(parsed.schemaVersion).toBe(1);
  expect(Object.keys(parsed.totals).toSorted()).toEqual([...verbs].toSorted());
  expect(parsed.objects).toMatchObject([{ object: { kind: "Deployment" }, environments: ["test"] }]);
});
