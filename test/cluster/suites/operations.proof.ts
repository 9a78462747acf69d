import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { applied, referenceTo } from "../api/client.ts";
import { at, nameOf, type KubernetesObject } from "../api/object.ts";
import {
  hasSucceeded,
  refresh,
  startSync,
  syncNow,
  untilApplication,
  untilHealthy,
} from "../applications.ts";
import { merge, namespace, startEnvironment, type Environment } from "../environment.ts";
import { record } from "../record.ts";
import { findFile, objectFiles, removeFile } from "../repository-files.ts";
import { specified, stored } from "../snapshot.ts";
import { waveOf } from "../tree.ts";

const name = "production";
let environment: Environment;
let folder: string;
let objects: readonly KubernetesObject[];

beforeAll(async () => {
  environment = await startEnvironment(name);
  folder = join(environment.repository.folder, "rendered", name);
  objects = (await objectFiles(folder)).map(({ object }) => object);
});
afterAll(async () => await environment.processes.stop());

const prove = async (claim: string, count: string): Promise<void> =>
  await record({ claim, against: environment.against, count, pods: "KWOK" });

test("a sync window of the project holds a sync back until it is over", async () => {
  const { admin, repository, installation } = environment;
  const [project, application] = installation.objects;
  if (project === undefined || application === undefined) throw new Error("no project or no application");
  const closed = { kind: "deny", schedule: "* * * * *", duration: "24h", applications: ["*"] };
  await applied(admin, { ...project, spec: { ...Object(project["spec"]), syncWindows: [closed] } });
  await applied(admin, application);
  await startSync(environment);
  const blocked = await untilApplication(environment, (found) =>
    String(at(found, "status", "operationState", "message")).includes("blocked by sync window"),
  );
  expect(at(blocked, "status", "sync", "status")).toBe("OutOfSync");
  expect(await admin.list("apps/v1", "StatefulSet", namespace)).toEqual([]);
  await applied(admin, project);
  await refresh(admin, environment.name);
  await untilHealthy(environment, await repository.revision());
  await prove(
    "a sync window of the AppProject holds a sync back, and what waited is synced when it is over",
    "1 window",
  );
});

test("objects are created in the order of their waves, and the migration is done before the application is created", async () => {
  const all = (await stored(environment.admin, objects)).filter(({ kind }) => kind !== "Namespace");
  // A hook runs after the sync, whatever its wave.
  const hooks = all.filter(isHook);
  const found = all.filter((object) => !isHook(object));
  const spans = [...Map.groupBy(found, waveOf)]
    .toSorted(([one], [other]) => one - other)
    .map(([wave, members]) => ({ wave, times: members.map((object) => created(object)) }));
  const tooEarly = spans.filter(
    ({ times }, index) => Math.min(...times) < Math.max(0, ...(spans[index - 1]?.times ?? [])),
  );
  expect(tooEarly).toEqual([]);
  expect(new Set(spans.map(({ times }) => Math.min(...times))).size).toBe(spans.length);
  const last = Math.max(...found.map((object) => created(object)));
  expect(hooks.filter((hook) => created(hook) < last)).toEqual([]);
  expect(hooks.length).toBeGreaterThan(0);
  const [deployment] = found.filter(({ kind }) => kind === "Deployment");
  const [migration] = found.filter(({ kind }) => kind === "Job");
  expect(Date.parse(String(at(migration, "status", "completionTime")))).toBeLessThanOrEqual(
    created(deployment),
  );
  await prove(
    "Argo CD creates the objects wave by wave, and the application after the migration has completed",
    `${spans.length} waves, ${found.length} objects`,
  );
});

test("a second sync changes nothing but runs the hooks again", async () => {
  const { admin, repository } = environment;
  const steady = objects.filter((object) => !isHook(object));
  const before = specified(await stored(admin, steady));
  await syncNow(environment);
  await untilHealthy(environment, await repository.revision());
  expect(specified(await stored(admin, steady))).toEqual(before);
  await prove("a second sync changes nothing but runs the hooks again", `${steady.length} objects`);
});

test("what somebody changed by hand is put back", async () => {
  const { admin } = environment;
  const { object } = await findFile(folder, "ConfigMap", ({ kind }) => kind === "ConfigMap");
  const [key = ""] = Object.keys(Object(at(object, "data")));
  await admin.patch(referenceTo(object), { data: { [key]: "changed by hand" } });
  const wanted = at(object, "data", key);
  const healed = await admin.until(referenceTo(object), (found) => at(found, "data", key) === wanted);
  expect(at(healed, "data")).toEqual(at(object, "data"));
  await prove("a change by hand is undone", `1 object (${nameOf(object)})`);
});

test("an object whose file was removed is pruned, data whose file was removed stays", async () => {
  const { admin, repository } = environment;
  const pruned = await findFile(folder, "PodDisruptionBudget", ({ kind }) => kind === "PodDisruptionBudget");
  const data = await findFile(folder, "StatefulSet", ({ kind }) => kind === "StatefulSet");
  const claims = await admin.list("v1", "PersistentVolumeClaim");
  const uid = (await admin.get(referenceTo(data.object)))?.metadata.uid;
  const revision = await merge(environment, "feat: without a budget and a database", async () => {
    await removeFile(pruned);
    await removeFile(data);
  });
  await untilApplication(environment, (application) => hasSucceeded(application, revision));
  expect(await admin.get(referenceTo(pruned.object))).toBeUndefined();
  expect((await admin.get(referenceTo(data.object)))?.metadata.uid).toBe(uid);
  expect(names(await admin.list("v1", "PersistentVolumeClaim"))).toEqual(names(claims));
  await repository.revert();
  await untilHealthy(environment, await merge(environment));
  await prove(
    "an object whose file was removed is pruned; a database whose file was removed keeps its StatefulSet and its claims",
    `2 files, ${claims.length} claims`,
  );
});

function isHook({ metadata }: KubernetesObject): boolean {
  return metadata.annotations?.["argocd.argoproj.io/hook"] !== undefined;
}

function created(object: KubernetesObject | undefined): number {
  return Date.parse(String(object?.metadata["creationTimestamp"]));
}

function names(found: readonly KubernetesObject[]): readonly string[] {
  return found.map((object) => `${nameOf(object)} ${object.metadata.uid}`).toSorted();
}
