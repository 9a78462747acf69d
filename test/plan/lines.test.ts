import { describe, expect, test } from "vitest";
import { toHtml } from "../../src/plan/report/html/page.ts";
import { toMarkdown } from "../../src/plan/report/markdown.ts";
import { toTerminal } from "../../src/plan/report/terminal.ts";
import { planOf, type Tree } from "./trees.ts";

const yaml = (image: string, variables: string, paused = ""): string => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
${paused}  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
      - name: side
        image: side:1
      - name: app
        image: ${image}
        env:
${variables}`;

const before = yaml(
  "web:1",
  "        - name: A\n          value: one\n",
  "  paused: false\n  minReadySeconds: 5\n",
);
const after = yaml(
  "web:2",
  "        - name: B\n          value: new\n        - name: A\n          value: two\n",
);

// Line of the text that the path leads to, as a reader would count it.
const lineOf = (text: string, part: string): number => text.slice(0, text.indexOf(part)).split("\n").length;

function linesIn(base: Tree, head: Tree): Readonly<Record<string, number | undefined>> {
  const [effect] = planOf(base, head).effects;
  return Object.fromEntries(
    (effect?.changes ?? []).map(({ path }, index) => [path, effect?.sources[0]?.lines[index]]),
  );
}

const list = (replicas: number): object => ({
  apiVersion: "v1",
  kind: "List",
  items: ["a", "web"].map((name) => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name },
    data: { key: name === "web" ? String(replicas) : "same" },
  })),
});

describe("each change names the line of the head's file on which it stands", () => {
  const container = "spec.template.spec.containers[app]";
  const expected = (text: string): Readonly<Record<string, number>> => ({
    [`${container}.image`]: lineOf(text, "image: web:2"),
    [`${container}.env[A].value`]: lineOf(text, "value: two"),
    [`${container}.env[B].value`]: lineOf(text, "value: new"),
    // It is gone: the line of what it stood in.
    "spec.minReadySeconds": lineOf(text, "spec:"),
  });

  test("in the form that this repository writes", () => {
    expect(linesIn({ "rendered/dev/a.yaml": before }, { "rendered/dev/a.yaml": after })).toMatchObject(
      expected(after),
    );
  });

  test("in any other form of YAML, behind other documents and comments", () => {
    const other = "# a comment\nkind: ConfigMap\napiVersion: v1\nmetadata: {name: other}\n---\n";
    const commented = `${other}${after.replace("    spec:\n", "    spec: # pods\n\n")}`;
    const base = { "rendered/dev/a.yaml": other + before };
    expect(linesIn(base, { "rendered/dev/a.yaml": commented })).toMatchObject(expected(commented));
  });

  test("in a List, and in JSON", () => {
    const text = JSON.stringify(list(2), undefined, 2);
    const base = { "rendered/dev/a.json": JSON.stringify(list(1)) };
    expect(linesIn(base, { "rendered/dev/a.json": text })).toEqual({
      "data.key": lineOf(text, '"key": "2"'),
    });
  });
});

test("an effect links to the line that decides its verb, and each format prints both", () => {
  const plan = planOf({ "rendered/dev/a.yaml": before }, { "rendered/dev/a.yaml": after });
  const line = lineOf(after, "value: two");
  const [source] = plan.effects[0]?.sources ?? [];
  const first = plan.effects[0]?.changes.findIndex(({ verb }) => verb === "rolls") ?? -1;
  expect(source?.line).toBe(source?.lines[first]);
  for (const page of [toMarkdown(plan), toHtml(plan), toTerminal(plan, { color: false, width: 200 })]) {
    expect(page).toContain(`rendered/dev/a.yaml:${source?.line}`);
    expect(page).toContain(`(line ${line})`);
  }
});

test("a refusal links to what is refused, of a new object, too", () => {
  const service = "apiVersion: v1\nkind: Service\nmetadata:\n  name: a\nspec:\n  ports:\n  - port: 70000\n";
  const [effect] = planOf({}, { "rendered/dev/a.yaml": service }).effects;
  expect([effect?.verb, effect?.sources[0]?.line]).toEqual(["refused", lineOf(service, "ports:")]);
});

const shifted = (text: string): string => `# one line more\n${text}`;

test("where environments differ in the line, no line is told as that of all", () => {
  const plan = planOf(
    { "rendered/dev/a.yaml": before, "rendered/live/a.yaml": shifted(before) },
    { "rendered/dev/a.yaml": after, "rendered/live/a.yaml": shifted(after) },
  );
  expect(plan.effects.map(({ environments }) => environments)).toEqual([["dev", "live"]]);
  expect(toMarkdown(plan)).not.toContain("(line ");
});
