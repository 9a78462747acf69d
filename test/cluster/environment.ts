import { makeDeployer, type Account } from "./account.ts";
import { applied, type Client } from "./api/client.ts";
import { groupOf, type KubernetesObject } from "./api/object.ts";
import { refresh } from "./applications.ts";
import { argocdNamespace, startArgoCd, type ArgoCd } from "./argocd.ts";
import { startControlPlane } from "./control-plane.ts";
import { startControllers } from "./controllers.ts";
import { installCrds, platformCrds } from "./crds.ts";
import { startNodes, type Nodes } from "./nodes.ts";
import { requestedLabels } from "./node-labels.ts";
import { startProcesses, type Processes } from "./processes/processes.ts";
import { branch, makeRepository, type Repository } from "./repository.ts";
import { startStandIns, type RunningStandIns } from "./stand-ins.ts";
import { readObjects } from "./tree.ts";

/** One environment's cluster with its Argo CD and a repository of its own, nothing synced yet. */
export interface Environment {
  readonly name: string;
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

const server = "https://kubernetes.default.svc";
const deployer: Account = { namespace, name: "cluster-test-deployer" };

/** Room for every environment, in three zones. */
export const roomyNodes: Nodes = {
  count: 9,
  cpu: 16,
  memory: "64Gi",
  zones: ["us-central1-a", "us-central1-b", "us-central1-c"],
  labels: {},
  taints: [],
};

/** Starts everything that an environment's Application needs. */
export async function startEnvironment(name: string, nodes: Nodes = roomyNodes): Promise<Environment> {
  const processes = await startProcesses();
  const controlPlane = await startControlPlane(processes);
  const { admin, version } = controlPlane;
  await startControllers(controlPlane);
  const objects = await readObjects(`rendered/${name}`);
  await startNodes(controlPlane, { ...nodes, labels: requestedLabels(objects) });
  await installCrds(admin, platformCrds);
  const argocd = await startArgoCd(controlPlane);
  const standIns = startStandIns(admin);
  const repository = await makeRepository(processes.folder);
  await applied(admin, { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  await makeDeployer(admin, deployer, objects);
  return {
    name,
    objects,
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

/** An AppProject that allows the kinds of the environment's tree and no other, and the Application that syncs it. */
export function applicationObjects({ name, repository, objects }: Environment): readonly KubernetesObject[] {
  const kinds = [...new Set(objects.map(({ apiVersion, kind }) => `${groupOf(apiVersion)}/${kind}`))].map(
    (key) => {
      const [group = "", kind = ""] = key.split("/");
      return { group, kind };
    },
  );
  const metadata = { name, namespace: argocdNamespace };
  const apiVersion = "argoproj.io/v1alpha1";
  return [
    {
      apiVersion,
      kind: "AppProject",
      metadata,
      spec: {
        sourceRepos: [repository.url],
        destinations: [{ server, namespace }],
        destinationServiceAccounts: [{ server, namespace, defaultServiceAccount: deployer.name }],
        clusterResourceWhitelist: kinds,
        namespaceResourceWhitelist: kinds,
      },
    },
    {
      apiVersion,
      kind: "Application",
      metadata,
      spec: {
        project: name,
        destination: { server, namespace },
        source: { repoURL: repository.url, path: `rendered/${name}`, targetRevision: branch },
        syncPolicy: { automated: { prune: true, selfHeal: true }, syncOptions: ["ServerSideApply=true"] },
      },
    },
  ];
}
