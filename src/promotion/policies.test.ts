import { expect, test } from "vitest";
import { formatProblem } from "../errors.ts";
import { parseFile } from "../values/parse-file.ts";
import { releaseSchema } from "../values/release.ts";
import { freezeSchema } from "./freeze.ts";
import { policySchema } from "./policy.ts";

const good = `release: staging
environments:
  staging: { soak: 24h }
  production: { after: staging, soak: 72h }
exceptions: []
`;
const entry = "environments: [production], timeZone: Africa/Nairobi, reason: the year ends here, owner: ops";
const yearly = (schedule: string): string =>
  `freezes:\n  - { name: a, ${entry}, duration: 24h, schedule: "${schedule}" }\n`;
const dated = (start: string, end: string): string =>
  `freezes:\n  - { name: a, ${entry}, start: "${start}", end: "${end}" }\n`;
const release = `version: 1.4.0\ndigest: sha256:${"0123456789abcdef".repeat(4)}\nmigration: none\n`;

const messages = (schema: "policy" | "freeze" | "release", text: string): readonly string[] => {
  const schemas = { policy: policySchema, freeze: freezeSchema, release: releaseSchema };
  return parseFile<unknown>(schemas[schema], "file.yaml", Buffer.from(text)).problems.map(formatProblem);
};

test.for([
  ["policy", good],
  ["freeze", "freezes: []\n"],
  ["freeze", yearly("0 18 20 12 *")],
  ["freeze", dated("2026-12-20T18:00", "2027-01-05T08:00")],
  ["release", release],
  [
    "release",
    `${release}source: ${"0123456789abcdef".repeat(4).slice(0, 40)}
origin: rollback
hold: { reason: payments were lost, owner: "@datacraft/on-call", end: "2026-12-31" }
hotfix: { reason: payments are lost, owner: "@datacraft/on-call" }
`,
  ],
] as const)("%s: what is right is accepted (%#)", ([schema, text]) => {
  expect(messages(schema, text)).toStrictEqual([]);
});

test.for([
  [
    "policy",
    good.replace("after: staging", "after: stagin"),
    '4:24: environments.production.after: "stagin" is not among the environments',
  ],
  [
    "policy",
    good.replace("{ soak: 24h }", "{ after: production }"),
    "3:21: environments.staging.after: its releases would come from itself",
  ],
  [
    "policy",
    good.replace("release: staging", "release: production"),
    '1:10: release: "production" gets its releases from another environment',
  ],
  [
    "policy",
    good.replace("24h", "1d"),
    '3:20: environments.staging.soak: is "1d"; expected hours such as 48h',
  ],
  [
    "policy",
    good.replace("soak: 24h", "soack: 24h"),
    '3:14: environments.staging.soack: is no known key; did you mean "soak"?',
  ],
  [
    "policy",
    good.replace("exceptions: []", "exceptions: [{ kind: one-way-migration }]"),
    "5:14: exceptions[0].end: is missing; expected text",
  ],
  [
    "freeze",
    yearly("0 18 20 12 1"),
    'is "0 18 20 12 1"; expected a minute, an hour, a day and a month of every year, such as "0 18 20 12 *"',
  ],
  ["freeze", yearly("0 18 31 11 *"), "expected a minute, an hour, a day and a month of every year"],
  ["freeze", yearly("0 0 29 2 *"), "expected a minute, an hour, a day and a month of every year"],
  [
    "freeze",
    yearly("0 1 1 1 *").replace("24h", "1h30m"),
    'is "1h30m"; expected hours such as 384h, at most 9999h',
  ],
  [
    "freeze",
    yearly("0 1 1 1 *").replace("Africa/Nairobi", "Africa/NAIROBI"),
    'is "Africa/NAIROBI"; expected a time zone such as Africa/Nairobi',
  ],
  [
    "freeze",
    yearly("0 1 1 1 *").replace("Africa/Nairobi", "Africa/Nowhere"),
    "expected a time zone such as Africa/Nairobi",
  ],
  [
    "freeze",
    dated("2026-12-20T18:00", "2026-12-20T18:00"),
    "it must be after the start (2026-12-20T18:00), by a year at most",
  ],
  [
    "freeze",
    dated("2026-02-30T18:00", "2026-12-20T18:00"),
    'is "2026-02-30T18:00"; expected a time such as 2026-12-20T18:00',
  ],
  [
    "freeze",
    `${yearly("0 1 1 1 *")}${yearly("0 1 1 1 *").replace("freezes:\n", "")}`,
    "3:13: freezes[1].name",
  ],
  [
    "release",
    `${release}hold: { reason: payments were lost, owner: ops }\n`,
    "4:1: hold.end: is missing; expected text",
  ],
  [
    "release",
    `${release}hotfix: { reason: soon, owner: ops }\n`,
    "4:19: hotfix.reason: is text of 4 characters; expected at least 10 characters",
  ],
  ["release", `${release}source: "1234567"\n`, "expected the full id of a commit"],
  ["release", `${release}origin: staging\n`, 'is "staging"; expected one of release, promotion, rollback'],
] as const)("%s: a mistake says where it stands and what is right (%#)", ([schema, text, message]) => {
  expect(messages(schema, text).join("\n")).toContain(message);
});
