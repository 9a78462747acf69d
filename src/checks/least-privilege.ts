import { asArray } from "../kubernetes/manifest.ts";
import { at, find, items, objects, ofKind, text } from "./read.ts";
import type { Rule } from "./rule.ts";

const escalating = new Set(["escalate", "bind", "impersonate"]);
const reaching = new Set([
  "pods/exec",
  "pods/attach",
  "pods/portforward",
  "pods/ephemeralcontainers",
  "serviceaccounts/token",
  "nodes/proxy",
]);

/** No role gives more than reading named things: no wildcard, no secrets, nothing that leads to more rights. */
export const leastPrivilege: Rule = {
  id: "least-privilege",
  reason: "a pod that is broken into has all that its account may do",
  source: "Kubernetes, RBAC Good Practices",
  values: ["app.kubernetesApi", "secrets.store"],
  *check(manifests) {
    const store = storeReader(manifests.flatMap(({ kind, body }) => (kind === "SecretStore" ? [body] : [])));
    for (const manifest of ofKind(manifests, "Role", "ClusterRole")) {
      for (const [rule, path] of items(manifest.body["rules"], "rules")) {
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
        const belongs = bound(manifests, manifest.name).every((account) => account === store);
        if (resources.includes("secrets") && !(named && store !== undefined && belongs))
          yield {
            manifest,
            path: `${path}.resources`,
            message:
              "reads Secrets; only the account of a SecretStore in this cluster may get them, each by its name",
          };
      }
    }
    for (const manifest of ofKind(manifests, "RoleBinding", "ClusterRoleBinding")) {
      const kind = text(at(manifest.body, "roleRef", "kind"));
      if (!find(manifests, kind, text(at(manifest.body, "roleRef", "name"))))
        yield {
          manifest,
          path: "roleRef",
          message: `binds a ${kind} of the cluster that nobody reviews here; bind a Role of the tree`,
        };
      for (const [subject, path] of items(manifest.body["subjects"], "subjects")) {
        if (subject["kind"] !== "ServiceAccount")
          yield {
            manifest,
            path,
            message: `gives rights to a ${text(subject["kind"])}; bind one ServiceAccount`,
          };
      }
    }
  },
};

/** The account with which a store reads Secrets of its own cluster, or undefined where the store is elsewhere. */
function storeReader(stores: Parameters<typeof at>[0][]): string | undefined {
  const names = stores.map((store) =>
    text(at(store, "spec", "provider", "kubernetes", "auth", "serviceAccount", "name")),
  );
  return names.find((name) => name !== "");
}

function bound(manifests: Parameters<typeof ofKind>[0], role: string): readonly string[] {
  return ofKind(manifests, "RoleBinding", "ClusterRoleBinding")
    .filter(({ body }) => at(body, "roleRef", "name") === role)
    .flatMap(({ body }) => objects(body["subjects"]).map((subject) => text(subject["name"])));
}
