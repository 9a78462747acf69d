import { applied, type Client } from "./api/client.ts";
import { at, listAt, type KubernetesObject } from "./api/object.ts";

/**
 * Makes the storage classes that a cluster has of itself: a default one, and each that the objects name and do not
 * bring. Volumes are made when their first consumer has a node, as the classes of all clouds and of KWOK's stage do it.
 */
export async function provideClasses(admin: Client, objects: readonly KubernetesObject[]): Promise<void> {
  const own = objects.filter(({ kind }) => kind === "StorageClass").map(({ metadata }) => metadata.name);
  const claims = objects.flatMap((object) =>
    object.kind === "PersistentVolumeClaim" ? [object] : listAt(object, "spec", "volumeClaimTemplates"),
  );
  const named = claims
    .map((claim) => at(claim, "spec", "storageClassName"))
    .filter((name) => typeof name === "string");
  await applied(admin, storageClass("default", { "storageclass.kubernetes.io/is-default-class": "true" }));
  for (const name of new Set(named)) if (!own.includes(name)) await applied(admin, storageClass(name, {}));
}

function storageClass(name: string, annotations: Readonly<Record<string, string>>): KubernetesObject {
  return {
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: { name, annotations },
    provisioner: "kwok.x-k8s.io/volume",
    volumeBindingMode: "WaitForFirstConsumer",
    allowVolumeExpansion: true,
  };
}
