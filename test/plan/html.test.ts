import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import type { JsonObject } from "../../src/kubernetes/manifest.ts";
import { compareLines } from "../../src/plan/report/html/difference.ts";
import { toHtml } from "../../src/plan/report/html/page.ts";
import type { Plan } from "../../src/plan/report/model.ts";
import { inChromium, type OpenPage } from "./chromium.ts";
import { claim, configMap, deployment } from "./fixtures.ts";
import { planOf } from "./trees.ts";

const folder = mkdtempSync(join(tmpdir(), "plan-html-"));
afterAll(() => rmSync(folder, { recursive: true }));

function open<Result>(plan: Plan, look: (page: OpenPage) => Promise<Result>): Promise<Result> {
  const file = join(folder, "plan.html");
  writeFileSync(file, toHtml(plan));
  return inChromium(file, look);
}

const hostile = [
  `</pre></article><script>window.hit = 1</script>`,
  `"><img src="https://hostile.example/x" onerror="window.hit = 1">`,
  `' onmouseover='window.hit = 1`,
  `</style><style>* { display: none }</style>`,
  `<svg onload="window.hit = 1"><a href="javascript:window.hit = 1">here</a></svg>`,
  `--><iframe src="https://hostile.example/"></iframe>`,
  `]]><base href="https://hostile.example/"><meta http-equiv="refresh" content="0;url=https://hostile.example/">`,
  "\u202etxt.exe\u2066\u200b",
];

const policy = (name: string, app: string, port: number): JsonObject => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name, namespace: "shop" },
  spec: {
    podSelector: {},
    policyTypes: ["Ingress"],
    ingress: [{ from: [{ podSelector: { matchLabels: { app } } }], ports: [{ port }] }],
  },
});

const environment = (
  name: string,
  value: string,
  image: string,
  port: number,
): Record<string, JsonObject[]> => ({
  [`rendered/${name}/all.yaml`]: [
    deployment({ spec: { template: { spec: { containers: [{ name: "web", image }] } } } }),
    ...hostile.map((text, index) => configMap(`${text} ${index}`, { [text]: `${text} ${value}` })),
    policy("in", hostile[0] ?? "", port),
  ],
});

const hostilePlan = planOf(
  { ...environment(`dev${hostile[1]}`, "1", "i:1", 80), "rendered/prod/all.yaml": [claim("data")] },
  {
    ...environment(`dev${hostile[1]}`, "2", "i:2", 81),
    "rendered/prod/all.yaml": [claim("data", { metadata: { labels: { a: "b" } } })],
  },
  { texts: true },
);

describe("the page in a real browser", () => {
  test("shows hostile names and values as text, runs nothing and asks for nothing", async () => {
    await open(hostilePlan, async ({ evaluate, requests, complaints }) => {
      expect(await evaluate("window.hit")).toBeUndefined();
      expect(
        await evaluate(
          `document.querySelectorAll("script, img, iframe, base, a, [onmouseover], [onload], [onerror]").length`,
        ),
      ).toBe(0);
      expect(await evaluate(`document.querySelectorAll("style, meta").length`)).toBe(5);
      const text = String(await evaluate("document.body.textContent"));
      for (const name of hostile.slice(0, -1)) expect(text).toContain(name);
      expect(text).toContain(String.raw`\u{202e}txt.exe`);
      expect(text).not.toContain("\u202e");
      expect(requests).toHaveLength(1);
      expect(complaints).toEqual([]);
      // The policy holds: what a hole in the escaping would let in does not run and does not load.
      await evaluate(
        `document.body.insertAdjacentHTML("beforeend", '<img src="https://hostile.example/x" onerror="window.hit = 1">'); const s = document.createElement("script"); s.textContent = "window.hit = 1"; document.body.append(s)`,
      );
      expect(await evaluate("window.hit")).toBeUndefined();
      expect(complaints.join()).toMatch(/Content Security Policy/);
    });
  });

  test("filters by environment and by what happens, and shows everything at first", async () => {
    await open(hostilePlan, async ({ evaluate }) => {
      const visible = (verb: string): Promise<unknown> =>
        evaluate(
          `[...document.querySelectorAll("article")].filter((one) => one.checkVisibility() && one.textContent.includes(${JSON.stringify(verb)})).length`,
        );
      const [rolls, live] = [await visible("because of"), await visible("PersistentVolumeClaim data")];
      expect(Number(rolls)).toBeGreaterThan(0);
      expect(Number(live)).toBeGreaterThan(0);
      expect(
        await evaluate(`[...document.querySelectorAll("article")].every((one) => one.checkVisibility())`),
      ).toBe(true);
      const uncheck = (label: string): Promise<unknown> =>
        evaluate(
          `[...document.querySelectorAll("label")].find((one) => one.textContent.includes(${JSON.stringify(label)})).click()`,
        );
      await uncheck("rolls");
      expect(await visible("because of")).toBe(0);
      expect(await visible("PersistentVolumeClaim data")).toBe(live);
      await uncheck("rolls");
      await uncheck("prod");
      expect(await visible("because of")).toBe(rolls);
      expect(await visible("PersistentVolumeClaim data")).toBe(0);
    });
  });

  test("draws the network before and after, and folds the difference of each object", async () => {
    await open(hostilePlan, async ({ evaluate }) => {
      const lines = (figure: number, kind: string): Promise<unknown> =>
        evaluate(`document.querySelectorAll("figure")[${figure}].querySelectorAll("line.${kind}").length`);
      expect(await evaluate(`document.querySelectorAll("figure").length`)).toBe(2);
      expect(await lines(0, "opened")).toBe(0);
      expect(Number(await lines(0, "closed"))).toBeGreaterThan(0);
      expect(Number(await lines(1, "opened"))).toBeGreaterThan(0);
      expect(await lines(1, "closed")).toBe(0);
      const pre = `[...document.querySelectorAll("details")].find((one) => one.textContent.startsWith("Deployment web")).querySelector("pre")`;
      expect(await evaluate(`${pre}.checkVisibility()`)).toBe(false);
      expect(
        await evaluate(`[...${pre}.querySelectorAll(".added, .removed")].map((one) => one.textContent)`),
      ).toEqual([
        expect.stringMatching(/^- +(?:- )?image: i:1$/),
        expect.stringMatching(/^\+ +(?:- )?image: i:2$/),
      ]);
    });
  });
});

test("a page without changes has neither filters nor sections that are empty", () => {
  const page = toHtml(planOf({}, {}));
  expect(page).toContain("Nothing changes in any cluster");
  expect(page).not.toContain("<section>");
});

const around = (middle: string): string => `${[1, 2, 3, 4, 5, 6].join("\n")}\n${middle}7\n8\n9\n10\n11\n`;
const long = (value: string): string =>
  Array.from({ length: 1500 }, (_, index) => `${value} ${index}`).join("\n");

test("two texts are compared line by line, with what is equal folded", () => {
  expect(
    compareLines(around("a\n"), around("b\nc\n")).map(({ kind, text: line }) => `${kind} ${line}`),
  ).toEqual([
    "skipped 3 equal lines",
    "same 4",
    "same 5",
    "same 6",
    "removed a",
    "added b",
    "added c",
    "same 7",
    "same 8",
    "same 9",
    "skipped 2 equal lines",
  ]);
  expect(compareLines(undefined, "a\n")).toEqual([{ kind: "added", text: "a" }]);
  expect(compareLines("a\n", undefined)).toEqual([{ kind: "removed", text: "a" }]);
  expect(compareLines("a\n", "a\n")).toEqual([{ kind: "skipped", text: "1 equal lines" }]);
  expect(compareLines(long("a"), long("b"))).toHaveLength(3000);
});
