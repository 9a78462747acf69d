/**
 * The oldest Argo CD that these objects are written for: 3.3 limits cluster-scoped kinds by name, and 3.3.0 and 3.3.1
 * fail when they take objects over from client-side apply.
 */
export const minimumVersion = "3.3.2";

/**
 * What the Applications and projects use, and the first Argo CD that knows it: fields by their path, annotations and
 * sync options by name. Read from the tags of argoproj/argo-cd (pkg/apis/application/v1alpha1/types.go, docs); "1.8"
 * means 1.8 or before.
 */
export const firstVersions: Readonly<Record<string, string>> = {
  "AppProject.spec.clusterResourceWhitelist.group": "1.8",
  "AppProject.spec.clusterResourceWhitelist.kind": "1.8",
  "AppProject.spec.clusterResourceWhitelist.name": "3.3",
  "AppProject.spec.description": "1.8",
  "AppProject.spec.destinationServiceAccounts.defaultServiceAccount": "2.13",
  "AppProject.spec.destinationServiceAccounts.namespace": "2.13",
  "AppProject.spec.destinationServiceAccounts.server": "2.13",
  "AppProject.spec.destinations.namespace": "1.8",
  "AppProject.spec.destinations.server": "1.8",
  "AppProject.spec.namespaceResourceWhitelist.group": "1.8",
  "AppProject.spec.namespaceResourceWhitelist.kind": "1.8",
  "AppProject.spec.orphanedResources.ignore.group": "1.8",
  "AppProject.spec.orphanedResources.ignore.kind": "1.8",
  "AppProject.spec.orphanedResources.ignore.name": "1.8",
  "AppProject.spec.orphanedResources.warn": "1.8",
  "AppProject.spec.roles.description": "1.8",
  "AppProject.spec.roles.groups": "1.8",
  "AppProject.spec.roles.name": "1.8",
  "AppProject.spec.roles.policies": "1.8",
  "AppProject.spec.sourceRepos": "1.8",
  "Application.spec.destination.namespace": "1.8",
  "Application.spec.destination.server": "1.8",
  "Application.spec.info.name": "1.8",
  "Application.spec.info.value": "1.8",
  "Application.spec.project": "1.8",
  "Application.spec.source.chart": "1.8",
  "Application.spec.source.helm.releaseName": "1.8",
  "Application.spec.source.helm.valuesObject": "2.8",
  "Application.spec.source.path": "1.8",
  "Application.spec.source.repoURL": "1.8",
  "Application.spec.source.targetRevision": "1.8",
  "Application.spec.syncPolicy.automated.enabled": "3.1",
  "Application.spec.syncPolicy.automated.prune": "1.8",
  "Application.spec.syncPolicy.automated.selfHeal": "1.8",
  "Application.spec.syncPolicy.retry.backoff.duration": "1.8",
  "Application.spec.syncPolicy.retry.backoff.factor": "1.8",
  "Application.spec.syncPolicy.retry.backoff.maxDuration": "1.8",
  "Application.spec.syncPolicy.retry.limit": "1.8",
  "Application.spec.syncPolicy.retry.refresh": "3.2",
  "argocd.argoproj.io/compare-options": "1.8",
  "argocd.argoproj.io/manifest-generate-paths": "1.8",
  "argocd.argoproj.io/sync-options": "1.8",
  "argocd.argoproj.io/sync-wave": "1.8",
  "notifications.argoproj.io/subscribe.on-deployed.github": "2.3",
  "notifications.argoproj.io/subscribe.on-health-degraded.github": "2.3",
  "notifications.argoproj.io/subscribe.on-sync-failed.github": "2.3",
  "CreateNamespace=true": "1.8",
  "Delete=false": "2.7",
  "FailOnSharedResource=true": "2.2",
  "Prune=false": "1.8",
  "ServerSideApply=true": "2.5",
  "ServerSideDiff=true": "2.10",
};
