import { asArray, type Manifest } from "../kubernetes/manifest.ts";
import { at, find, items, objects, ofKind, text } from "./read.ts";
import type { Finding, Rule } from "./rule.ts";
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

const reading = new Set(["get", "list", "watch"]);
/** The table: what the application may read of its own namespace, as the deployment guide's Role; no one else has rights. */
const readable = new Set([
  "/pods",
  "/services",
  "/endpoints",
  "/configmaps",
  "apps/deployments",
  "apps/replicasets",
  "metrics.k8s.io/pods",
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
        const changing = verbs.filter((verb) => !reading.has(verb) && !escalating.has(verb) && verb !== "*");
        if (changing.length > 0)
          yield {
            manifest,
            path: `${path}.verbs`,
            message: `holds ${changing.join(", ")}; nobody here changes what Argo CD syncs, so get, list and watch fit`,
          };
        const more = resources
          .filter((name) => !reaching.has(name) && name !== "*" && !asArray(rule["apiGroups"]).includes("*"))
          .map((name) => `${asArray(rule["apiGroups"]).map(text).join()}/${name}`)
          .filter((name) => !readable.has(name) && !name.endsWith("/secrets"));
        if (more.length > 0)
          yield {
            manifest,
            path: `${path}.resources`,
            message: `holds ${more.join(", ")}, which no workload here asks for; ${[...readable].join(", ")} are in the table`,
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
    yield* shared(manifests);
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
