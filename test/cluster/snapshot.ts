import { referenceTo, type Client } from "./api/client.ts";
import { at, listAt, nameOf, type KubernetesObject } from "./api/object.ts";

/** The objects as the API server holds them now. Throws when one is not there. */
export async function stored(
  admin: Client,
  objects: readonly KubernetesObject[],
): Promise<readonly KubernetesObject[]> {
  const found: KubernetesObject[] = [];
  for (const object of objects) {
    const current = await admin.get(referenceTo(object));
    if (current === undefined) throw new Error(`${nameOf(object)} is not in the cluster`);
    found.push(current);
  }
  return found;
}

/** Objects by name, without what controllers write: status, the versions it moves, and its owner's entries. */
export function specified(objects: readonly KubernetesObject[]): ReadonlyMap<string, unknown> {
  return new Map(
    objects.map((object) => {
      const { status: _status, metadata, ...rest } = object;
      const { resourceVersion: _version, managedFields: _fields, ...kept } = metadata;
      const fields = listAt(metadata, "managedFields").filter(
        (entry) => at(entry, "subresource") !== "status",
      );
      return [nameOf(object), { ...rest, metadata: { ...kept, fields } }];
    }),
  );
}
