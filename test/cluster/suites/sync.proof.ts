import { afterAll, beforeAll, expect, test } from "vitest";
import { applied, referenceTo } from "../api/client.ts";
import { nameOf } from "../api/object.ts";
import { untilHealthy } from "../applications.ts";
import { startEnvironment, type Environment } from "../environment.ts";
import { record } from "../record.ts";
import { readObjects } from "../tree.ts";

const name = "production";
let environment: Environment;

beforeAll(async () => void (environment = await startEnvironment(name)));
afterAll(async () => await environment.processes.stop());

test("Argo CD syncs production from git, as an account with no more rights than it needs, to Synced and Healthy", async () => {
  const { admin, repository, standIns, against } = environment;
  const revision = await repository.revision();
  for (const object of environment.installation.objects) await applied(admin, object);
  await untilHealthy(environment, revision);
  const objects = await readObjects(`rendered/${name}`);
  const absent: string[] = [];
  for (const object of objects)
    if ((await admin.get(referenceTo(object))) === undefined) absent.push(nameOf(object));
  expect(absent).toEqual([]);
  await record({
    claim: `Argo CD syncs ${name} to Synced and Healthy; the test, in place of controllers that do not run, set the status of ${standIns.given.size} objects: ${[...standIns.given].toSorted().join(", ")}`,
    against,
    count: `${objects.length} objects`,
    pods: "KWOK",
  });
});
