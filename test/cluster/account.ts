import { setTimeout as delay } from "node:timers/promises";
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
 * them the rights which that Role hands on, since nobody may grant what he does not hold. Returns
 * what was made for it.
 */
export async function makeDeployer(
  admin: Client,
  account: Account,
  objects: readonly KubernetesObject[],
): Promise<readonly KubernetesObject[]> {
  const made = await deployerObjects(admin, account, objects);
  for (const object of made) await applied(admin, object);
  await untilGranted(await actAs(admin, account), account.namespace, objects);
  return made;
}

/** Waits until the API server's authorizer has seen the new roles: it reads them some time after they are stored. */
async function untilGranted(
  client: Client,
  namespace: string,
  objects: readonly KubernetesObject[],
): Promise<void> {
  for (const object of objects) {
    const { plural, namespaced } = await client.kindOf(object.apiVersion, object.kind);
    const scope = namespaced ? { namespace } : {};
    const resourceAttributes = {
      group: groupOf(object.apiVersion),
      resource: plural,
      verb: "patch",
      ...scope,
    };
    while (!(await mayDo(client, resourceAttributes))) await delay(50);
  }
}

async function mayDo(client: Client, resourceAttributes: object): Promise<boolean> {
  const path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
  const review = {
    apiVersion: "authorization.k8s.io/v1",
    kind: "SelfSubjectAccessReview",
    spec: { resourceAttributes },
  };
  const { status, body } = await client.call({ method: "POST", path, body: review });
  return at(expectSuccess(status, body), "status", "allowed") === true;
}

async function deployerObjects(
  admin: Client,
  account: Account,
  objects: readonly KubernetesObject[],
): Promise<readonly KubernetesObject[]> {
  const rules = { namespaced: new Map<string, PolicyRule>(), cluster: new Map<string, PolicyRule>() };
  for (const object of objects) {
    const { plural, namespaced } = await admin.kindOf(object.apiVersion, object.kind);
    const rule = { apiGroups: [groupOf(object.apiVersion)], resources: [plural], verbs: [...deployVerbs] };
    (namespaced ? rules.namespaced : rules.cluster).set(`${rule.apiGroups.join()}/${plural}`, rule);
  }
  const granted = objects.filter(({ kind }) => kind === "Role").flatMap((role) => listAt(role, "rules"));
  const { name, namespace } = account;
  return [
    { apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace } },
    ...grant("", account, { name, namespace }, [...rules.namespaced.values(), ...granted]),
    ...grant("Cluster", account, { name }, [...rules.cluster.values()]),
  ];
}

/** A Role or ClusterRole with the rules, and its binding to the account. */
function grant(
  scope: "" | "Cluster",
  account: Account,
  metadata: KubernetesObject["metadata"],
  rules: readonly unknown[],
): readonly KubernetesObject[] {
  const group = "rbac.authorization.k8s.io";
  const role = { apiVersion: `${group}/v1`, kind: `${scope}Role`, metadata };
  const roleRef = { apiGroup: group, kind: role.kind, name: metadata.name };
  const subjects = [{ kind: "ServiceAccount", ...account }];
  return [
    { ...role, rules },
    { ...role, kind: `${role.kind}Binding`, roleRef, subjects },
  ];
}
