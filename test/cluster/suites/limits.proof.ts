import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { applied } from "../api/client.ts";
import { at, listAt, toObject } from "../api/object.ts";
import { applicationNamed, explain, hasFailed, refresh, untilApplication } from "../applications.ts";
import { merge, startEnvironment, type Environment } from "../environment.ts";
import { record } from "../proof.ts";
import { addBeside, findFile } from "../repository-files.ts";

const name = "production";
let environment: Environment;

beforeAll(async () => void (environment = await startEnvironment(name)));
afterAll(async () => await environment.processes.stop());

test.for([
  [
    "in a namespace that is not the environment's",
    "foreign-namespace.yaml",
    /namespace default is not permitted in project/u,
  ],
  [
    "of a kind that the environment has no object of",
    "foreign-kind.yaml",
    /resource apps:DaemonSet is not permitted in project/u,
  ],
] as const)("the project refuses an object %s", async ([what, file, message]) => {
  const { admin, repository } = environment;
  const folder = join(repository.folder, "rendered", name);
  const neighbour = await findFile(folder, "ConfigMap", ({ kind }) => kind === "ConfigMap");
  await addBeside(neighbour, toObject(parse(await readFile(fixture(file), "utf8"))));
  const revision = await repository.commit("feat: something foreign");
  for (const object of environment.installation.objects) await applied(admin, object);
  await refresh(admin, environment.name);
  const failed = await untilApplication(environment, (found) => hasFailed(found, revision));
  expect(explain(failed)).toMatch(message);
  await admin.delete(applicationNamed(environment.name));
  await repository.revert();
  await record({
    claim: `an AppProject with the environment's own kinds and namespace refuses an object ${what}`,
    against: environment.against,
    count: "1 object",
    pods: "none",
  });
});

test("the guide's redis-master is out of sync for ever under server-side apply, since its claim template has no kind", async () => {
  const { admin, repository } = environment;
  const folder = join(repository.folder, "guide");
  await mkdir(folder);
  await cp(fixture("guide/redis-master.yaml"), join(folder, "redis-master.yaml"));
  await writeFile(join(folder, "kustomization.yaml"), stringify({ resources: ["redis-master.yaml"] }));
  await repository.commit("feat: the guide's redis-master");
  const [project, application] = environment.installation.objects;
  if (project === undefined || application === undefined) throw new Error("no project or no application");
  const guide = { ...environment, name: "guide" };
  await applied(admin, project);
  const source = { ...Object(at(application, "spec", "source")), path: "guide" };
  const policy = {
    ...Object(at(application, "spec", "syncPolicy")),
    automated: { prune: true, selfHeal: false },
  };
  const spec = { ...Object(at(application, "spec")), source, syncPolicy: policy };
  await applied(admin, { ...application, metadata: { ...application.metadata, name: "guide" }, spec });
  await merge(guide);
  await untilApplication(guide, (found) => at(found, "status", "operationState", "phase") === "Succeeded");
  await refresh(admin, "guide");
  const again = await untilApplication(
    guide,
    (found) => found.metadata.annotations?.["argocd.argoproj.io/refresh"] === undefined,
  );
  expect(at(again, "status", "sync", "status")).toBe("OutOfSync");
  expect(
    listAt(again, "status", "resources").map(
      (resource) => `${String(at(resource, "kind"))} ${String(at(resource, "status"))}`,
    ),
  ).toEqual(["StatefulSet OutOfSync"]);
  await record({
    claim:
      "counter-test: after a sync that succeeded, the guide's redis-master is still OutOfSync under server-side apply",
    against: environment.against,
    count: "1 object",
    pods: "KWOK",
  });
});

function fixture(file: string): string {
  return fileURLToPath(new URL(`../fixtures/${file}`, import.meta.url));
}
