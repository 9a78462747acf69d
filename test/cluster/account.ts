import { setTimeout as delay } from "node:timers/promises";
import { expectSuccess } from "./api/answer.ts";
import { applied, createClient, type Client } from "./api/client.ts";
import { at, type KubernetesObject } from "./api/object.ts";
import { limited } from "./limit.ts";

/**
 * Makes the account that an environment's syncs impersonate, with the roles that the repository gives it, and returns
 * a client that acts as this account, by a token that the API server issues. Waits until the server grants what the
 * roles say: its authorizer reads them some time after they are stored.
 */
export async function makeDeployer(admin: Client, deployer: readonly KubernetesObject[]): Promise<Client> {
  for (const object of deployer) await applied(admin, object);
  const account = deployer.find(({ kind }) => kind === "ServiceAccount");
  if (account === undefined) throw new Error("the deployer has no ServiceAccount");
  const { name, namespace = "" } = account.metadata;
  const { status, body } = await admin.call({
    method: "POST",
    path: `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`,
    body: { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: { expirationSeconds: 3600 } },
  });
  const client = createClient({
    ...admin.connection,
    token: String(at(expectSuccess(status, body), "status", "token")),
  });
  for (const role of deployer.filter(({ kind }) => kind === "Role" || kind === "ClusterRole"))
    await untilGranted(client, role.kind === "Role" ? namespace : undefined, role);
  return client;
}

/** Waits until the first rule of a role is granted; the authorizer sees a role whole or not at all. */
async function untilGranted(
  client: Client,
  namespace: string | undefined,
  role: KubernetesObject,
): Promise<void> {
  const rule = at(role, "rules", 0);
  const attributes = {
    group: at(rule, "apiGroups", 0),
    resource: at(rule, "resources", 0),
    verb: at(rule, "verbs", 0),
    ...(namespace === undefined ? {} : { namespace }),
    ...(at(rule, "resourceNames", 0) === undefined ? {} : { name: at(rule, "resourceNames", 0) }),
  };
  const waiting = new AbortController();
  const granted = async (): Promise<void> => {
    while (!waiting.signal.aborted && !(await isGranted(client, attributes))) await delay(50);
  };
  try {
    await limited({ what: `the rights of ${role.kind}/${role.metadata.name}` }, granted());
  } finally {
    waiting.abort();
  }
}

async function isGranted(client: Client, resourceAttributes: object): Promise<boolean> {
  const path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
  const apiVersion = "authorization.k8s.io/v1";
  const review = { apiVersion, kind: "SelfSubjectAccessReview", spec: { resourceAttributes } };
  const { status, body } = await client.call({ method: "POST", path, body: review });
  return at(expectSuccess(status, body), "status", "allowed") === true;
}
