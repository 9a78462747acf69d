import {
  assert,
  array,
  boolean,
  constantFrom,
  double,
  integer,
  oneof,
  property,
  record,
  string,
  dictionary,
  letrec,
  type Arbitrary,
} from "fast-check";
import { describe, expect, test } from "vitest";
import { stringify } from "yaml";
import type { Json, JsonObject } from "../../src/kubernetes/manifest.ts";
import { isList, isObject } from "../../src/plan/json.ts";
import { toHtml } from "../../src/plan/report/html/page.ts";
import { markdownBytes, toMarkdown } from "../../src/plan/report/markdown.ts";
import { toTerminal } from "../../src/plan/report/terminal.ts";
import type { Plan } from "../../src/plan/report/model.ts";
import { application, configMap, project, root } from "./fixtures.ts";
import { pairs } from "./pairs/index.ts";
import { limits } from "../../src/plan/read/limits.ts";
import {
  planObjects as planObjectsWithin,
  planOf as planWithin,
  type PlanOptions,
  type Tree,
} from "./trees.ts";

// A fixed seed in the usual run; a longer one sets its own number of runs, and may go in parts, each with other edits.
const runs = Number(process.env["PLAN_RUNS"] ?? 60);
const part = Number(process.env["PLAN_PART"] ?? 0);
const options = { seed: 20_261_123 + part, numRuns: runs };

// The limit of memory is a plan's; these runs make thousands of them in one process.
const long = { ...limits, memory: Number.POSITIVE_INFINITY };

function planOf(base: Tree, head: Tree, given: PlanOptions = {}): Plan {
  return planWithin(base, head, { ...given, limits: long });
}

function planObjects(base: readonly JsonObject[], head: readonly JsonObject[]): Plan {
  return planObjectsWithin(base, head, { limits: long });
}

const objects: readonly JsonObject[] = [
  ...new Map(pairs.map(({ base }) => [JSON.stringify([base["kind"], base["metadata"]]), base])).values(),
  ...pairs.filter((_, index) => index % 40 === 0).map(({ head }) => head),
  application("a"),
  root(),
  project("a", ["apps/Deployment"]),
  configMap("postgres", { "postgresql.conf": "work_mem = 4MB\n", "redis.conf": "maxmemory 1gb\n" }),
  {
    apiVersion: "cert-manager.io/v1",
    kind: "Certificate",
    metadata: { name: "c" },
    spec: { dnsNames: ["a.example"] },
  },
  {
    apiVersion: "v1",
    kind: "ResourceQuota",
    metadata: { name: "quota", namespace: "shop" },
    spec: { hard: { "requests.cpu": "2", pods: "3", "requests.storage": "1Gi" } },
  },
  {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: "in", namespace: "shop" },
    spec: {
      podSelector: { matchLabels: { app: "web" } },
      policyTypes: ["Ingress", "Egress"],
      ingress: [{ from: [{ podSelector: {} }, { ipBlock: { cidr: "10.0.0.0/8" } }], ports: [{ port: 80 }] }],
    },
  },
  {
    apiVersion: "external-secrets.io/v1",
    kind: "ExternalSecret",
    metadata: { name: "e" },
    spec: { data: [{ secretKey: "a", remoteRef: { key: "b" } }] },
  },
];

const object = constantFrom(...objects);
const words = constantFrom(
  "",
  "a",
  "None",
  "1Gi",
  "100%",
  "25%",
  "latest",
  "`",
  "|",
  "\u202e",
  "@a",
  "<b>",
  "\n",
  "__proto__",
  "constructor",
  "toString",
  "-1",
  "Recreate",
  "OnDelete",
  "true",
);
const scalar = oneof(words, string(), integer(), double({ noNaN: true }), boolean(), constantFrom(null));
const { any } = letrec<{ any: Json }>((tie) => ({
  any: oneof(
    { depthSize: "small" },
    scalar,
    array(tie("any"), { maxLength: 3 }),
    dictionary(oneof(words, string()), tie("any"), { maxKeys: 3 }),
  ),
}));

/** Where an edit strikes and what it puts there. */
const edits: Arbitrary<readonly { at: number; with: Json; how: "set" | "drop" | "copy" }[]> = array(
  record({
    at: integer({ min: 0, max: 10_000 }),
    with: any,
    how: constantFrom("set" as const, "drop" as const, "copy" as const),
  }),
  { minLength: 1, maxLength: 4 },
);

/** Changes one place of a value, counted through from the front. */
function edit(target: Json, place: number, change: { with: Json; how: "set" | "drop" | "copy" }): Json {
  let left = place % Math.max(1, count(target));
  const visit = (value: Json): Json | undefined => {
    if (left-- === 0) return change.how === "drop" ? undefined : change.with;
    if (isList(value)) {
      const items = value.flatMap((item) => visit(item) ?? []);
      return change.how === "copy" && items[0] !== undefined ? [...items, items[0]] : items;
    }
    if (!isObject(value)) return value;
    const entries = Object.entries(value).map(([key, item]) => [key, visit(item)] as const);
    return Object.fromEntries(entries.filter((entry): entry is [string, Json] => entry[1] !== undefined));
  };
  return visit(target) ?? null;
}

function count(value: Json): number {
  if (typeof value !== "object" || value === null) return 1;
  return Object.values(value).reduce<number>((sum, item: Json) => sum + count(item), 1);
}

function edited(
  base: JsonObject,
  changes: readonly { at: number; with: Json; how: "set" | "drop" | "copy" }[],
): Json {
  return changes.reduce<Json>((value, change) => edit(value, change.at, change), base);
}

function files(...values: readonly Json[]): Record<string, string> {
  return Object.fromEntries(
    values.map((value, index) => [`rendered/dev/a/${index}.yaml`, JSON.stringify(value)]),
  );
}

function isBalanced(markdown: string): boolean {
  const lines = markdown.split("\n");
  return lines.filter((line) => /^\s*```/.test(line)).length % 2 === 0 && !/<(?!\/?sub)/.test(markdown);
}

function checkFormats(plan: Plan): void {
  const text = toMarkdown(plan);
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(markdownBytes);
  expect(isBalanced(text)).toBe(true);
  expect(Buffer.byteLength(toMarkdown(plan, 3000))).toBeLessThanOrEqual(3000);
  expect(toTerminal(plan, { color: false, width: 80 })).toContain("Plan: ");
  const page = toHtml(plan);
  for (const element of ["article", "section", "ul", "li", "pre", "svg", "details"]) {
    const [opened, closed] = [new RegExp(`<${element}[ >]`, "g"), new RegExp(`</${element}>`, "g")];
    expect(page.match(opened)?.length).toBe(page.match(closed)?.length);
  }
  expect(page).not.toMatch(/<script|javascript:|<img|<iframe/);
}

describe("any two trees", () => {
  test("that are equal differ in nothing", () => {
    assert(
      property(array(object, { minLength: 1, maxLength: 6 }), edits, (chosen, changes) => {
        const broken = edited(chosen[0] ?? {}, changes);
        const tree = files(...chosen, broken);
        expect(planOf(tree, { ...tree }).verdict).toBe("nothing");
        expect(
          planOf(tree, Object.fromEntries(Object.entries(tree).map(([path, text]) => [path, `${text}\n`])))
            .effects,
        ).toEqual([]);
      }),
      options,
    );
  });

  test("that differ in form, order of keys, comments and files differ in nothing", () => {
    assert(
      property(array(object, { minLength: 1, maxLength: 5 }), boolean(), (chosen, oneFile) => {
        const unique = [
          ...new Map(chosen.map((one) => [JSON.stringify([one["kind"], one["metadata"]]), one])).values(),
        ];
        const written = unique.map(
          (one) =>
            `# a comment\n${stringify(reversed(one), { indent: 4, defaultStringType: "QUOTE_DOUBLE" })}`,
        );
        const head = oneFile
          ? { "rendered/dev/b/all.yaml": written.join("---\n") }
          : Object.fromEntries(written.map((text, index) => [`rendered/dev/b/other-${index}.yaml`, text]));
        expect(planOf(files(...unique), head).effects).toEqual([]);
      }),
      options,
    );
  });

  test("never crash the plan, and every page is within its limits and balanced", () => {
    assert(
      property(object, array(object, { maxLength: 6 }), edits, (base, around, changes) => {
        const head = edited(base, changes);
        const plan = planOf(files(base, ...around), files(head, ...around), { texts: true });
        checkFormats(plan);
        checkFormats(planOf(files(head), files(base)));
      }),
      options,
    );
  });

  test("are told from both directions by the same paths, and what is created one way is deleted the other", () => {
    assert(
      property(constantFrom(...pairs), ({ base, head }) => {
        const [there, back] = [planObjects([base], [head]), planObjects([head], [base])];
        expect(back.effects.length).toBe(there.effects.length);
        expect(
          planObjects([], [base]).effects.map(({ verb }) => verb === "created" || verb === "refused"),
        ).toEqual([true]);
        expect(planObjects([base], []).effects.map(({ verb }) => verb)).toEqual(["deleted"]);
      }),
      options,
    );
  });
});

function reversed(value: Json): Json {
  if (isList(value)) return value.map(reversed);
  return isObject(value)
    ? Object.fromEntries(
        Object.entries(value)
          .toReversed()
          .map(([key, item]) => [key, reversed(item)]),
      )
    : value;
}
