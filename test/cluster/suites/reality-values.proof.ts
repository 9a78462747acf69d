import { afterAll, beforeAll, expect, test } from "vitest";
import { changeOf, leaves } from "../../value-changes.ts";
import { plainValues } from "../../in-memory.ts";
import { referenceTo } from "../api/client.ts";
import { at, listAt } from "../api/object.ts";
import { startControlPlane } from "../control-plane.ts";
import { startControllers } from "../controllers.ts";
import { installCrds, platformCrds } from "../crds.ts";
import { namespace, roomyNodes } from "../environment.ts";
import { requestedLabels } from "../node-labels.ts";
import { labelNodes, startNodes } from "../nodes.ts";
import { startProcesses, type Processes } from "../processes/processes.ts";
import { record } from "../record.ts";
import { applyTree, type Live } from "../reality/live.ts";
import type { PlannedTree } from "../reality/predict.ts";
import { startRest } from "../reality/rest.ts";
import { score, type Scored } from "../reality/score.ts";
import { bring, compareTrees, isPermitted, treeOf } from "../reality/values.ts";
import { provideClasses } from "../storage.ts";
import { kubernetes } from "../tools/catalogue.ts";

const name = "production";
let processes: Processes;
let live: Live;
let production: PlannedTree;

beforeAll(async () => {
  processes = await startProcesses();
  const controlPlane = await startControlPlane(processes);
  await startControllers(controlPlane);
  production = treeOf(name, await plainValues(name));
  await startNodes(controlPlane, { ...roomyNodes, labels: requestedLabels(production.objects) });
  await provideClasses(controlPlane.admin, production.objects);
  await installCrds(controlPlane.admin, platformCrds);
  live = { admin: controlPlane.admin, rest: startRest(controlPlane.admin) };
  await applyTree(live, production.objects);
});
afterAll(async () => await processes.stop());

test("what the plan says about another value is what happens to each object that it changes", async () => {
  const cases: Scored[] = [];
  const failures: string[] = [];
  let values = 0;
  for (const leaf of leaves) {
    const { before, after } = await changeOf(leaf);
    if (!isPermitted(name, before) || !isPermitted(name, after)) continue;
    values += 1;
    const [from, to] = [treeOf(name, before), treeOf(name, after)];
    try {
      await provideFor(from);
      await bring(live, production, from);
      await provideFor(to);
      cases.push(...(await compareTrees(live, leaf.name, { from, to })));
      await provideFor(production);
      await bring(live, to, production);
      await removeUnusedClaims();
    } catch (error) {
      failures.push(`${leaf.name}: ${String(error)}`);
      await applyTree(live, production.objects);
    }
  }
  const result = score(cases);
  expect({ failures, disagreements: result.disagreements }).toEqual({ failures: [], disagreements: [] });
  expect(values).toBeGreaterThan(leaves.length / 2);
  await record({
    claim: `the plan says what another value does to each object that it changes, one value after the other: ${JSON.stringify(result.counts)}; of ${result.depending.length} it says that they depend on the cluster`,
    against: [`Kubernetes v${kubernetes.newest}`, "KWOK 0.8.0"],
    count: `${result.agreeing} of ${result.cases} objects, ${values} of ${leaves.length} values; the checks refuse the others`,
    pods: "KWOK",
  });
});

/** Deletes the claims that a tree with more replicas left behind: they count in the quota until somebody deletes them. */
async function removeUnusedClaims(): Promise<void> {
  const pods = await live.admin.list("v1", "Pod", namespace);
  const used = new Set(
    pods
      .flatMap((pod) => listAt(pod, "spec", "volumes"))
      .map((volume) => at(volume, "persistentVolumeClaim", "claimName")),
  );
  for (const claim of await live.admin.list("v1", "PersistentVolumeClaim", namespace))
    if (!used.has(claim.metadata.name)) await live.admin.delete(referenceTo(claim));
}

/** Gives the cluster the nodes and storage classes that a tree asks for: what never starts never settles. */
async function provideFor({ objects }: PlannedTree): Promise<void> {
  await labelNodes(live.admin, objects);
  await provideClasses(live.admin, objects);
}
