import { ClusterRole } from "kubernetes-models/rbac.authorization.k8s.io/v1/ClusterRole";
import { ClusterRoleBinding } from "kubernetes-models/rbac.authorization.k8s.io/v1/ClusterRoleBinding";
import type { IPolicyRule } from "kubernetes-models/rbac.authorization.k8s.io/v1/PolicyRule";
import { Role } from "kubernetes-models/rbac.authorization.k8s.io/v1/Role";
import { RoleBinding } from "kubernetes-models/rbac.authorization.k8s.io/v1/RoleBinding";
import { ServiceAccount } from "kubernetes-models/v1/ServiceAccount";
import { asArray, asObject, type Json, type Manifest, type Model } from "../kubernetes/manifest.ts";
import { clusterObjects, groupOf, isHook, isPruned, namespacedKinds } from "./kinds.ts";
import { applicationName, deployerName } from "./names.ts";
import { resourceName } from "./resource-name.ts";

/** The account that an environment's tree is synced with. */
export interface Deployer {
  readonly environment: string;
  readonly namespace: string;
  readonly manifests: readonly Manifest[];
}

const rbac = "rbac.authorization.k8s.io";

/**
 * Returns the ServiceAccount that Argo CD impersonates to sync an environment, with exactly the rights that its tree
 * needs. It lies outside that tree: an account cannot create the Role that allows it.
 */
export function deployer(spec: Deployer): Model[] {
  const { environment, namespace, manifests } = spec;
  const metadata = { name: deployerName, namespace };
  const clusterName = `${applicationName(environment)}-deployer`;
  const subjects = [{ kind: "ServiceAccount", name: deployerName, namespace }];
  const clusterRules = rulesOfClusterObjects(manifests);
  const inCluster =
    clusterRules.length === 0
      ? []
      : [
          new ClusterRole({ metadata: { name: clusterName }, rules: clusterRules }),
          new ClusterRoleBinding({
            metadata: { name: clusterName },
            roleRef: { apiGroup: rbac, kind: "ClusterRole", name: clusterName },
            subjects,
          }),
        ];
  return [
    new ServiceAccount({ metadata, automountServiceAccountToken: false }),
    new Role({ metadata, rules: [...rulesOfKinds(manifests), ...grantedRules(manifests)] }),
    new RoleBinding({ metadata, roleRef: { apiGroup: rbac, kind: "Role", name: deployerName }, subjects }),
    ...inCluster,
  ];
}

/**
 * Server-side apply is a patch, which the API server also checks as `create` when the object is new; pruning and the
 * replacing of hooks delete. A kind whose objects are all kept gets no `delete`. Argo CD takes its finalizer
 * (argocd.argoproj.io/hook-finalizer) off a finished hook by an update, so kinds of hooks get `update`.
 */
function rulesOfKinds(manifests: readonly Manifest[]): IPolicyRule[] {
  return namespacedKinds(manifests).map(({ group, kind }) => {
    const objects = manifests.filter((one) => one.kind === kind && groupOf(one.apiVersion) === group);
    const isDeletable = objects.some(({ body }) => isPruned(body));
    const hasHook = objects.some(({ body }) => isHook(body));
    return {
      apiGroups: [group],
      resources: [resourceName(kind)],
      verbs: ["create", ...(isDeletable ? ["delete"] : []), "get", "patch", ...(hasHook ? ["update"] : [])],
    };
  });
}

/** The bootstrap Application makes the namespace, so the deployer may change that one but never make another. */
function rulesOfClusterObjects(manifests: readonly Manifest[]): IPolicyRule[] {
  return clusterObjects(manifests).map(({ group, kind, name }) => {
    const object = manifests.find((one) => one.kind === kind && one.name === name);
    const isDeletable = object !== undefined && isPruned(object.body);
    return {
      apiGroups: [group],
      resources: [resourceName(kind)],
      resourceNames: [name],
      verbs:
        kind === "Namespace"
          ? ["get", "patch"]
          : ["create", ...(isDeletable ? ["delete"] : []), "get", "patch"],
    };
  });
}

/**
 * Kubernetes' privilege escalation check: who writes a Role, or binds it, must hold every rule of it. Throws an Error
 * for what this cannot derive: cluster-wide roles, and bindings of roles that are not in the tree.
 */
function grantedRules(manifests: readonly Manifest[]): IPolicyRule[] {
  const roles = new Set(manifests.filter(({ kind }) => kind === "Role").map(({ name }) => name));
  return manifests.flatMap(({ kind, name, body }) => {
    if (kind === "ClusterRole" || kind === "ClusterRoleBinding")
      throw new Error(`${kind}/${name}: the deployer's rights are derived for Roles alone`);
    if (kind === "RoleBinding") {
      const { kind: bound, name: role } = asObject(body["roleRef"]);
      if (bound !== "Role" || typeof role !== "string" || !roles.has(role))
        throw new Error(
          `RoleBinding/${name} binds ${text(bound)}/${text(role)}, whose rules are not in the tree`,
        );
    }
    return kind === "Role" ? asArray(body["rules"]).map(toRule) : [];
  });
}

function toRule(value: Json): IPolicyRule {
  const rule = asObject(value);
  const names = texts(rule["resourceNames"]);
  return {
    apiGroups: texts(rule["apiGroups"]),
    resources: texts(rule["resources"]),
    ...(names.length === 0 ? {} : { resourceNames: names }),
    verbs: texts(rule["verbs"]),
  };
}

function texts(value: Json | undefined): string[] {
  return asArray(value).filter((item) => typeof item === "string");
}

function text(value: Json | undefined): string {
  return typeof value === "string" ? value : "(nothing)";
}
