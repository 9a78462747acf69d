import { afterAll, beforeAll, expect, test } from "vitest";
import { applied, referenceTo } from "../api/client.ts";
import { at, conditionOf, type KubernetesObject } from "../api/object.ts";
import { ofKinds, secretText, startApiServer } from "../consumer.ts";
import { programPath, type ControlPlane } from "../control-plane.ts";
import { namespace } from "../environment.ts";
import { freePort } from "../processes/ports.ts";
import { whileAllRun, type RunningProgram } from "../processes/processes.ts";
import { record } from "../record.ts";
import { programs } from "../tools/catalogue.ts";
import { readObjects } from "../tree.ts";

const name = "development";
let controlPlane: ControlPlane;
let operator: RunningProgram;
let secrets: readonly KubernetesObject[];

beforeAll(async () => {
  const objects = await readObjects(`rendered/${name}`);
  const access = ofKinds(objects, "ServiceAccount", "Role", "RoleBinding");
  ({ controlPlane } = await startApiServer(["externalSecretsOperatorCrds"], access));
  const { admin, connection } = controlPlane;
  // In a cluster the controller manager publishes this, and the API server answers to the name in the store.
  await applied(admin, {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "kube-root-ca.crt", namespace },
    data: { "ca.crt": connection.authority },
  });
  operator = await startOperator(controlPlane);
  secrets = ofKinds(objects, "ExternalSecret");
  for (const object of ofKinds(objects, "Password", "SecretStore", "ExternalSecret"))
    await applied(admin, reachable(object, connection.server));
});
afterAll(async () => await controlPlane.processes.stop());

test("the operator fills every Secret of development from its generators, with URLs that carry the same passwords", async () => {
  for (const secret of secrets) await untilReady(secret);
  const application = await secretOf("apg-cash-management-secrets");
  const postgres = await secretOf("postgres-credentials");
  const redis = await secretOf("redis-credentials");
  const password = secretText(postgres, "application-password");
  expect(password.length).toBeGreaterThanOrEqual(20);
  for (const key of ["database-url", "database-direct-url"]) {
    expect(passwordIn(application, key)).toBe(password);
    expect(new URL(secretText(application, key)).pathname).toBe("/apg_cash_production");
  }
  const redisPassword = secretText(redis, "application-password");
  expect(passwordIn(application, "redis-url")).toBe(redisPassword);
  expect(redisPassword).not.toBe(password);
  await record({
    claim: `the operator of External Secrets, built from its module, fills every Secret of ${name} from its generator; the URLs carry the same passwords. The test gave the store the address of its API server`,
    against: [`External Secrets ${programs.externalSecrets.version}`],
    count: `${secrets.length} ExternalSecrets`,
    pods: "none",
  });
});

const odd = "a+b/c@d:e%f?g#h i&j=k\\l\"m'n";

test("a password of every character that means something in a URL arrives unchanged", async () => {
  const { admin } = controlPlane;
  const generated = await secretOf("apg-cash-management-generated");
  const data = { ...Object(generated?.["data"]) };
  for (const key of ["postgres-application-password", "redis-application-password"])
    data[key] = Buffer.from(odd).toString("base64");
  // The Secret is immutable: another takes its name.
  await admin.delete({ apiVersion: "v1", kind: "Secret", name: "apg-cash-management-generated", namespace });
  await applied(admin, {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "apg-cash-management-generated", namespace },
    data,
  });
  const [application] = secrets.filter(({ metadata }) => metadata.name === "apg-cash-management-secrets");
  if (application === undefined) throw new Error("no ExternalSecret of the application");
  // What a person does to have it read at once.
  await admin.patch(referenceTo(application), { metadata: { annotations: { "force-sync": "1" } } });
  const reference = { apiVersion: "v1", kind: "Secret", name: "apg-cash-management-secrets", namespace };
  const filled = await whileAllRun(
    [operator],
    admin.until(reference, (found) => found !== undefined && passwordIn(found, "database-url") === odd),
  );
  for (const key of ["database-url", "database-direct-url", "redis-url"])
    expect(passwordIn(filled, key)).toBe(odd);
  await record({
    claim:
      "its template encodes a password of every character that means something in a URL, and the URL gives it back",
    against: [`External Secrets ${programs.externalSecrets.version}`],
    count: "3 URLs",
    pods: "none",
  });
});

/** The password in the URL that a Secret holds, as a client decodes it. */
function passwordIn(secret: KubernetesObject | undefined, key: string): string {
  return decodeURIComponent(new URL(secretText(secret, key)).password);
}

async function untilReady(secret: KubernetesObject): Promise<void> {
  await whileAllRun(
    [operator],
    controlPlane.admin.until(referenceTo(secret), (found) => conditionOf(found, "Ready") === "True"),
  );
}

async function secretOf(secret: string): Promise<KubernetesObject | undefined> {
  return await controlPlane.admin.get({ apiVersion: "v1", kind: "Secret", name: secret, namespace });
}

/** The store with the address of the test's API server in place of the one inside a cluster. */
function reachable(object: KubernetesObject, server: string): KubernetesObject {
  const url = at(object, "spec", "provider", "kubernetes", "server", "url");
  if (url === undefined) return object;
  return JSON.parse(JSON.stringify(object).replaceAll(JSON.stringify(url), JSON.stringify(server)));
}

async function startOperator({ processes, kubeconfig }: ControlPlane): Promise<RunningProgram> {
  return await processes.start({
    name: "external-secrets",
    command: await programPath("externalSecrets"),
    environment: { KUBECONFIG: kubeconfig },
    arguments: [
      `--metrics-addr=127.0.0.1:${await freePort()}`,
      "--enable-cluster-store-reconciler=false",
      "--enable-cluster-external-secret-reconciler=false",
      "--enable-push-secret-reconciler=false",
      "--enable-cluster-push-secret-reconciler=false",
    ],
  });
}
