import { expectSuccess } from "./api/answer.ts";
import { applied, createClient, type Client } from "./api/client.ts";
import { at, groupOf, listAt, type KubernetesObject } from "./api/object.ts";

/** A service account, by its place. */
export interface Account {
  readonly namespace: string;
  readonly name: string;
}

interface PolicyRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

/** What a server-side apply of a file and the pruning of a removed one take. */
const deployVerbs = ["create", "delete", "get", "patch"] as const;

/** A client that acts as a service account, by a token that the API server issues for it. */
export async function actAs(admin: Client, { namespace, name }: Account): Promise<Client> {
  const { status, body } = await admin.call({
    method: "POST",
    path: `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`,
    body: { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: { expirationSeconds: 3600 } },
  });
  const token = String(at(expectSuccess(status, body), "status", "token"));
  return createClient({ ...admin.connection, token });
}

/**
 * Makes an account with exactly the rights that the objects need: their kinds where they lie, and for each Role among
 * them the rights which that Role hands on, since nobody may grant what he does not hold.
 */
export async function makeDeployer(
  admin: Client,
  account: Account,
  objects: readonly KubernetesObject[],
): Promise<void> {
  const rules = { namespaced: new Map<string, PolicyRule>(), cluster: new Map<string, PolicyRule>() };
  for (const object of objects) {
    const { plural, namespaced } = await admin.kindOf(object.apiVersion, object.kind);
    const rule = { apiGroups: [groupOf(object.apiVersion)], resources: [plural], verbs: [...deployVerbs] };
    (namespaced ? rules.namespaced : rules.cluster).set(`${rule.apiGroups.join()}/${plural}`, rule);
  }
  const granted = objects.filter(({ kind }) => kind === "Role").flatMap((role) => listAt(role, "rules"));
  const metadata = { name: account.name, namespace: account.namespace };
  const rbac = "rbac.authorization.k8s.io";
  const subjects = [{ kind: "ServiceAccount", ...metadata }];
  await applied(admin, { apiVersion: "v1", kind: "ServiceAccount", metadata });
  await applied(admin, {
    apiVersion: `${rbac}/v1`,
    kind: "Role",
    metadata,
    rules: [...rules.namespaced.values(), ...granted],
  });
  await applied(admin, {
    apiVersion: `${rbac}/v1`,
    kind: "RoleBinding",
    metadata,
    roleRef: { apiGroup: rbac, kind: "Role", name: account.name },
    subjects,
  });
  if (rules.cluster.size === 0) return;
  const clusterMetadata = { name: account.name };
  await applied(admin, {
    apiVersion: `${rbac}/v1`,
    kind: "ClusterRole",
    metadata: clusterMetadata,
    rules: [...rules.cluster.values()],
  });
  await applied(admin, {
    apiVersion: `${rbac}/v1`,
    kind: "ClusterRoleBinding",
    metadata: clusterMetadata,
    roleRef: { apiGroup: rbac, kind: "ClusterRole", name: account.name },
    subjects,
  });
}
