import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { applied } from "../api/client.ts";
import { toObject } from "../api/object.ts";
import { explain, isFinished, untilApplication } from "../applications.ts";
import { applicationObjects, merge, startEnvironment, type Environment } from "../environment.ts";
import { addBeside, findFile } from "../repository-files.ts";

const name = "production";
let environment: Environment;

beforeAll(async () => void (environment = await startEnvironment(name)));
afterAll(async () => await environment.processes.stop());

test.for([
  [
    "a namespace that is not the environment's",
    "foreign-namespace.yaml",
    /namespace default is not permitted in project/u,
  ],
  ["a kind that the environment has no object of", "foreign-kind.yaml", /is not permitted in project/u],
] as const)("the project refuses an object of %s", async ([, file, message]) => {
  const { admin, repository } = environment;
  const folder = join(repository.folder, "rendered", name);
  const neighbour = await findFile(folder, "ConfigMap", ({ kind }) => kind === "ConfigMap");
  const revision = await merge(environment, "feat: something foreign", async () => {
    await addBeside(
      neighbour,
      toObject(parse(await readFile(new URL(`../fixtures/${file}`, import.meta.url), "utf8"))),
    );
  });
  for (const object of applicationObjects(environment)) await applied(admin, object);
  const failed = await untilApplication(environment, (found) => isFinished(found, revision, "Failed"));
  expect(explain(failed)).toMatch(message);
  await repository.revert();
});
