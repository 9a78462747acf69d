import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../src/kubernetes/manifest.ts";
import { toHtml } from "../../src/plan/report/html/page.ts";
import { toJson } from "../../src/plan/report/json.ts";
import { toMarkdown } from "../../src/plan/report/markdown.ts";
import { toTerminal } from "../../src/plan/report/terminal.ts";
import type { Plan } from "../../src/plan/report/model.ts";
import { application, configMap, deployment } from "./fixtures.ts";
import { applyPatch } from "./pairs/pair.ts";
import { planObjects, planOf } from "./trees.ts";

const secret = (data: JsonObject, patch: JsonObject = {}): JsonObject =>
  applyPatch(
    { apiVersion: "v1", kind: "Secret", metadata: { name: "s", namespace: "shop" }, stringData: data },
    patch,
  );

function everyFormat(plan: Plan): string {
  const pages = [toJson(plan), toMarkdown(plan), toHtml(plan), toTerminal(plan, { color: true, width: 80 })];
  return pages.join("\n");
}

const planted = (side: string): string => `Planted-${side}-7f3Kq9`;
const base64 = (text: string): string => Buffer.from(text).toString("base64");
const percent = (text: string): string =>
  [...Buffer.from(text)].map((byte) => `%${byte.toString(16).toUpperCase()}`).join("");

// Each place holds the planted text of a side in its own way.
const places: Readonly<Record<string, (text: string) => readonly JsonObject[]>> = {
  "data of a Secret": (text) => [secret({ key: text })],
  "base64 data of a Secret": (text) => [secret({}, { stringData: null, data: { key: base64(text) } })],
  "a Secret in a List": (text) => [{ apiVersion: "v1", kind: "List", items: [secret({ key: text })] }],
  "a field that a Secret does not have": (text) => [secret({}, { extra: { key: text } })],
  "the last applied text of a Secret": (text) => [
    secret(
      {},
      {
        metadata: {
          annotations: {
            "kubectl.kubernetes.io/last-applied-configuration": JSON.stringify(secret({ key: text })),
          },
        },
      },
    ),
  ],
  "the last applied text of anything": (text) => [
    configMap(
      "a",
      { n: text.length === 16 ? "1" : "2" },
      { metadata: { annotations: { "kubectl.kubernetes.io/last-applied-configuration": text } } },
    ),
  ],
  "an environment variable": (text) => [inContainer({ env: [{ name: "DB_PASSWORD", value: text }] })],
  "an argument with =": (text) => [inContainer({ args: [`--api-token=${text}`] })],
  "an argument after its flag": (text) => [inContainer({ args: ["--password", text] })],
  "a shell command": (text) => [
    inContainer({ command: ["sh", "-c", `PGPASSWORD=${text} psql && curl -u admin:${text} x`] }),
  ],
  "a URL": (text) => [configMap("a", { url: `postgres://user:${text}@db:5432/x` })],
  "a URL, percent-encoded": (text) => [configMap("a", { url: `postgres://user:${percent(text)}@db:5432/x` })],
  "a whole URL, percent-encoded": (text) => [
    configMap("a", { next: `/login?to=${encodeURIComponent(`https://u:${text}@host/`)}` }),
  ],
  "a whole URL as base64": (text) => [configMap("a", { blob: base64(`postgres://user:${text}@db:5432/x`) })],
  "an assignment as base64": (text) => [configMap("a", { blob: base64(`password=${text}\n`) })],
  "the same text elsewhere": (text) => [
    configMap("a", {
      password: text,
      hint: `it is ${text}.`,
      coded: base64(text),
      escaped: percent(text),
      hex: Buffer.from(text).toString("hex"),
    }),
  ],
  "an annotation": (text) => [
    configMap("a", {}, { metadata: { annotations: { "example.com/api-key": text } } }),
  ],
  "a properties file": (text) => [configMap("a", { "app.properties": `user=a\ndb.password = ${text}\n` })],
  "a YAML file": (text) => [configMap("a", { "app.yaml": `db:\n  password: "${text}"\n` })],
  "a JSON file": (text) => [configMap("a", { "app.json": JSON.stringify({ clientSecret: text }) })],
  "redis.conf": (text) => [
    configMap("a", { "redis.conf": `requirepass ${text}\nuser app on >${text} ~*\n` }),
  ],
  "a private key": (text) => [
    configMap("a", { pem: `-----BEGIN RSA PRIVATE KEY-----\n${text}\n-----END RSA PRIVATE KEY-----\n` }),
  ],
  "a custom resource": (text) => [
    {
      apiVersion: "example.com/v1",
      kind: "X",
      metadata: { name: "x" },
      spec: { auth: { password: text, tokens: [{ name: "api-token", value: text }] } },
    },
  ],
  "parameters of a chart": (text) => [
    application("a", {
      spec: { source: { helm: { parameters: [{ name: "adminPassword", value: text }] } } },
    }),
  ],
};

function inContainer(change: JsonObject): JsonObject {
  return deployment({
    spec: { template: { spec: { containers: [{ name: "web", image: "a:1", ...change }] } } },
  });
}

describe("a secret", () => {
  test.each(Object.entries(places))("in %s is in no format, whether it changes, comes or goes", (_, at) => {
    const [before, after] = [planted("base"), planted("head")];
    const needles = [before, after].flatMap((text) => [
      text,
      base64(text).replace(/=+$/, ""),
      percent(text),
      Buffer.from(text).toString("hex"),
    ]);
    for (const [base, head] of [
      [at(before), at(after)],
      [[], at(after)],
      [at(before), []],
    ] as const) {
      const text = everyFormat(planObjects(base, head, { texts: true }));
      expect(text.length).toBeGreaterThan(500);
      expect(needles.filter((needle) => text.includes(needle))).toEqual([]);
    }
  });

  test("in a file that cannot be read is in no format", () => {
    const plan = planOf({}, { "rendered/dev/a/bad.yaml": `password: ${planted("head")}\n  x: [` });
    expect(plan.verdict).toBe("refused");
    expect(everyFormat(plan)).not.toContain(planted("head"));
  });
});

test("a Secret tells which keys came, went and changed, and nothing about their values", () => {
  const plan = planObjects([secret({ a: "1", b: "1", c: "1" })], [secret({ a: "1", b: "22", d: "1" })]);
  expect(plan.secrets).toMatchObject([{ added: ["d"], removed: ["c"], changed: ["b"] }]);
  const [effect] = plan.effects;
  expect(effect?.changes.map(({ before, after }) => [before, after])).toEqual([
    ["(withheld)", undefined],
    [undefined, "(withheld)"],
    ["(withheld)", "(withheld)"],
  ]);
});

test("stringData and the same bytes as data are no change", () => {
  const asData = secret({}, { stringData: null, data: { a: base64("one") } });
  expect(planObjects([secret({ a: "one" })], [asData]).verdict).toBe("nothing");
});

test("what is no secret stays readable", () => {
  const harmless = {
    image: `registry.example/app@sha256:${"0a1b2c3d".repeat(8)}`,
    PASSWORD_FILE: "/run/secrets/password",
    "postgresql.conf": "password_encryption = scram-sha-256\nssl = on\n",
    expression: 'sum(rate(http_requests_total{namespace="shop",code=~"5.."}[5m])) > 0.5',
    uid: "7d444840-9dc0-11d1-b245-5ffdce74fad2",
    url: "https://grafana.example/d/abc?orgId=1",
  };
  const plan = planObjects([configMap("a", {})], [configMap("a", harmless)]);
  const after = Object.fromEntries(plan.configuration.map((line) => [line.key, line.after]));
  expect(after).toEqual(harmless);
  const reference = inContainer({
    env: [{ name: "DB_PASSWORD", valueFrom: { secretKeyRef: { name: "database", key: "password" } } }],
    args: ["--password=$(DB_PASSWORD)"],
  });
  expect(JSON.stringify(planObjects([inContainer({})], [reference]).effects)).toContain("$(DB_PASSWORD)");
});

const keyed = (value: string): JsonObject => secret({}, { stringData: null, data: { constructor: value } });

test("a key of a Secret may have the name of what every JavaScript object has", () => {
  expect(planObjects([keyed("b25l")], [keyed("dHdv")]).secrets[0]?.changed).toEqual(["constructor"]);
});
