import { afterAll, beforeAll, expect, test } from "vitest";
import { startControlPlane } from "../control-plane.ts";
import { startControllers } from "../controllers.ts";
import { installCrds, platformCrds } from "../crds.ts";
import { roomyNodes } from "../environment.ts";
import { readInstallation } from "../installation.ts";
import { requestedLabels } from "../node-labels.ts";
import { startNodes } from "../nodes.ts";
import { startProcesses, type Processes } from "../processes/processes.ts";
import { record } from "../record.ts";
import { compare } from "../reality/compare.ts";
import type { Live } from "../reality/live.ts";
import { startRest } from "../reality/rest.ts";
import { score } from "../reality/score.ts";
import { provideClasses } from "../storage.ts";
import { kubernetes } from "../tools/catalogue.ts";
import { readObjects } from "../tree.ts";

const name = "development";
let processes: Processes;
let live: Live;

beforeAll(async () => {
  processes = await startProcesses();
  const controlPlane = await startControlPlane(processes);
  await startControllers(controlPlane);
  const objects = await readObjects(`rendered/${name}`);
  const labels = requestedLabels(objects);
  await startNodes(controlPlane, { ...roomyNodes, labels });
  await provideClasses(controlPlane.admin, objects);
  await installCrds(controlPlane.admin, platformCrds);
  live = { admin: controlPlane.admin, rest: startRest(controlPlane.admin) };
});
afterAll(async () => await processes.stop());

test("what the plan says about a mutated tree is what happens", async () => {
  const objects = await readObjects(`rendered/${name}`);
  const { objects: control } = await readInstallation(name, "file:///repository");
  const cases = await compare(live, { environment: name, objects, control });
  const result = score(cases);
  expect(result.disagreements).toEqual([]);
  expect(result.cases).toBeGreaterThanOrEqual(500);
  const { refused = 0, rolls = 0, live: atOnce = 0, recreated = 0, deleted = 0 } = result.counts;
  // Fewer of one would say little about it.
  const least = Math.min(refused, rolls, atOnce, recreated + deleted, result.counts["no-effect-yet"] ?? 0);
  expect(least).toBeGreaterThanOrEqual(80);
  // What depends on the cluster would have to be shown on two of them.
  expect(result.depending).toEqual([]);
  await record({
    claim: `the plan says about each mutated tree what happens when it is applied: ${JSON.stringify(result.counts)}`,
    against: [`Kubernetes v${kubernetes.newest}`, "KWOK 0.8.0"],
    count: `${result.agreeing} of ${result.cases} trees`,
    pods: "KWOK",
  });
});
