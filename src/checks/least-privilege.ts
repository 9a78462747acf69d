import { asArray, type Manifest } from "../kubernetes/manifest.ts";
import { effectiveRights, storeAccount, wantedRights } from "./effective-rights.ts";
import { at, find, items, objects, ofKind, text } from "./read.ts";
import type { Finding, Rule } from "./rule.ts";
import { listed } from "./selection.ts";
import { workloads } from "./workloads.ts";

const escalating = new Set(["escalate", "bind", "impersonate"]);
const reaching = new Set([
  "pods/exec",
  "pods/attach",
  "pods/portforward",
  "pods/ephemeralcontainers",
  "serviceaccounts/token",
  "nodes/proxy",
]);

/**
 * No role gives a wildcard, Secrets or what leads to more rights; and every account has exactly the rights of the table,
 * which is compared once nothing of that is found: a right that is missing is an error in the pod, one too many a way in.
 */
export const leastPrivilege: Rule = {
  id: "least-privilege",
  reason: "a pod that is broken into has all that its account may do",
  source: "Kubernetes, RBAC Good Practices",
  values: ["app.kubernetesApi", "secrets.store"],
  *check(manifests) {
    const found = [...roles(manifests), ...shared(manifests), ...bindings(manifests)];
    yield* found;
    if (found.length === 0) yield* unequal(manifests);
  },
};

function* roles(manifests: readonly Manifest[]): Iterable<Finding> {
  const stores = new Set(ofKind(manifests, "SecretStore").map(storeAccount).filter(Boolean));
  for (const manifest of ofKind(manifests, "Role", "ClusterRole")) {
    for (const { item: rule, path } of items(manifest.body["rules"], "rules")) {
      for (const list of ["apiGroups", "resources", "verbs"]) {
        if (asArray(rule[list]).some((name) => text(name).includes("*")))
          yield { manifest, path: `${path}.${list}`, message: "holds a wildcard; name what is needed" };
      }
      const resources = asArray(rule["resources"]).map(text);
      const verbs = asArray(rule["verbs"]).map(text);
      const forbidden = resources.filter((name) => reaching.has(name));
      if (forbidden.length > 0)
        yield {
          manifest,
          path: `${path}.resources`,
          message: `holds ${forbidden.join(", ")}, which leads into other pods; remove it`,
        };
      const rights = verbs.filter((name) => escalating.has(name));
      if (rights.length > 0)
        yield {
          manifest,
          path: `${path}.verbs`,
          message: `holds ${rights.join(", ")}, which gives rights that the role lacks; remove it`,
        };
      const named = asArray(rule["resourceNames"]).length > 0 && verbs.every((verb) => verb === "get");
      const belongs = bound(manifests, manifest.name).every((account) => stores.has(account));
      if (resources.includes("secrets") && !(named && stores.size > 0 && belongs))
        yield {
          manifest,
          path: `${path}.resources`,
          message:
            "reads Secrets; only the account of a SecretStore in this cluster may get them, each by its name",
        };
    }
  }
}

function* bindings(manifests: readonly Manifest[]): Iterable<Finding> {
  for (const manifest of ofKind(manifests, "RoleBinding", "ClusterRoleBinding")) {
    const kind = text(at(manifest.body, "roleRef", "kind"));
    if (!find(manifests, kind, text(at(manifest.body, "roleRef", "name"))))
      yield {
        manifest,
        path: "roleRef",
        message: `binds a ${kind} of the cluster that nobody reviews here; bind a Role of the tree`,
      };
    for (const { item: subject, path } of items(manifest.body["subjects"], "subjects")) {
      if (subject["kind"] !== "ServiceAccount")
        yield {
          manifest,
          path,
          message: `gives rights to a ${text(subject["kind"])}; bind one ServiceAccount`,
        };
    }
  }
}

function* unequal(manifests: readonly Manifest[]): Iterable<Finding> {
  const [effective, table] = [effectiveRights(manifests), wantedRights(manifests)];
  for (const account of new Set([...effective.keys(), ...table.keys()])) {
    const [rights, wanted] = [effective.get(account), table.get(account) ?? []];
    const more = [...(rights ?? [])].filter(([right]) => !wanted.includes(right));
    for (const [manifest, list] of Map.groupBy(more, ([, role]) => role))
      yield {
        manifest,
        path: "rules",
        message: `lets ${account} ${listed(list.map(([right]) => right))}, which nothing here asks for; ${listed(wanted)} fits`,
      };
    const less = wanted.filter((right) => rights?.has(right) !== true);
    const manifest = find(manifests, "ServiceAccount", account);
    if (less.length > 0 && manifest)
      yield {
        manifest,
        path: "metadata.name",
        message: `may not ${listed(less)}, which its pods or its store ask for; bind a Role that lets it`,
      };
  }
}

/** An account with rights, or with a token, belongs to the workloads of one application. */
function* shared(manifests: readonly Manifest[]): Iterable<Finding> {
  const owners = new Map<string, string>();
  for (const { manifest, pod, path, labels } of workloads(manifests)) {
    const account = text(pod["serviceAccountName"]);
    const owner = owners.get(account);
    // The pods of one application may share an account that has no rights: backups and their rehearsal do.
    const rights = grants(manifests, account);
    const own = text(labels["app"]);
    if (owner !== undefined && owner !== own && rights.length > 0)
      yield {
        manifest,
        path: `${path}.serviceAccountName`,
        message: `is ${account}, the account of ${owner}, with its rights (${rights.join(", ")}); name an account of its own`,
      };
    else if (owner === undefined) owners.set(account, own);
  }
}

function grants(manifests: readonly Manifest[], account: string): readonly string[] {
  return ofKind(manifests, "RoleBinding", "ClusterRoleBinding")
    .filter(({ body }) => objects(body["subjects"]).some((subject) => subject["name"] === account))
    .map(({ body }) => text(at(body, "roleRef", "name")));
}

function bound(manifests: Parameters<typeof ofKind>[0], role: string): readonly string[] {
  return ofKind(manifests, "RoleBinding", "ClusterRoleBinding")
    .filter(({ body }) => at(body, "roleRef", "name") === role)
    .flatMap(({ body }) => objects(body["subjects"]).map((subject) => text(subject["name"])));
}
