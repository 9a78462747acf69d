import { expect, test } from "vitest";
import { manifestOf } from "../../test/trees.ts";
import type { Rule } from "./rule.ts";
import { endedExceptions, type Exception, formatReport, runRules } from "./run.ts";

const manifest = manifestOf({ apiVersion: "v1", kind: "Service", metadata: { name: "shop" } });
const rule: Rule = {
  id: "no-services",
  reason: "a Service is too much",
  source: "a manual",
  values: ["service.port", "service.unset"],
  *check(manifests) {
    for (const found of manifests) yield { manifest: found, path: "spec", message: "is there; remove it" };
  },
};
const exception: Exception = {
  rule: "no-services",
  object: "Service/shop",
  reason: "agreed with its owner",
  end: "2026-12-31",
};
const subject = {
  environment: "production",
  manifests: [manifest],
  exceptions: [],
  locate: (key: string) =>
    key === "service.unset" ? undefined : { file: "base/values.yaml", line: 7, column: 9 },
};

test("a finding says where, what, why, and which values decide it", () => {
  expect(runRules([rule], subject).map(formatReport)).toStrictEqual([
    [
      "production: Service/shop: spec: is there; remove it",
      "  no-services: a Service is too much (a manual)",
      "  decided by service.port (base/values.yaml:7:9), service.unset (not set)",
    ].join("\n"),
  ]);
});

test("a finding may name fewer values than its rule", () => {
  const narrow: Rule = { ...rule, check: () => [{ manifest, path: "spec", message: "no", values: [] }] };
  expect(runRules([narrow], subject).map(({ values }) => values)).toStrictEqual([[]]);
});

test("an exception takes away the findings of its rule on its object, and no other", () => {
  const other = manifestOf({ apiVersion: "v1", kind: "Service", metadata: { name: "other" } });
  const reports = runRules([rule], {
    ...subject,
    manifests: [manifest, other],
    exceptions: [exception],
  });
  expect(reports.map(({ object }) => object)).toStrictEqual(["Service/other"]);
});

test.for([
  [{ object: "Service/gone" }, "matches no finding of the rule no-services on Service/gone; remove it"],
  [
    { rule: "no-servces" },
    "matches no finding of the rule no-servces on Service/shop; the rules are no-services",
  ],
] as const)("an exception that matches nothing is a finding: %j", ([change, message]) => {
  const reports = runRules([rule], { ...subject, exceptions: [{ ...exception, ...change }] });
  expect(reports.at(-1)).toMatchObject({
    rule: "exceptions",
    path: "exceptions[0]",
    message,
    severity: "error",
  });
});

test("an exception holds on its last day, and is a finding on the day after", () => {
  const excepted = { ...subject, exceptions: [exception] };
  expect(endedExceptions(excepted, "2026-12-31")).toStrictEqual([]);
  expect(endedExceptions(excepted, "2027-01-01").map(({ path }) => path)).toStrictEqual([
    "exceptions[0].end",
  ]);
});
