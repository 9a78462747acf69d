import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Effect, Verb } from "../../../src/plan/report/model.ts";
import { planOf, type Tree } from "../../plan/trees.ts";
import { applied } from "../api/client.ts";

import { untilHealthy } from "../applications.ts";
import { merge, namespace, startEnvironment, type Environment } from "../environment.ts";
import { record } from "../record.ts";
import { podState, replaced, type PodState } from "../reality/observation.ts";
import { releasedFiles } from "../rendered-for.ts";

const name = "staging";
const digest = `sha256:${"1234567890abcdef".repeat(4)}`;
let environment: Environment;

beforeAll(async () => {
  environment = await startEnvironment(name);
  for (const object of environment.installation.objects) await applied(environment.admin, object);
  await untilHealthy(environment, await environment.repository.revision());
});
afterAll(async () => await environment.processes.stop());

test("a promotion by merge rolls, creates and deletes exactly what the plan said, and so does its rollback", async () => {
  const { repository } = environment;
  const base = await treeOf(repository.folder);
  await expectPlanned(base, "deploy(staging): 1.0.1", async () => {
    const files = await releasedFiles(name, (release) => ({ ...release, version: "1.0.1", digest }));
    await rm(join(repository.folder, "rendered", name), { recursive: true });
    for (const [path, text] of files) {
      await mkdir(dirname(join(repository.folder, path)), { recursive: true });
      await writeFile(join(repository.folder, path), text);
    }
  });
  const promoted = await treeOf(repository.folder);
  expect(promoted).not.toEqual(base);
  await repository.revert();
  await expectPlanned(promoted, "the revert is a commit already");
});

/** Merges an edit, or what was committed already, and compares what it did with what the plan says about it. */
async function expectPlanned(base: Tree, message: string, edit?: () => Promise<void>): Promise<void> {
  const { admin, repository } = environment;
  const podsBefore = await pods();
  await edit?.();
  const { effects, hooks } = planOf(base, await treeOf(repository.folder), { environment: name, minor: 37 });
  const of = (...verbs: readonly Verb[]): readonly string[] =>
    effects
      .filter(({ verb }) => verbs.includes(verb))
      .map((effect) => shortName(effect))
      .toSorted();
  const before = await jobs();
  const revision = edit === undefined ? await merge(environment) : await merge(environment, message, noEdit);
  await untilHealthy(environment, revision);
  expect(of("refused", "no-effect-yet")).toEqual([]);
  expect(of("rolls")).toEqual(["Deployment/apg-cash-management"]);
  expect(replaced({ podsBefore, podsAfter: await pods() })).toEqual(of("rolls"));
  const after = await jobs();
  expect([...after.keys()].filter((job) => !before.has(job))).toEqual(of("created"));
  expect([...before.keys()].filter((job) => !after.has(job))).toEqual(of("deleted"));
  const again = [...after].filter(([job, uid]) => before.has(job) && before.get(job) !== uid);
  // The plan tells hooks apart: they run at every sync, changed or not.
  expect(again.map(([job]) => job)).toEqual(hooks.map((hook) => shortName(hook)).toSorted());
  const deployments = await admin.list("apps/v1", "Deployment", namespace);
  expect(deployments.length).toBeGreaterThan(1);
  await record({
    claim: `${edit === undefined ? "a rollback" : "a promotion"} of ${name} by merge rolls, creates and deletes exactly what the plan said: ${effects.map((effect) => `${shortName(effect)} ${effect.verb}`).join(", ")}`,
    against: environment.against,
    count: `${effects.length} objects`,
    pods: "KWOK",
  });
}

async function noEdit(): Promise<void> {
  await Promise.resolve();
}

function shortName({ object }: Pick<Effect, "object">): string {
  return `${object.kind}/${object.name}`;
}

async function pods(): Promise<readonly PodState[]> {
  const { admin } = environment;
  const replicaSets = await admin.list("apps/v1", "ReplicaSet", namespace);
  const found = await admin.list("v1", "Pod", namespace);
  return found
    .map((pod) => podState(pod, replicaSets))
    .filter(({ workload }) => !workload.startsWith("Job/"));
}

/** Jobs by name, with their uids. */
async function jobs(): Promise<ReadonlyMap<string, string>> {
  const found = await environment.admin.list("batch/v1", "Job", namespace);
  return new Map(found.map(({ metadata }) => [`Job/${metadata.name}`, String(metadata.uid)]));
}

/** The environment's tree as it lies in the repository, and what Argo CD is told about it. */
async function treeOf(folder: string): Promise<Tree> {
  const root = join(folder, "rendered", name);
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const texts = await Promise.all(
    files.map(async (path) => [path.slice(folder.length + 1), await readFile(path, "utf8")] as const),
  );
  const control = environment.installation.objects.map(
    (object) => [`argocd/${object.kind}.yaml`.toLowerCase(), JSON.stringify(object)] as const,
  );
  return Object.fromEntries([...texts, ...control]);
}
