import { isDeepStrictEqual } from "node:util";
import { makeDeployer } from "./account.ts";
import { applied, referenceTo, type Client } from "./api/client.ts";
import { listAt, nameOf, type KubernetesObject } from "./api/object.ts";
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
  /** Objects that a second apply made the server write again, with nothing changed but the time of the apply. */
  readonly stampedAgain: readonly string[];
}

const namespace = "apg-cash-management";

/** An API server to which trees are applied, one after the other. */
export interface AdmissionServer {
  /** The server's own word on its release. */
  readonly version: string;
  /** Fields of the custom resources' definitions that it is too old for. */
  readonly dropped: readonly string[];
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
  const { dropped } = await installCrds(admin, platformCrds);
  const admit: AdmissionServer["admit"] = async (deployer, objects) => {
    // The namespace and the account are not the deployer's to make: an Application of the platform brings them.
    await applied(admin, { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
    const client = await makeDeployer(admin, deployer);
    const first = await applyAll(client, objects);
    const second = await applyAll(client, objects);
    for (const object of [...objects, ...deployer].filter(({ kind }) => kind !== "Namespace"))
      await admin.delete(referenceTo(object));
    const { refused, warnings } = first;
    return { objects: objects.length, refused, warnings, ...differences(first.stored, second.stored) };
  };
  return { version, dropped, admit, stop: processes.stop };
}

interface Applied {
  readonly refused: string[];
  readonly warnings: string[];
  /** The stored objects by name; undefined where one was refused. */
  readonly stored: Map<string, KubernetesObject | undefined>;
}

type Stored = Applied["stored"];

function differences(first: Stored, second: Stored): Pick<Admission, "changedAgain" | "stampedAgain"> {
  const written = [...second.keys()].filter(
    (name) => first.get(name)?.metadata.resourceVersion !== second.get(name)?.metadata.resourceVersion,
  );
  const isSame = (name: string): boolean =>
    isDeepStrictEqual(withoutStamps(first.get(name)), withoutStamps(second.get(name)));
  return {
    changedAgain: written.filter((name) => !isSame(name)),
    stampedAgain: written.filter((name) => isSame(name)),
  };
}

/** An object without its version and the times of the entries of its field managers. */
function withoutStamps(object: KubernetesObject | undefined): unknown {
  if (object === undefined) return undefined;
  const { resourceVersion: _version, ...metadata } = object.metadata;
  const managedFields = listAt(metadata, "managedFields").map((entry) => ({
    ...Object(entry),
    time: undefined,
  }));
  return { ...object, metadata: { ...metadata, managedFields } };
}

async function applyAll(client: Client, objects: readonly KubernetesObject[]): Promise<Applied> {
  const result: Applied = { refused: [], warnings: [], stored: new Map() };
  for (const object of objects) {
    const name = nameOf(object);
    const { object: stored, refusal, warnings } = await client.apply(object);
    if (refusal !== undefined) result.refused.push(`${name}: ${refusal}`);
    result.warnings.push(...warnings.map((warning) => `${name}: ${warning}`));
    result.stored.set(name, stored);
  }
  return result;
}
