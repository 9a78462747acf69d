import { seal, type Manifest } from "../../src/kubernetes/manifest.ts";
import { layOut } from "../../src/output/layout.ts";
import { system } from "../../src/system.ts";
import { namespaceName, type Inputs } from "../../src/system/context.ts";
import { readEnvironments } from "../../src/values/load.ts";
import { releaseSchema, type Release } from "../../src/values/release.ts";
import { valuesSchema, type Values } from "../../src/values/schema.ts";
import { toObject, type KubernetesObject } from "./api/object.ts";
import { inOrderOfWaves, repositoryRoot } from "./tree.ts";

/**
 * The objects that an environment would have if its cluster were of another minor release of Kubernetes, such as 1.29:
 * fields that are newer than the cluster are left out of a tree, so each release is asked about the tree made for it.
 */
export async function objectsFor(
  environment: string,
  kubernetesVersion: string,
): Promise<readonly KubernetesObject[]> {
  return await objectsWith(environment, (values) => ({
    ...values,
    cluster: { ...values.cluster, kubernetesVersion },
  }));
}

/** The objects that an environment would have with other values. */
export async function objectsWith(
  environment: string,
  change: (values: Values) => Values,
): Promise<readonly KubernetesObject[]> {
  const manifests = await manifestsWith(environment, (inputs) => ({
    ...inputs,
    values: change(inputs.values),
  }));
  return inOrderOfWaves(manifests.map(({ body }) => toObject(body)));
}

/** The files of an environment's tree with another release in it, by their path in the repository. */
export async function releasedFiles(
  environment: string,
  change: (release: Release) => Release,
): Promise<ReadonlyMap<string, string>> {
  const manifests = await manifestsWith(environment, (inputs) => ({
    ...inputs,
    release: change(inputs.release),
  }));
  return layOut(`rendered/${environment}`, manifests);
}

async function manifestsWith(
  environment: string,
  change: (inputs: Inputs) => Inputs,
): Promise<readonly Manifest[]> {
  const schemas = { values: valuesSchema, release: releaseSchema };
  const read = await readEnvironments(repositoryRoot, { names: [environment], schemas });
  const inputs = read.get(environment);
  if (inputs === undefined) throw new Error(`no environment ${environment}`);
  return system(change(inputs)).components.flatMap(({ name: component, wave, models }) =>
    models.map((model) => seal(model, { component, namespace: namespaceName, wave })),
  );
}
