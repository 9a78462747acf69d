import { drop, remove, set } from "../../test/mutants/edits.ts";
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

testRule(leastPrivilege, [
  {
    what: "a verb more than the table's",
    edits: [set(role, "rules[1].verbs[3]", "patch")],
    says: "rules: lets apg-cash-management patch deployments.apps, patch replicasets.apps, which nothing here asks for; get pods,",
  },
  {
    what: "a kind more than the table's",
    edits: [set(role, "rules[0].resources[4]", "persistentvolumeclaims")],
    says: "rules: lets apg-cash-management get persistentvolumeclaims, list persistentvolumeclaims,",
  },
  {
    what: "a right of pods without a token",
    edits: [remove("Deployment/apg-cash-management", "spec.template.spec.volumes[kubernetes-api]")],
    says: "watch replicasets.apps, get pods.metrics.k8s.io, list pods.metrics.k8s.io, which nothing here asks for; none fits",
  },
  {
    what: "a verb less than the table's",
    edits: [remove(role, "rules[0].verbs[2]")],
    says: "metadata.name: may not watch pods, watch services, watch endpoints, watch configmaps, which its pods",
  },
  {
    what: "a kind less than the table's",
    edits: [remove(role, "rules[2]")],
    says: "metadata.name: may not get pods.metrics.k8s.io, list pods.metrics.k8s.io, which its pods",
  },
  {
    what: "a token without a Role",
    edits: [drop(binding), drop(role)],
    says: "metadata.name: may not get pods, list pods, watch pods,",
  },
  {
    what: "an account of that name in another namespace",
    edits: [set(binding, "subjects[0].namespace", "elsewhere")],
    says: "lets elsewhere/apg-cash-management get pods,",
  },
  {
    what: "a store that may not read the Secret that it is asked for",
    environment: "development",
    edits: [set(store, "rules[0].resourceNames", ["another"])],
    says: "metadata.name: may not get secrets/apg-cash-management-generated, which its pods or its store ask for",
  },
  {
    what: "a store that may read another Secret",
    environment: "development",
    edits: [set(store, "rules[0].resourceNames[1]", "another")],
    says: "lets external-secrets-store get secrets/another, which nothing here asks for; get secrets/apg-cash-management-generated fits",
  },
  {
    what: "two applications under one account with rights",
    edits: [set("Deployment/pgbouncer", "spec.template.spec.serviceAccountName", "apg-cash-management")],
    says: "is apg-cash-management, the account of apg-cash-management, with its rights (apg-cash-management-role)",
  },
]);
