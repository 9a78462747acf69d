import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { applied, referenceTo } from "../api/client.ts";
import { at, listAt, type KubernetesObject } from "../api/object.ts";
import { explain, hasFailed, untilApplication, untilHealthy } from "../applications.ts";
import { merge, namespace, startEnvironment, type Environment } from "../environment.ts";
import { brokenDigest } from "../nodes.ts";
import { record } from "../record.ts";
import { findFile, rewrite, type ObjectFile } from "../repository-files.ts";
import { waveOf } from "../tree.ts";

const name = "production";
let environment: Environment;
let application: ObjectFile;
let late: ObjectFile;

beforeAll(async () => {
  environment = await startEnvironment(name);
  const { admin, repository } = environment;
  const folder = join(repository.folder, "rendered", name);
  application = await findFile(folder, "Deployment", ({ kind }) => kind === "Deployment");
  late = await findFile(
    folder,
    "object after the application",
    (object) => waveOf(object) > waveOf(application.object),
  );
  for (const object of environment.installation.objects) await applied(admin, object);
  await untilHealthy(environment, await repository.revision());
});
afterAll(async () => await environment.processes.stop());

const release = { label: "example.com/release" } as const;

test("a bad release stops at its wave: later objects stay as they were and the old pods serve", async () => {
  const { admin } = environment;
  const before = await servingPods();
  expect(before.length).toBeGreaterThan(0);
  const revision = await merge(environment, "deploy(production): a release that never starts", async () => {
    await rewrite(application, broken(application.object));
    await rewrite(late, labelled(late.object));
  });
  const failed = await untilApplication(environment, (found) => hasFailed(found, revision));
  expect(explain(failed)).toContain("Deployment");
  expect((await admin.get(referenceTo(late.object)))?.metadata.labels?.[release.label]).toBeUndefined();
  expect(await servingPods()).toEqual(before);
  await prove(
    "a release whose pods never become ready fails its sync at the application's wave; later objects are not touched and the old pods keep serving",
    `${before.length} pods`,
  );
});

test("reverting the bad release brings back the same pods, and the change to the later object never happened", async () => {
  const { repository } = environment;
  const before = await servingPods();
  await repository.revert();
  await untilHealthy(environment, await merge(environment));
  expect(await servingPods()).toEqual(before);
  await prove(
    "a rollback by merge ends Synced and Healthy without restarting a pod that served",
    `${before.length} pods`,
  );
});

/** Names and uids of the pods behind the application's Service, by its endpoints. */
async function servingPods(): Promise<readonly string[]> {
  const slices = await environment.admin.list("discovery.k8s.io/v1", "EndpointSlice", namespace);
  return slices
    .filter(
      ({ metadata }) => metadata.labels?.["kubernetes.io/service-name"] === "apg-cash-management-service",
    )
    .flatMap((slice) => listAt(slice, "endpoints"))
    .filter((endpoint) => at(endpoint, "conditions", "ready") === true)
    .map(
      (endpoint) =>
        `${String(at(endpoint, "targetRef", "name"))} ${String(at(endpoint, "targetRef", "uid"))}`,
    )
    .toSorted();
}

/** The Deployment with an image that never starts, and a deadline that the test does not have to wait out. */
function broken(deployment: KubernetesObject): unknown {
  const text = JSON.stringify({
    ...deployment,
    spec: { ...Object(deployment["spec"]), progressDeadlineSeconds: 20 },
  });
  return JSON.parse(text.replaceAll(/@sha256:[0-9a-f]{64}/gu, `@${brokenDigest}`));
}

function labelled(object: KubernetesObject): KubernetesObject {
  const labels = { ...object.metadata.labels, [release.label]: "bad" };
  return { ...object, metadata: { ...object.metadata, labels } };
}

async function prove(claim: string, count: string): Promise<void> {
  await record({ claim, against: environment.against, count, pods: "KWOK" });
}
