import { AppProject } from "@kubernetes-models/argo-cd/argoproj.io/v1alpha1/AppProject";
import type { IProjectRole } from "@kubernetes-models/argo-cd/argoproj.io/v1alpha1/ProjectRole";
import type { ISyncWindow } from "@kubernetes-models/argo-cd/argoproj.io/v1alpha1/SyncWindow";
import { asObject, type Manifest, type Model } from "../kubernetes/manifest.ts";
import { keepData } from "../kubernetes/metadata.ts";
import { compareText } from "../kubernetes/text.ts";
import { charts, chartNamespaces } from "./charts.ts";
import type { ArgoCdEnvironment } from "./environment.ts";
import { clusterObjects, namespacedKinds } from "./kinds.ts";
import {
  applicationName,
  argocdNamespace,
  bootstrapName,
  controllerAccount,
  deployerName,
  localServer,
  platformName,
  rootName,
} from "./names.ts";

const rbac = "rbac.authorization.k8s.io";

/**
 * Returns the project of an environment's own tree: one repository, one namespace of one cluster, exactly the kinds
 * that the tree contains, cluster-scoped ones by name.
 */
export function environmentProject(environment: ArgoCdEnvironment): Model {
  const { name, server, namespace, repository, manifests } = environment;
  return new AppProject({
    metadata: { name: applicationName(name), annotations: keepData },
    spec: {
      description: `Everything in rendered/${name}`,
      sourceRepos: [repository],
      destinations: [{ server, namespace }],
      destinationServiceAccounts: [
        { server, namespace, defaultServiceAccount: `${namespace}:${deployerName}` },
      ],
      clusterResourceWhitelist: clusterObjects(manifests),
      namespaceResourceWhitelist: namespacedKinds(manifests),
      orphanedResources: { warn: true, ignore: expectedOrphans(manifests) },
      roles: roles(environment),
      ...signed(environment.signatureKeys),
      ...syncWindows(environment),
    },
  });
}

/** Returns the project that makes an environment's namespace and deployer, under Argo CD's own account. */
export function bootstrapProject(environment: ArgoCdEnvironment): Model {
  const { name, server, namespace, repository, signatureKeys } = environment;
  const clusterRole = `${applicationName(name)}-deployer`;
  return new AppProject({
    metadata: { name: bootstrapName(name), annotations: keepData },
    spec: {
      description: `Namespace and deployer of ${name}`,
      sourceRepos: [repository],
      destinations: [{ server, namespace }],
      destinationServiceAccounts: [{ server, namespace, defaultServiceAccount: controllerAccount(server) }],
      clusterResourceWhitelist: [
        { group: "", kind: "Namespace", name: namespace },
        { group: rbac, kind: "ClusterRole", name: clusterRole },
        { group: rbac, kind: "ClusterRoleBinding", name: clusterRole },
      ],
      namespaceResourceWhitelist: [
        { group: "", kind: "ServiceAccount" },
        { group: rbac, kind: "Role" },
        { group: rbac, kind: "RoleBinding" },
      ],
      ...signed(signatureKeys),
    },
  });
}

/**
 * Returns the project of the charts that an environment needs. Their namespaced kinds are not limited: what a chart
 * contains is decided by its pinned version, and this repository cannot read it.
 */
export function platformProject(environment: ArgoCdEnvironment): Model {
  const { name, server, platform } = environment;
  const wanted = charts(platform);
  const namespaces = chartNamespaces(wanted);
  return new AppProject({
    metadata: { name: platformName(name), annotations: keepData },
    spec: {
      description: `Charts that ${name} needs in its cluster`,
      sourceRepos: [...new Set(wanted.map(({ repository }) => repository))].toSorted(compareText),
      destinations: namespaces.map((namespace) => ({ server, namespace })),
      destinationServiceAccounts: namespaces.map((namespace) => ({
        server,
        namespace,
        defaultServiceAccount: controllerAccount(server),
      })),
      clusterResourceWhitelist: [
        ...wanted.map(({ namespace }) => ({ group: "", kind: "Namespace", name: namespace })),
        { group: "apiextensions.k8s.io", kind: "CustomResourceDefinition" },
        { group: rbac, kind: "ClusterRole" },
        { group: rbac, kind: "ClusterRoleBinding" },
        { group: "admissionregistration.k8s.io", kind: "MutatingWebhookConfiguration" },
        { group: "admissionregistration.k8s.io", kind: "ValidatingWebhookConfiguration" },
        ...(platform.keda ? [{ group: "apiregistration.k8s.io", kind: "APIService" }] : []),
        ...(platform.traefik ? [{ group: "networking.k8s.io", kind: "IngressClass" }] : []),
      ],
      ...syncWindows(environment),
    },
  });
}

/**
 * Returns the project of an installation's root: Applications and projects beside Argo CD, nothing else. Where one
 * environment asks for signed commits, the root does, too: it could change that environment's project.
 */
export function rootProject(repository: string, signatureKeys: readonly string[]): Model {
  return new AppProject({
    metadata: { name: rootName, annotations: keepData },
    spec: {
      description: "Applications and projects of this installation",
      sourceRepos: [repository],
      destinations: [{ server: localServer, namespace: argocdNamespace }],
      destinationServiceAccounts: [
        {
          server: localServer,
          namespace: argocdNamespace,
          defaultServiceAccount: controllerAccount(localServer),
        },
      ],
      clusterResourceWhitelist: [],
      namespaceResourceWhitelist: [
        { group: "argoproj.io", kind: "AppProject" },
        { group: "argoproj.io", kind: "Application" },
      ],
      ...signed(signatureKeys),
    },
  });
}

/**
 * In a freeze nothing is synced, healed or pruned by itself; whoever may sync by hand still can, for a rollback. No
 * allow windows, so outside of a freeze nothing is limited.
 */
function syncWindows({ denyWindows }: ArgoCdEnvironment): { syncWindows?: ISyncWindow[] } {
  if (denyWindows.length === 0) return {};
  return {
    syncWindows: denyWindows.map((window) => ({
      kind: "deny",
      ...window,
      applications: ["*"],
      manualSync: true,
    })),
  };
}

/** Absent keys ask for nothing, while an empty list would be taken for the same by Argo CD alone. */
function signed(keys: readonly string[]): { signatureKeys?: { keyID: string }[] } {
  return keys.length === 0 ? {} : { signatureKeys: keys.map((keyID) => ({ keyID })) };
}

/** Since Argo CD 3.0 logs are a right of their own, and rights on an Application end at the Application. */
function roles({ name, groups }: ArgoCdEnvironment): IProjectRole[] {
  const project = applicationName(name);
  const allow = (role: string, resource: string, action: string): string =>
    `p, proj:${project}:${role}, ${resource}, ${action}, ${project}/*, allow`;
  const read = (role: string): string[] => [allow(role, "applications", "get"), allow(role, "logs", "get")];
  const sync = (role: string): string[] => [...read(role), allow(role, "applications", "sync")];
  const override = (role: string): string[] => [
    ...sync(role),
    allow(role, "applications", "override"),
    allow(role, "applications", "action/*"),
  ];
  return [
    { name: "read", description: "May look", groups: [...groups.read], policies: read("read") },
    { name: "sync", description: "May start a sync", groups: [...groups.sync], policies: sync("sync") },
    {
      name: "override",
      description: "May sync another revision and restart workloads, in an emergency",
      groups: [...groups.override],
      policies: override("override"),
    },
  ];
}

/**
 * Secrets that controllers write without an owner: cert-manager by default, and ExternalSecrets that data must
 * survive. Claims are not in here: one that no StatefulSet uses any more is what the warning is for.
 */
function expectedOrphans(manifests: readonly Manifest[]): { group: string; kind: string; name: string }[] {
  const names = manifests.flatMap(({ kind, body }) => {
    const spec = asObject(body["spec"]);
    const target = asObject(spec["target"]);
    const name =
      kind === "Certificate"
        ? spec["secretName"]
        : kind === "ExternalSecret" && target["creationPolicy"] === "Orphan"
          ? target["name"]
          : undefined;
    return typeof name === "string" ? [name] : [];
  });
  return [...new Set(names)].toSorted(compareText).map((name) => ({ group: "", kind: "Secret", name }));
}
