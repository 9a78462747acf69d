import { applied } from "./api/client.ts";
import type { KubernetesObject } from "./api/object.ts";
import { startControlPlane, type ControlPlane } from "./control-plane.ts";
import { installCrds } from "./crds.ts";
import { namespace } from "./environment.ts";
import { startProcesses, type Processes } from "./processes/processes.ts";
import type { ModuleFilesName } from "./tools/catalogue.ts";

/** Starts an API server with some definitions, the system's namespace and some objects, for a program that reads them. */
export async function startApiServer(
  definitions: readonly ModuleFilesName[],
  objects: readonly KubernetesObject[],
): Promise<{ readonly processes: Processes; readonly controlPlane: ControlPlane }> {
  const processes = await startProcesses();
  const controlPlane = await startControlPlane(processes);
  await installCrds(controlPlane.admin, definitions);
  await applied(controlPlane.admin, { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  for (const object of objects) await applied(controlPlane.admin, object);
  return { processes, controlPlane };
}

/** The objects of some kinds. */
export function ofKinds(
  objects: readonly KubernetesObject[],
  ...kinds: readonly string[]
): readonly KubernetesObject[] {
  return objects.filter(({ kind }) => kinds.includes(kind));
}

/** The value behind a key of a Secret. Throws when the key is not there. */
export function secretBytes(secret: KubernetesObject | undefined, key: string): Buffer {
  const data: Readonly<Record<string, string>> = Object(secret?.["data"]);
  const value = data[key];
  if (value === undefined) throw new Error(`the Secret has no ${key}, only ${Object.keys(data).join(", ")}`);
  return Buffer.from(value, "base64");
}

/** The text of a Secret's key. Throws when there is none. */
export function secretText(secret: KubernetesObject | undefined, key: string): string {
  return secretBytes(secret, key).toString("utf8");
}
