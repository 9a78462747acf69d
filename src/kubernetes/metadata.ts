/**
 * Annotations of objects that hold data or the way to it: Argo CD neither prunes them when they leave the tree nor
 * deletes them with their Application. `Prune=confirm` is not used, since its approval stays behind for the next time
 * (argo-cd#27570).
 */
export const keepData = { "argocd.argoproj.io/sync-options": "Prune=false,Delete=false" } as const;

/** Label of the workload that a pod belongs to; the guide selects by it, so it never changes. */
export type SelectorLabels = { readonly app: string; readonly role?: string };

/**
 * Returns the labels of a workload and its pods: the guide's own (`app`, `role`) beside the recommended
 * app.kubernetes.io/name and, for a role, app.kubernetes.io/instance. Nothing in here changes with a release,
 * because selectors are immutable.
 */
export function workloadLabels(selector: SelectorLabels): Record<string, string> {
  const { app, role } = selector;
  return {
    app,
    "app.kubernetes.io/name": app,
    ...(role === undefined ? {} : { role, "app.kubernetes.io/instance": `${app}-${role}` }),
  };
}
