import { Application } from "@kubernetes-models/argo-cd/argoproj.io/v1alpha1/Application";
import type { ISyncPolicy } from "@kubernetes-models/argo-cd/argoproj.io/v1alpha1/SyncPolicy";
import type { Model } from "../kubernetes/manifest.ts";
import { keepData } from "../kubernetes/metadata.ts";
import type { Chart } from "./charts.ts";
import type { ArgoCdEnvironment } from "./environment.ts";
import {
  applicationName,
  argocdNamespace,
  bootstrapName,
  deployerFolder,
  installationFolder,
  localServer,
  planAnnotations,
  platformName,
  rootName,
} from "./names.ts";

/** Every Application: the difference is computed by the API server, as the write is. */
const serverSideDiff = { "argocd.argoproj.io/compare-options": "ServerSideDiff=true" } as const;

/** Every Application of this repository reads its own folder alone, so a commit elsewhere does not render it anew. */
const ownFolder = { "argocd.argoproj.io/manifest-generate-paths": "." } as const;

/** Two Applications that claim one object are a mistake, not a race. */
const syncOptions = ["FailOnSharedResource=true", "ServerSideApply=true"] as const;

/** Triggers of install/argocd: a deployment's status on GitHub, and a commit's that is pending while out of sync. */
const notifications = {
  "notifications.argoproj.io/subscribe.on-deployed.github": "",
  "notifications.argoproj.io/subscribe.on-health-degraded.github": "",
  "notifications.argoproj.io/subscribe.on-out-of-sync.github": "",
  "notifications.argoproj.io/subscribe.on-sync-failed.github": "",
} as const;

/** A retry takes the newest commit, so that a fix reaches a sync that is being tried again. */
const retry = {
  limit: 5,
  refresh: true,
  backoff: { duration: "30s", factor: 2, maxDuration: "10m" },
} as const satisfies ISyncPolicy["retry"];

/**
 * Returns the Application of an environment's tree. It prunes what leaves the tree, besides objects of data, which
 * forbid that themselves; it has no finalizer, so deleting it deletes nothing of the environment.
 */
export function environmentApplication(environment: ArgoCdEnvironment): Model {
  const { name, server, namespace, repository, revision, kubernetesVersion } = environment;
  return new Application({
    metadata: {
      name: applicationName(name),
      annotations: {
        ...keepData,
        ...serverSideDiff,
        ...ownFolder,
        ...notifications,
        // By it the plan knows which server's rules hold, without the values.
        [planAnnotations.kubernetes]: kubernetesVersion,
        ...budgetAnnotations(environment),
      },
    },
    spec: {
      project: applicationName(name),
      source: { repoURL: repository, targetRevision: revision, path: `rendered/${name}` },
      destination: { server, namespace },
      syncPolicy: {
        automated: { enabled: true, prune: true, selfHeal: true },
        retry,
        syncOptions: [...syncOptions],
      },
    },
  });
}

function budgetAnnotations({ deletionBudget }: ArgoCdEnvironment): Record<string, string> {
  if (!deletionBudget) return {};
  const { objects, dataBearing, reason, owner, end } = deletionBudget;
  return {
    [planAnnotations.others]: String(objects),
    [planAnnotations.dataBearing]: String(dataBearing),
    [planAnnotations.reason]: `${reason} (${owner}, until ${end})`,
  };
}

/**
 * Returns the Application that makes the namespace and the deployer under Argo CD's own account: the deployer can do
 * neither for itself. It prunes, so that a right which the tree no longer needs is taken away.
 */
export function bootstrapApplication(environment: ArgoCdEnvironment): Model {
  const { name, installation, server, namespace, repository, revision } = environment;
  return new Application({
    metadata: { name: bootstrapName(name), annotations: { ...keepData, ...serverSideDiff, ...ownFolder } },
    spec: {
      project: bootstrapName(name),
      source: { repoURL: repository, targetRevision: revision, path: deployerFolder(installation, name) },
      destination: { server, namespace },
      syncPolicy: {
        automated: { enabled: true, prune: true, selfHeal: true },
        retry,
        syncOptions: ["CreateNamespace=true", ...syncOptions],
      },
    },
  });
}

/**
 * Returns the Application of one chart. It never prunes: a CustomResourceDefinition that an upgrade leaves out would
 * take every object of its kind along.
 */
export function chartApplication({ name, server }: ArgoCdEnvironment, chart: Chart): Model {
  return new Application({
    metadata: {
      name: `${applicationName(name)}-${chart.name}`,
      annotations: { ...keepData, ...serverSideDiff },
    },
    spec: {
      project: platformName(name),
      info: [{ name: "Values written for", value: `chart ${chart.version}, read in its public repository` }],
      source: {
        repoURL: chart.repository,
        chart: chart.name,
        targetRevision: chart.version,
        helm: { releaseName: chart.release, valuesObject: chart.values },
      },
      destination: { server, namespace: chart.namespace },
      syncPolicy: {
        automated: { enabled: true, prune: false, selfHeal: true },
        retry,
        syncOptions: ["CreateNamespace=true", ...syncOptions],
      },
    },
  });
}

/**
 * Returns the Application that an operator applies by hand, once: it syncs the others, and itself. It never prunes, so
 * a removed environment stays until somebody deletes it; and it does not heal, so that somebody who switches an
 * Application's automated sync off in an incident is not overruled within seconds.
 */
export function rootApplication(installation: string, repository: string, revision: string): Model {
  return new Application({
    metadata: { name: rootName, annotations: { ...keepData, ...serverSideDiff, ...ownFolder } },
    spec: {
      project: rootName,
      source: { repoURL: repository, targetRevision: revision, path: installationFolder(installation) },
      destination: { server: localServer, namespace: argocdNamespace },
      syncPolicy: {
        automated: { enabled: true, prune: false, selfHeal: false },
        retry,
        syncOptions: [...syncOptions],
      },
    },
  });
}
