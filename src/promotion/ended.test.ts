import { expect, test } from "vitest";
import { formatProblem } from "../errors.ts";
import { parseFile } from "../values/parse-file.ts";
import { releaseSchema } from "../values/release.ts";
import { endedPolicies } from "./ended.ts";
import { freezeSchema } from "./freeze.ts";
import { freezeFile, policyFile } from "./load.ts";
import { policySchema } from "./policy.ts";

const digest = `sha256:${"0123456789abcdef".repeat(4)}`;
const policy = parseFile(
  policySchema,
  policyFile,
  Buffer.from(`release: staging
environments:
  staging:
    deletionBudget: { objects: 9, dataBearing: 0, reason: the old edge goes, owner: ops, end: "2026-12-30" }
exceptions:
  - kind: one-way-migration
    environment: staging
    digest: ${digest}
    reason: restored from backup
    owner: ops
    end: "2026-12-30"
`),
);
const freeze = parseFile(
  freezeSchema,
  freezeFile,
  Buffer.from(`freezes:
  - name: year-end
    environments: [staging]
    timeZone: Africa/Nairobi
    reason: the banks close
    owner: ops
    start: "2026-12-20T00:00"
    end: "2026-12-31T03:00"
`),
);
const placed = parseFile(
  releaseSchema,
  "environments/staging/release.yaml",
  Buffer.from(`version: 1.0.0
digest: ${digest}
migration: none
hold: { reason: payments were lost, owner: ops, end: "2026-12-30" }
`),
);

function endedAt(time: string): string[] {
  if (!policy.value || !freeze.value || !placed.value) throw new Error("the examples do not parse");
  const policies = {
    policy: policy.value,
    freezes: freeze.value.freezes,
    locatePolicy: policy.locate,
    locateFreeze: freeze.locate,
  };
  const releases = [{ environment: "staging", release: placed.value, locate: placed.locate }];
  return endedPolicies(policies, releases, Date.parse(time)).map(formatProblem);
}

test("on its last day everything still holds", () => {
  expect(endedAt("2026-12-30T23:59:59Z")).toStrictEqual([]);
});

test("after its last day each is told with its place and what to do", () => {
  // 2026-12-31T00:00Z is 03:00 in Nairobi.
  expect(endedAt("2026-12-31T00:00:00Z")).toStrictEqual([
    "environments/staging/release.yaml:4:54: hold.end: the hold was expected until 2026-12-30; lift it (npm run unhold -- staging), or agree on a later end",
    "environments/promotion.yaml:11:10: exceptions[0].end: the exception for one-way-migration in staging ended on 2026-12-30; remove it",
    'environments/promotion.yaml:4:95: environments["staging"].deletionBudget.end: the deletion budget ended on 2026-12-30; remove it, or agree on a later end',
    "environments/freeze.yaml:8:10: freezes[0].end: the freeze year-end ended at 2026-12-31T03:00; remove it, its sync window comes back every year",
  ]);
});
