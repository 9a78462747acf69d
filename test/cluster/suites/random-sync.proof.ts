import { afterAll, beforeAll, expect, test } from "vitest";
import { applied, referenceTo } from "../api/client.ts";
import { at, type KubernetesObject } from "../api/object.ts";
import { makeDeployer } from "../account.ts";
import { applicationNamed, untilHealthy } from "../applications.ts";
import { namespace, startBareEnvironment, type Environment } from "../environment.ts";
import { pointedAt } from "../installation.ts";
import { labelNodes } from "../nodes.ts";
import { record } from "../record.ts";
import { randomTree, writeTree, type RandomTree } from "../random.ts";
import { provideClasses } from "../storage.ts";

const environments = 100;

/** The largest random environment fits; how much one needs is another suite's question. */
const hugeNodes = {
  count: 9,
  cpu: 512,
  memory: "4Ti",
  ephemeralStorage: "100Ti",
  zones: ["a"],
  labels: {},
  taints: [],
} as const;

let environment: Environment;

// The stand-ins and KWOK need no time between two waves.
beforeAll(
  async () =>
    void (environment = await startBareEnvironment("production", hugeNodes, { waveDelay: 0, resync: 1 })),
);
afterAll(async () => await environment.processes.stop());

test("a hundred random valid environments are synced to Synced and Healthy, each by its own deployer", async () => {
  let [synced, objects] = [0, 0];
  for (let seed = 1; synced < environments; seed += 1) {
    const tree = randomTree(seed);
    if (tree === undefined) continue;
    try {
      await sync(tree, seed);
    } catch (error) {
      throw new Error(`seed ${seed}: ${String(error)}`, { cause: error });
    }
    await remove(tree);
    synced += 1;
    objects += tree.objects.length;
    process.stdout.write(`${synced} of ${environments} random environments synced\n`);
  }
  expect(objects).toBeGreaterThan(environments * 10);
  await record({
    claim: `random valid environments are synced to Synced and Healthy, each impersonating the deployer that \`argocd/\` would give it; the test set the status of what controllers would that do not run (${objects} objects in all)`,
    against: environment.against,
    count: `${environments} environments`,
    pods: "KWOK",
  });
});

async function sync(tree: RandomTree, seed: number): Promise<void> {
  const { admin, repository } = environment;
  await labelNodes(admin, tree.objects);
  await provideClasses(admin, tree.objects);
  await applied(admin, { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  await makeDeployer(admin, tree.deployer);
  await writeTree(repository.folder, tree);
  const revision = await repository.commit(`feat: the environment of seed ${seed}`);
  for (const object of pointedAt(repository.url, ofThisRepository(tree))) await applied(admin, object);
  await untilHealthy({ ...environment, name: tree.application.metadata.name }, revision);
}

/** The tree's project and Application as the test's repository needs them: its branch, and commits without signatures. */
function ofThisRepository({ project, application }: RandomTree): Pick<RandomTree, "project" | "application"> {
  const { signatureKeys: _, ...allowed } = Object(at(project, "spec"));
  const source = { ...Object(at(application, "spec", "source")), targetRevision: "main" };
  return {
    project: { ...project, spec: allowed },
    application: { ...application, spec: { ...Object(at(application, "spec")), source } },
  };
}

/** Removes the environment with its data, as nobody would do to a real one. */
async function remove(tree: RandomTree): Promise<void> {
  const { admin } = environment;
  await gone(applicationNamed(tree.application.metadata.name));
  await gone({ apiVersion: "v1", kind: "Namespace", name: namespace });
  const clusterWide = [...tree.objects, ...tree.deployer].filter(isClusterWide);
  for (const object of clusterWide) await gone(referenceTo(object));
  for (const volume of await admin.list("v1", "PersistentVolume")) await admin.delete(referenceTo(volume));
  await gone(referenceTo(tree.project));
}

function isClusterWide({ kind, metadata }: KubernetesObject): boolean {
  return kind !== "Namespace" && metadata.namespace === undefined;
}

async function gone(reference: ReturnType<typeof referenceTo>): Promise<void> {
  await environment.admin.delete(reference);
  await environment.admin.until(reference, (found) => found === undefined);
}
