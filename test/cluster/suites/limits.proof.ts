import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { applied } from "../api/client.ts";
import { at, listAt, toObject } from "../api/object.ts";
import { applicationNamed, explain, hasFailed, refresh, untilApplication } from "../applications.ts";
import { merge, startEnvironment, type Environment } from "../environment.ts";
import { record } from "../record.ts";
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

// Users of older releases report such a claim template as OutOfSync for ever under server-side apply (argo-cd#11143,
// #16707), and they are supported here, so ours carry both fields. This release no longer merges the two sides itself.
test("the guide's redis-master is Synced whatever the compare option, although its claim template has no kind", async () => {
  const { admin, repository } = environment;
  const folder = join(repository.folder, "rendered", "guide");
  await mkdir(folder);
  await cp(fixture("guide/redis-master.yaml"), join(folder, "redis-master.yaml"));
  await writeFile(join(folder, "kustomization.yaml"), stringify({ resources: ["redis-master.yaml"] }));
  await repository.commit("feat: the guide's redis-master");
  const [project, application] = environment.installation.objects;
  if (project === undefined || application === undefined) throw new Error("no project or no application");
  const guide = { ...environment, name: "guide" };
  await applied(admin, project);
  const spec = {
    ...Object(at(application, "spec")),
    source: { ...Object(at(application, "spec", "source")), path: "rendered/guide" },
    syncPolicy: {
      ...Object(at(application, "spec", "syncPolicy")),
      automated: { prune: true, selfHeal: false },
    },
  };
  const metadata = { ...application.metadata, name: "guide" };
  await applied(admin, { ...application, metadata, spec });
  await merge(guide);
  await untilApplication(guide, (found) => at(found, "status", "operationState", "phase") === "Succeeded");
  for (const option of ["ServerSideDiff=true", "ServerSideDiff=false"]) {
    await admin.patch(applicationNamed("guide"), {
      metadata: { annotations: { "argocd.argoproj.io/compare-options": option } },
    });
    expect({ option, ...(await comparedAgain(guide)) }).toEqual({ option, sync: "Synced", outOfSync: [] });
  }
  await record({
    claim:
      "the guide's redis-master, whose claim template has neither apiVersion nor kind, is Synced after its sync, with the server's diff and without: what users of older releases report (argo-cd#11143) does not happen with this one",
    against: environment.against,
    count: "1 object",
    pods: "KWOK",
  });
});

/** Has Argo CD compare once more, and returns what it then says of the application and of which of its objects. */
async function comparedAgain(
  application: Environment,
): Promise<{ readonly sync: unknown; readonly outOfSync: readonly string[] }> {
  const { admin, name: called } = application;
  await refresh(admin, called);
  // Argo CD takes the annotation away when it writes what it found.
  const found = await untilApplication(
    application,
    ({ metadata }) => metadata.annotations?.["argocd.argoproj.io/refresh"] === undefined,
  );
  return {
    sync: at(found, "status", "sync", "status"),
    outOfSync: listAt(found, "status", "resources")
      .filter((resource) => at(resource, "status") === "OutOfSync")
      .map((resource) => `${String(at(resource, "kind"))} ${String(at(resource, "name"))}`),
  };
}

function fixture(file: string): string {
  return fileURLToPath(new URL(`../fixtures/${file}`, import.meta.url));
}
