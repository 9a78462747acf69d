import { makeDeployer } from "./account.ts";
import { applied, type Client } from "./api/client.ts";
import type { KubernetesObject } from "./api/object.ts";
import { refresh } from "./applications.ts";
import { startArgoCd, type ArgoCd, type Pace } from "./argocd.ts";
import { startControlPlane } from "./control-plane.ts";
import { startControllers } from "./controllers.ts";
import { installCrds, platformCrds } from "./crds.ts";
import { startNodes, type Nodes } from "./nodes.ts";
import { requestedLabels } from "./node-labels.ts";
import { readInstallation, type Installation } from "./installation.ts";
import { startProcesses, type Processes } from "./processes/processes.ts";
import { makeRepository, type Repository } from "./repository.ts";
import { startStandIns, type RunningStandIns } from "./stand-ins.ts";
import { provideClasses } from "./storage.ts";
import { readObjects } from "./tree.ts";

/** One environment's cluster with its Argo CD and a repository of its own, nothing synced yet. */
export interface Environment {
  /** Name of the Application. */
  readonly name: string;
  readonly installation: Installation;
  readonly processes: Processes;
  readonly admin: Client;
  readonly argocd: ArgoCd;
  readonly repository: Repository;
  /** The objects of its rendered tree. */
  readonly objects: readonly KubernetesObject[];
  readonly standIns: RunningStandIns;
  /** The cluster's releases, for reports. */
  readonly against: readonly string[];
}

/** Namespace of the system, the same in each environment. */
export const namespace = "apg-cash-management";

/** Room for every environment, in three zones. */
export const roomyNodes: Nodes = {
  count: 9,
  cpu: 16,
  memory: "64Gi",
  ephemeralStorage: "500Gi",
  zones: ["us-central1-a", "us-central1-b", "us-central1-c"],
  labels: {},
  taints: [],
};

/** Starts everything that an environment's Application needs. */
export async function startEnvironment(name: string, nodes: Nodes = roomyNodes): Promise<Environment> {
  const environment = await startBareEnvironment(name, nodes);
  const { admin, installation } = environment;
  await applied(admin, { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  await makeDeployer(admin, installation.deployer);
  return environment;
}

/** The same without the namespace and the deployer, which an installation's bootstrap brings. */
export async function startBareEnvironment(
  name: string,
  nodes: Nodes = roomyNodes,
  pace?: Pace,
): Promise<Environment> {
  const processes = await startProcesses();
  const controlPlane = await startControlPlane(processes);
  const { admin, version } = controlPlane;
  await startControllers(controlPlane);
  const objects = await readObjects(`rendered/${name}`);
  await startNodes(controlPlane, { ...nodes, labels: requestedLabels(objects) });
  await provideClasses(admin, objects);
  await installCrds(admin, platformCrds);
  const argocd = await startArgoCd(controlPlane, pace);
  const standIns = startStandIns(admin);
  const repository = await makeRepository(processes.folder);
  const installation = await readInstallation(name, repository.url);
  return {
    name: installation.application,
    objects,
    installation,
    processes,
    admin,
    argocd,
    repository,
    standIns,
    against: [`Kubernetes ${version}`, "Argo CD 3.6.1", "KWOK 0.8.0"],
  };
}

/** Commits an edit of the repository, asks Argo CD to look, and returns the revision. */
export async function merge(
  { admin, name, repository }: Environment,
  message = "",
  edit?: () => Promise<void>,
): Promise<string> {
  await edit?.();
  const revision = edit === undefined ? await repository.revision() : await repository.commit(message);
  await refresh(admin, name);
  return revision;
}
