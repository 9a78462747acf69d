import { makeDeployer } from "./account.ts";
import { applied, referenceTo, type Client } from "./api/client.ts";
import { nameOf, type KubernetesObject } from "./api/object.ts";
import { startControlPlane } from "./control-plane.ts";
import { installCrds, platformCrds } from "./crds.ts";
import { startProcesses } from "./processes/processes.ts";

/** What an API server did with the objects of one environment. */
export interface Admission {
  readonly objects: number;
  /** One line per object that was refused, in the server's words. */
  readonly refused: readonly string[];
  readonly warnings: readonly string[];
  /** Objects that a second apply of the same file changed. */
  readonly changedAgain: readonly string[];
}

const namespace = "apg-cash-management";

/** An API server to which trees are applied, one after the other. */
export interface AdmissionServer {
  /** The server's own word on its release. */
  readonly version: string;
  /**
   * Applies objects with strict field validation, twice, as the deployer's account. Then removes everything again.
   */
  readonly admit: (
    deployer: readonly KubernetesObject[],
    objects: readonly KubernetesObject[],
  ) => Promise<Admission>;
  readonly stop: () => Promise<void>;
}

/** Starts an API server with the definitions of all custom resources, and with no controllers. */
export async function startAdmissionServer(
  apiServer: "apiServer" | "oldestApiServer",
): Promise<AdmissionServer> {
  const processes = await startProcesses();
  const { admin, version } = await startControlPlane(processes, apiServer);
  await installCrds(admin, platformCrds);
  const admit: AdmissionServer["admit"] = async (deployer, objects) => {
    // The namespace and the account are not the deployer's to make: an Application of the platform brings them.
    await applied(admin, { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
    const client = await makeDeployer(admin, deployer);
    const first = await applyAll(client, objects);
    const second = await applyAll(client, objects);
    for (const object of [...objects, ...deployer].filter(({ kind }) => kind !== "Namespace"))
      await admin.delete(referenceTo(object));
    const changedAgain = [...second.versions]
      .filter(([name, seen]) => first.versions.get(name) !== seen)
      .map(([name]) => name);
    return { objects: objects.length, refused: first.refused, warnings: first.warnings, changedAgain };
  };
  return { version, admit, stop: processes.stop };
}

interface Applied {
  readonly refused: string[];
  readonly warnings: string[];
  /** Resource version per object. */
  readonly versions: Map<string, string | undefined>;
}

async function applyAll(client: Client, objects: readonly KubernetesObject[]): Promise<Applied> {
  const result: Applied = { refused: [], warnings: [], versions: new Map() };
  for (const object of objects) {
    const name = nameOf(object);
    const { object: stored, refusal, warnings } = await client.apply(object);
    if (refusal !== undefined) result.refused.push(`${name}: ${refusal}`);
    result.warnings.push(...warnings.map((warning) => `${name}: ${warning}`));
    result.versions.set(name, stored?.metadata.resourceVersion);
  }
  return result;
}
