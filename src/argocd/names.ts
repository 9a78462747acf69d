/** Namespace of Argo CD itself, as in its own installation manifests. */
export const argocdNamespace = "argocd";

/** How Argo CD calls the cluster that it runs in. */
export const localServer = "https://kubernetes.default.svc";

/** ServiceAccount in an environment's namespace that Argo CD impersonates to sync it. */
export const deployerName = "argocd-deployer";

const product = "apg-cash-management";

/** Application and AppProject that sync the other Applications of one installation. */
export const rootName = `${product}-root`;

/** Returns the name of the Application, and of the AppProject, of an environment. */
export function applicationName(environment: string): string {
  return `${product}-${environment}`;
}

/** Returns the name of the Application and AppProject that make an environment's namespace and deployer. */
export function bootstrapName(environment: string): string {
  return `${applicationName(environment)}-bootstrap`;
}

/** Returns the name of the AppProject of the charts that an environment needs. */
export function platformName(environment: string): string {
  return `${applicationName(environment)}-platform`;
}

/** Folder of what an installation syncs. */
export function installationFolder(installation: string): string {
  return `argocd/${installation}`;
}

/** Folder of the deployer's account and rights. */
export function deployerFolder(installation: string, environment: string): string {
  return `${installationFolder(installation)}/deployer/${environment}`;
}

/**
 * Returns `namespace:name` of the account that Argo CD itself acts as in a cluster. Projects that are not synced by a
 * deployer name it, because impersonation is switched for a whole installation: a sync without a matching account
 * fails where impersonation is enforced.
 */
export function controllerAccount(server: string): string {
  // `argocd cluster add` makes the second one in every cluster but its own.
  return server === localServer ? "argocd:argocd-application-controller" : "kube-system:argocd-manager";
}

/** Annotations of an environment's Application that tell the plan what it has to know, without the values. */
export const planAnnotations = {
  kubernetes: "apg-cash-management.datacraft.com/kubernetes-version",
  dataBearing: "apg-cash-management.datacraft.com/deletion-budget-data-bearing",
  others: "apg-cash-management.datacraft.com/deletion-budget",
  reason: "apg-cash-management.datacraft.com/deletion-budget-reason",
} as const;
