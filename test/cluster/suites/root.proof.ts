import { cp, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { applied, referenceTo } from "../api/client.ts";
import { at, toObject, type KubernetesObject } from "../api/object.ts";
import { applicationNamed, untilHealthy } from "../applications.ts";
import { argocdNamespace } from "../argocd.ts";
import { namespace, startBareEnvironment, type Environment } from "../environment.ts";
import { record } from "../record.ts";
import { repositoryRoot } from "../tree.ts";

const installation = "laptop";
const name = "development";
const rootName = "apg-cash-management-root";
let environment: Environment;
let revision: string;

beforeAll(async () => {
  environment = await startBareEnvironment(name);
  const { admin, repository } = environment;
  for (const object of controller) await applied(admin, object);
  const folder = join(repository.folder, "argocd", installation);
  await cp(join(repositoryRoot, "argocd", installation), folder, { recursive: true });
  await rebase(folder, repository.url);
  revision = await repository.commit("feat: what Argo CD is told");
  for (const file of ["projects/root.yaml", "root.yaml"])
    await applied(admin, toObject(parse(await readFile(join(folder, file), "utf8"))));
  await untilHealthy({ ...environment, name: rootName }, revision);
});
afterAll(async () => await environment.processes.stop());

test("the root brings projects, then the bootstrap, then the environment's Application, each after what it needs", async () => {
  const prefix = `apg-cash-management-${name}`;
  const project = await created({ ...applicationNamed(prefix), kind: "AppProject" });
  const bootstrap = await created(applicationNamed(`${prefix}-bootstrap`));
  const account = await created({
    apiVersion: "v1",
    kind: "ServiceAccount",
    name: "argocd-deployer",
    namespace,
  });
  const application = await created(applicationNamed(prefix));
  expect([project, bootstrap, account, application]).toEqual(
    [project, bootstrap, account, application].toSorted((one, other) => one - other),
  );
  await prove(
    "applied by hand with its project, the root Application brings the other projects, then the bootstrap with the namespace and the deployer, then the environment's Application",
    "4 stages",
  );
});

test("the environment that the root brought is Synced and Healthy, as is the root itself", async () => {
  const { admin, objects, standIns } = environment;
  await untilHealthy(environment, revision);
  for (const object of objects) expect(await admin.get(referenceTo(object))).toBeDefined();
  const root = await untilHealthy({ ...environment, name: rootName }, revision);
  expect(at(root, "status", "sync", "status")).toBe("Synced");
  await prove(
    `${name}, brought by its root, becomes Synced and Healthy; the test set the status of ${standIns.given.size} objects in place of controllers that do not run`,
    `${objects.length} objects`,
  );
});

/** The account that Argo CD's own installation manifests give it in its cluster. */
const controller: readonly KubernetesObject[] = [
  {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name: "argocd-application-controller", namespace: argocdNamespace },
  },
  {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRoleBinding",
    metadata: { name: "argocd-application-controller" },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" },
    subjects: [{ kind: "ServiceAccount", name: "argocd-application-controller", namespace: argocdNamespace }],
  },
];

/** Points the files at the test's repository, and takes out the charts, whose registries no test asks. */
async function rebase(folder: string, url: string): Promise<void> {
  const index = join(folder, "kustomization.yaml");
  const content: { resources: readonly string[] } = parse(await readFile(index, "utf8"));
  const resources = content.resources.filter((path) => !path.startsWith("platform/"));
  await writeFile(index, stringify({ ...content, resources }));
  const root = toObject(parse(await readFile(join(folder, "root.yaml"), "utf8")));
  const from = String(at(root, "spec", "source", "repoURL"));
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    await writeFile(path, (await readFile(path, "utf8")).replaceAll(from, url));
  }
}

async function created(reference: Parameters<Environment["admin"]["get"]>[0]): Promise<number> {
  const object = await environment.admin.get(reference);
  if (object === undefined) throw new Error(`no ${reference.kind}/${reference.name}`);
  return Date.parse(String(object.metadata["creationTimestamp"]));
}

async function prove(claim: string, count: string): Promise<void> {
  await record({
    claim: `${claim} (installation ${installation}, without the charts)`,
    against: environment.against,
    count,
    pods: "KWOK",
  });
}
