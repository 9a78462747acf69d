import { asArray, type JsonObject, type Manifest } from "../kubernetes/manifest.ts";
import { at, find, objects, ofKind, text } from "./read.ts";
import { workloads } from "./workloads.ts";

/** What an account may do, each as `list pods` or `get secrets/name`, with the Role that says so. */
export type Rights = ReadonlyMap<string, Manifest>;

const read = ["get", "list", "watch"];
/**
 * The table: what pods with a token of the API server may read of their own namespace (the deployment guide's Role
 * without Secrets and without nodes, which no Role can give). A store reads its Secrets; nobody else may do anything.
 */
const readers = [
  ...["pods", "services", "endpoints", "configmaps", "deployments.apps", "replicasets.apps"].flatMap(
    (resource) => read.map((verb) => `${verb} ${resource}`),
  ),
  // The metrics server watches nothing (Kubernetes, Resource metrics pipeline).
  "get pods.metrics.k8s.io",
  "list pods.metrics.k8s.io",
];

/** Returns what the Roles bound to each ServiceAccount add up to, by the account's name; `namespace/name` elsewhere. */
export function effectiveRights(manifests: readonly Manifest[]): ReadonlyMap<string, Rights> {
  const all = new Map<string, Map<string, Manifest>>();
  for (const { body, namespace } of ofKind(manifests, "RoleBinding", "ClusterRoleBinding")) {
    const role = find(manifests, text(at(body, "roleRef", "kind")), text(at(body, "roleRef", "name")));
    if (!role) continue;
    const rights = objects(role.body["rules"]).flatMap(rightsOf);
    for (const subject of objects(body["subjects"])) {
      const own = subject["namespace"] === undefined || subject["namespace"] === namespace;
      const account = `${own ? "" : `${text(subject["namespace"])}/`}${text(subject["name"])}`;
      const held = all.get(account) ?? new Map<string, Manifest>();
      for (const right of rights) held.set(right, role);
      all.set(account, held);
    }
  }
  return all;
}

/** Returns what the table gives to each ServiceAccount that has any rights, by the account's name. */
export function wantedRights(manifests: readonly Manifest[]): ReadonlyMap<string, readonly string[]> {
  return new Map([
    ...workloads(manifests)
      .filter(({ pod }) => hasToken(pod))
      .map(({ pod }) => [text(pod["serviceAccountName"]), readers] as const),
    ...ofKind(manifests, "SecretStore").flatMap((store) => {
      const account = storeAccount(store);
      return account === "" ? [] : [[account, secretsOf(manifests, store)] as const];
    }),
  ]);
}

/** Returns the account with which a store reads Secrets of its own cluster; empty where the store is elsewhere. */
export function storeAccount({ body }: Manifest): string {
  return text(at(body, "spec", "provider", "kubernetes", "auth", "serviceAccount", "name"));
}

function secretsOf(manifests: readonly Manifest[], store: Manifest): readonly string[] {
  const names = ofKind(manifests, "ExternalSecret")
    .filter(({ body }) => at(body, "spec", "secretStoreRef", "name") === store.name)
    .flatMap(({ body }) => objects(at(body, "spec", "data")))
    .map((entry) => `get secrets/${text(at(entry, "remoteRef", "key"))}`);
  return [...new Set(names)];
}

function hasToken(pod: JsonObject): boolean {
  return objects(pod["volumes"]).some((volume) =>
    objects(at(volume, "projected", "sources")).some(
      // A token for another audience opens nothing here.
      (source) =>
        source["serviceAccountToken"] !== undefined &&
        at(source, "serviceAccountToken", "audience") === undefined,
    ),
  );
}

function rightsOf({ apiGroups, resources, resourceNames, verbs }: JsonObject): readonly string[] {
  const groups = asArray(apiGroups).map(text);
  const kinds = asArray(resources).flatMap((resource) =>
    groups.map((group) => (group === "" ? text(resource) : `${text(resource)}.${group}`)),
  );
  const names = asArray(resourceNames).map(text);
  const things = names.length === 0 ? kinds : kinds.flatMap((kind) => names.map((name) => `${kind}/${name}`));
  return asArray(verbs).flatMap((verb) => things.map((thing) => `${text(verb)} ${thing}`));
}
