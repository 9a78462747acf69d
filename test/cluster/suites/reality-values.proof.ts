import { afterAll, beforeAll, expect, test } from "vitest";
import { changeOf, leaves } from "../../value-changes.ts";
import { plainValues } from "../../in-memory.ts";
import { startControlPlane } from "../control-plane.ts";
import { startControllers } from "../controllers.ts";
import { installCrds, platformCrds } from "../crds.ts";
import { roomyNodes } from "../environment.ts";
import { requestedLabels } from "../node-labels.ts";
import { labelNodes, startNodes } from "../nodes.ts";
import { startProcesses, type Processes } from "../processes/processes.ts";
import { record } from "../record.ts";
import { applyTree, type Live } from "../reality/live.ts";
import type { PlannedTree } from "../reality/predict.ts";
import { startRest } from "../reality/rest.ts";
import { score, type Scored } from "../reality/score.ts";
import { bring, compareTrees, treeOf } from "../reality/values.ts";
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
  for (const leaf of leaves) {
    const { before, after } = await changeOf(leaf);
    const [from, to] = [treeOf(name, before), treeOf(name, after)];
    try {
      await bring(live, production, from);
      await provideFor(to);
      cases.push(...(await compareTrees(live, leaf.name, { from, to })));
      await provideFor(production);
      await bring(live, to, production);
    } catch (error) {
      throw new Error(`${leaf.name}: ${String(error)}`, { cause: error });
    }
  }
  const result = score(cases);
  expect(result.disagreements).toEqual([]);
  await record({
    claim: `the plan says what another value does to each object that it changes, one value after the other: ${JSON.stringify(result.counts)}; of ${result.depending.length} it says that they depend on the cluster`,
    against: [`Kubernetes v${kubernetes.newest}`, "KWOK 0.8.0"],
    count: `${result.agreeing} of ${result.cases} objects, ${leaves.length} values`,
    pods: "KWOK",
  });
});

/** Gives the cluster the nodes and storage classes that a tree asks for: what never starts never settles. */
async function provideFor({ objects }: PlannedTree): Promise<void> {
  await labelNodes(live.admin, objects);
  await provideClasses(live.admin, objects);
}
