import { compareText } from "../../kubernetes/text.ts";
import { at, listAt, mapAt, textAt, textsAt, type Json } from "../json.ts";
import type { PlanObject } from "../read/objects.ts";
import type { PermissionChange } from "../report/model.ts";
import { shortName, templateOf, type ObjectSet } from "./neighbours.ts";

const wholeCluster = "the whole cluster";
const group = "rbac.authorization.k8s.io";

// What lets an account raise its own rights, read credentials or run commands in pods (Kubernetes documentation,
// "Role Based Access Control Good Practices").
const sensitiveVerbs = new Set(["*", "escalate", "bind", "impersonate"]);
const sensitiveResources = new Set([
  "*",
  "secrets",
  "pods/exec",
  "pods/attach",
  "pods/portforward",
  "nodes/proxy",
  "serviceaccounts/token",
  "roles",
  "rolebindings",
  "clusterroles",
  "clusterrolebindings",
]);

interface Grant {
  readonly account: string;
  readonly scope: string;
  readonly verb: string;
  readonly resource: string;
  readonly by: string;
}

/**
 * Returns the permissions that accounts gain or lose between two sets, from the Roles and bindings in the tree alone. A
 * binding to a role that the tree does not hold (cluster-admin, view) counts as a grant of that role by name.
 */
export function permissionChanges(
  environment: string,
  base: ObjectSet,
  head: ObjectSet,
): readonly PermissionChange[] {
  const [old, next] = [grants(base), grants(head)];
  const line = (grant: Grant, change: "gained" | "lost", set: ObjectSet): PermissionChange => ({
    environments: [environment],
    change,
    ...grant,
    pods: podsOf(grant.account, set),
    sensitive: sensitiveVerbs.has(grant.verb) || isSensitive(grant.resource),
  });
  const [oldAll, nextAll] = [[...old.values()], [...next.values()]];
  const gained = nextAll
    .filter((grant) => !isHeld(grant, oldAll))
    .map((grant) => line(grant, "gained", head));
  const lost = oldAll.filter((grant) => !isHeld(grant, nextAll)).map((grant) => line(grant, "lost", base));
  return [...gained, ...lost];
}

// A right that a wider grant already holds is neither gained nor lost.
function isHeld(grant: Grant, by: readonly Grant[]): boolean {
  const [apiGroup = ""] = grant.resource.split(" ");
  const wider = new Set([
    grant.resource,
    grant.resource.replace(/ \(only .*\)$/, ""),
    `${apiGroup} *`,
    "* *",
  ]);
  return by.some(
    (other) =>
      other.account === grant.account &&
      (other.scope === grant.scope || other.scope === wholeCluster) &&
      (other.verb === grant.verb || other.verb === "*") &&
      wider.has(other.resource),
  );
}

function isSensitive(resource: string): boolean {
  const name = resource.replace(/ \(only .*\)$/, "").replace(/^[^ ]* /, "");
  return sensitiveResources.has(name) || name.endsWith("/*") || name.startsWith("the role ");
}

function grants(set: ObjectSet): ReadonlyMap<string, Grant> {
  const found = new Map<string, Grant>();
  for (const binding of set.values()) {
    if (binding.group !== group || !binding.kind.endsWith("RoleBinding")) continue;
    const scope = binding.kind === "RoleBinding" ? `namespace ${binding.namespace}` : wholeCluster;
    const ref = mapAt(binding.body, "roleRef");
    const [kind, name] = [textAt(ref, "kind") ?? "", textAt(ref, "name") ?? ""];
    const role = set.get([group, kind, kind === "Role" ? binding.namespace : "", name].join("/"));
    const by = `${shortName(binding)} to ${kind}/${name}`;
    const rights = role
      ? rightsOf(role)
      : [{ verb: "holds", resource: `the role ${kind}/${name}, which is not in this tree` }];
    for (const subject of listAt(binding.body, "subjects")) {
      for (const right of rights) {
        const account = accountOf(subject, binding.namespace);
        found.set(JSON.stringify([account, scope, right.verb, right.resource]), {
          account,
          scope,
          ...right,
          by,
        });
      }
    }
  }
  return found;
}

function accountOf(subject: Json, namespace: string): string {
  const kind = textAt(subject, "kind") ?? "";
  const name = textAt(subject, "name") ?? "";
  return kind === "ServiceAccount"
    ? `ServiceAccount ${textAt(subject, "namespace") ?? namespace}/${name}`
    : `${kind} ${name}`;
}

function rightsOf(role: PlanObject): readonly { readonly verb: string; readonly resource: string }[] {
  return listAt(role.body, "rules").flatMap((rule) => {
    const names = textsAt(rule, "resourceNames").toSorted(compareText);
    const only = names.length > 0 ? ` (only ${names.join(", ")})` : "";
    const groups = textsAt(rule, "apiGroups");
    const resources = (groups.length > 0 ? groups : [""]).flatMap((apiGroup) =>
      textsAt(rule, "resources").map(
        (resource) => `${apiGroup === "" ? "core" : apiGroup} ${resource}${only}`,
      ),
    );
    const urls = textsAt(rule, "nonResourceURLs").map((url) => `URL ${url}`);
    return textsAt(rule, "verbs").flatMap((verb) =>
      [...resources, ...urls].map((resource) => ({ verb, resource })),
    );
  });
}

function podsOf(account: string, set: ObjectSet): readonly string[] {
  return [...set.values()].flatMap((workload) => {
    const template = templateOf(workload);
    if (!template) return [];
    const name = textAt(at(template, "spec"), "serviceAccountName") ?? "default";
    return account === `ServiceAccount ${workload.namespace}/${name}` ? [shortName(workload)] : [];
  });
}
