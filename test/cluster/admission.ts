import { actAs, makeDeployer, type Account } from "./account.ts";
import { applied, type Client } from "./api/client.ts";
import { nameOf, type KubernetesObject } from "./api/object.ts";
import { startControlPlane } from "./control-plane.ts";
import { installCrds, platformCrds } from "./crds.ts";
import { startProcesses } from "./processes/processes.ts";

/** What an API server did with the objects of one environment. */
export interface Admission {
  /** The server's own word on its release. */
  readonly version: string;
  readonly objects: number;
  /** One line per object that was refused, in the server's words. */
  readonly refused: readonly string[];
  readonly warnings: readonly string[];
  /** Objects that a second apply of the same file changed. */
  readonly changedAgain: readonly string[];
}

const deployer: Account = { namespace: "apg-cash-management", name: "cluster-test-deployer" };

/**
 * Applies objects to a fresh API server with strict field validation, twice, as an account that holds no more rights
 * than they need; `others` are applied after them without widening these rights. Its namespace and the account itself are made beforehand, as the platform's own Argo CD does.
 */
export async function admit(
  apiServer: "apiServer" | "oldestApiServer",
  objects: readonly KubernetesObject[],
  others: readonly KubernetesObject[] = [],
): Promise<Admission> {
  const processes = await startProcesses();
  try {
    const { admin, version } = await startControlPlane(processes, apiServer);
    await installCrds(admin, platformCrds);
    await applied(admin, { apiVersion: "v1", kind: "Namespace", metadata: { name: deployer.namespace } });
    await makeDeployer(admin, deployer, objects);
    const first = await applyAll(await actAs(admin, deployer), [...objects, ...others]);
    const second = await applyAll(await actAs(admin, deployer), [...objects, ...others]);
    const changedAgain = [...second.versions]
      .filter(([name, seen]) => first.versions.get(name) !== seen)
      .map(([name]) => name);
    return {
      version,
      objects: objects.length,
      refused: first.refused,
      warnings: first.warnings,
      changedAgain,
    };
  } finally {
    await processes.stop();
  }
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
