import { seal } from "../../src/kubernetes/manifest.ts";
import { system } from "../../src/system.ts";
import { namespaceName } from "../../src/system/context.ts";
import { readEnvironments } from "../../src/values/load.ts";
import { releaseSchema } from "../../src/values/release.ts";
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
  const schemas = { values: valuesSchema, release: releaseSchema };
  const read = await readEnvironments(repositoryRoot, { names: [environment], schemas });
  const inputs = read.get(environment);
  if (inputs === undefined) throw new Error(`no environment ${environment}`);
  const { components } = system({ ...inputs, values: change(inputs.values) });
  const manifests = components.flatMap(({ name: component, wave, models }) =>
    models.map((model) => seal(model, { component, namespace: namespaceName, wave })),
  );
  return inOrderOfWaves(manifests.map(({ body }) => toObject(body)));
}
