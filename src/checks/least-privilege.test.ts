import { testRule } from "../../test/rule-cases.ts";
import { expect, test } from "vitest";
import type { Json } from "../kubernetes/manifest.ts";
import { guideFixture } from "../../test/guide.ts";
import { changed, manifestOf, tree } from "../../test/trees.ts";
import { leastPrivilege } from "./least-privilege.ts";

const role = "Role/apg-cash-management-role";
const binding = "RoleBinding/apg-cash-management-binding";
const store = "Role/external-secrets-store";

test("a role that reads named kinds passes, and the development store's, which gets one Secret by name", () => {
  expect([...leastPrivilege.check(tree())]).toStrictEqual([]);
  expect([...leastPrivilege.check(tree("development"))]).toStrictEqual([]);
});

test.for<readonly [string, Json, string]>([
  ["rules[0].verbs", ["*"], "rules[0].verbs"],
  ["rules[0].apiGroups", ["*"], "rules[0].apiGroups"],
  ["rules[0].resources", ["*"], "rules[0].resources"],
  ["rules[0].resources", ["secrets"], "rules[0].resources"],
  ["rules[0].resources", ["pods/exec"], "rules[0].resources"],
  ["rules[0].verbs", ["get", "escalate"], "rules[0].verbs"],
  ["rules[0].verbs", ["bind"], "rules[0].verbs"],
  ["rules[0].verbs", ["impersonate"], "rules[0].verbs"],
])("a role whose %s is %j is reported", ([path, value, place]) => {
  const found = [...leastPrivilege.check(changed(tree(), role, path, value))];
  expect(found.map((finding) => finding.path)).toStrictEqual([place]);
});

test.for<readonly [string, Json | undefined]>([
  ["rules[0].resourceNames", undefined],
  ["rules[0].verbs", ["get", "list"]],
])("the store's role with another %s is reported", ([path, value]) => {
  expect([...leastPrivilege.check(changed(tree("development"), store, path, value))]).toHaveLength(1);
});

test("a binding to a role of the cluster, or of a group, is reported", () => {
  const cluster = changed(tree(), binding, "roleRef", { kind: "ClusterRole", name: "view" });
  const group = changed(tree(), binding, "subjects[0]", { kind: "Group", name: "everyone" });
  expect([...leastPrivilege.check(cluster)].map(({ path }) => path)).toStrictEqual(["roleRef"]);
  expect([...leastPrivilege.check(group)].map(({ path }) => path)).toStrictEqual(["subjects[0]"]);
});

test("the guide's role lets every pod read every Secret, and is reported (K15)", () => {
  const found = [...leastPrivilege.check([manifestOf(guideFixture("K15-role"))])];
  expect(found.map(({ message }) => message).join()).toContain("reads Secrets");
});

testRule(leastPrivilege);
