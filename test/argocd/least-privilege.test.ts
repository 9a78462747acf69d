import { expect, test } from "vitest";
import { ClusterRoleBinding } from "kubernetes-models/rbac.authorization.k8s.io/v1/ClusterRoleBinding";
import { Job } from "kubernetes-models/batch/v1/Job";
import { RoleBinding } from "kubernetes-models/rbac.authorization.k8s.io/v1/RoleBinding";
import { argocdFiles } from "../../src/argocd/files.ts";
import type { Model } from "../../src/kubernetes/manifest.ts";
import { exampleEnvironment, exampleTree, sealed } from "./environments.ts";
import { at, generated, listAt, textAt } from "./objects.ts";

const all = generated([exampleEnvironment]);
const project = all.get("argocd/vendor/projects/production.yaml");
const rules = listAt(all.get("argocd/vendor/deployer/production/role.yaml"), "rules");
const clusterRules = listAt(all.get("argocd/vendor/deployer/production/clusterrole.yaml"), "rules");

function group(apiVersion: string): string {
  return apiVersion.includes("/") ? apiVersion.replace(/\/.*/, "") : "";
}

test("a project's namespaced kinds are those of the tree, no more and no fewer", () => {
  const kinds = new Set(
    exampleTree
      .filter(({ namespace }) => namespace)
      .map(({ apiVersion, kind }) => `${group(apiVersion)}/${kind}`),
  );
  const allowed = listAt(project, "spec", "namespaceResourceWhitelist").map(
    (item) => `${textAt(item, "group")}/${textAt(item, "kind")}`,
  );
  expect(allowed.toSorted()).toEqual([...kinds].toSorted());
});

test("a project's cluster-scoped objects are those of the tree, by name", () => {
  expect(at(project, "spec", "clusterResourceWhitelist")).toEqual([
    { group: "", kind: "Namespace", name: "apg" },
    { group: "storage.k8s.io", kind: "StorageClass", name: "fast" },
  ]);
});

test("kinds of hooks get update, with which Argo CD takes its finalizer off them, and no other kind does", () => {
  const hook = sealed(
    new Job({
      metadata: { name: "smoke-test", annotations: { "argocd.argoproj.io/hook": "PostSync" } },
      spec: { template: { spec: { restartPolicy: "Never", containers: [{ name: "curl", image: "curl" }] } } },
    }),
  );
  const files = generated([{ ...exampleEnvironment, manifests: [...exampleTree, hook] }]);
  const updated = listAt(files.get("argocd/vendor/deployer/production/role.yaml"), "rules").filter((rule) =>
    listAt(rule, "verbs").includes("update"),
  );
  expect(updated.map((rule) => at(rule, "resources"))).toEqual([["jobs"]]);
});

test("the deployer may do to each kind of the tree what a sync does, and to no other", () => {
  const verbs = ["create", "delete", "get", "patch"];
  expect(rules).toEqual([
    { apiGroups: ["apps"], resources: ["deployments"], verbs },
    // The only StatefulSet is kept, so nobody but a person deletes one.
    { apiGroups: ["apps"], resources: ["statefulsets"], verbs: ["create", "get", "patch"] },
    { apiGroups: ["cert-manager.io"], resources: ["certificates"], verbs },
    { apiGroups: ["networking.k8s.io"], resources: ["networkpolicies"], verbs },
    { apiGroups: ["rbac.authorization.k8s.io"], resources: ["roles"], verbs },
    { apiGroups: ["rbac.authorization.k8s.io"], resources: ["rolebindings"], verbs },
    // What the tree's own Role grants: the API server's escalation check.
    { apiGroups: [""], resources: ["pods"], verbs: ["get", "list"] },
  ]);
});

test("in the cluster the deployer may touch named objects alone, and make no namespace", () => {
  expect(clusterRules).toEqual([
    { apiGroups: [""], resources: ["namespaces"], resourceNames: ["apg"], verbs: ["get", "patch"] },
    {
      apiGroups: ["storage.k8s.io"],
      resources: ["storageclasses"],
      resourceNames: ["fast"],
      verbs: ["create", "delete", "get", "patch"],
    },
  ]);
});

test("no deployer holds a wildcard, or a verb that steps around the escalation check", () => {
  expect(JSON.stringify([...rules, ...clusterRules])).not.toMatch(/"(\*|escalate|bind|impersonate)"/);
});

test("the deployer's project permits exactly the objects of the deployer", () => {
  const bootstrap = all.get("argocd/vendor/projects/production-bootstrap.yaml");
  const folder = "argocd/vendor/deployer/production/";
  const made = [...all].filter(([path]) => path.startsWith(folder)).map(([, body]) => body);
  const allowed = [
    ...listAt(bootstrap, "spec", "namespaceResourceWhitelist"),
    ...listAt(bootstrap, "spec", "clusterResourceWhitelist"),
  ].map((item) => textAt(item, "kind"));
  expect([...made.map((body) => textAt(body, "kind")), "Namespace"].toSorted()).toEqual(allowed.toSorted());
  const names = listAt(bootstrap, "spec", "clusterResourceWhitelist").map((item) => at(item, "name"));
  expect(names).toEqual([
    "apg",
    "apg-cash-management-production-deployer",
    "apg-cash-management-production-deployer",
  ]);
});

function renderWith(model: Model): unknown {
  return argocdFiles([{ ...exampleEnvironment, manifests: [...exampleTree, sealed(model)] }]);
}

test("what the deployer's rights cannot be derived from is refused", () => {
  const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "admin" };
  expect(() => renderWith(new RoleBinding({ metadata: { name: "x" }, roleRef }))).toThrow(
    "RoleBinding/x binds ClusterRole/admin, whose rules are not in the tree",
  );
  expect(() => renderWith(new ClusterRoleBinding({ metadata: { name: "x" }, roleRef }))).toThrow(
    "ClusterRoleBinding/x: the deployer's rights are derived for Roles alone",
  );
});
