import type { ArgoCdEnvironment } from "../argocd/environment.ts";
import type { Manifest } from "../kubernetes/manifest.ts";
import type { Freeze } from "../promotion/freeze.ts";
import type { Policy } from "../promotion/policy.ts";
import { denyWindows } from "../promotion/windows.ts";
import type { Values } from "../values/schema.ts";
import { namespaceName } from "./context.ts";

/** One environment and the objects that were made of its values. */
export interface BuiltEnvironment {
  readonly name: string;
  readonly values: Values;
  readonly manifests: readonly Manifest[];
}

/** What is decided about releases, as far as Argo CD has to know it. */
export interface ReleasePolicies {
  readonly freezes: readonly Freeze[];
  readonly policy: Pick<Policy, "environments">;
}

/** Returns what Argo CD has to know of an environment. */
export function argocdEnvironment(
  { name, values, manifests }: BuiltEnvironment,
  { freezes, policy }: ReleasePolicies,
): ArgoCdEnvironment {
  const budget = policy.environments[name]?.deletionBudget;
  const { app, argocd, cluster, global, ingress, monitoring } = values;
  return {
    name,
    ...argocd,
    namespace: namespaceName,
    kubernetesVersion: cluster.kubernetesVersion,
    manifests,
    denyWindows: denyWindows(freezes, name),
    ...(budget ? { deletionBudget: budget } : {}),
    platform: {
      prometheus: monitoring.enabled,
      prometheusRelease: monitoring.release,
      grafana: monitoring.dashboards,
      keda: app.autoscaling.requestsPerSecond.enabled,
      traefik: ingress.enabled
        ? {
            ingressClass: ingress.className,
            readSeconds: ingress.timeouts.response,
            idleSeconds: ingress.timeouts.idle,
            trustedProxies: ingress.limits.clientAddress.excludedIPs ?? [],
          }
        : undefined,
      chartRepository: argocd.chartRepository,
      imageRegistry: global.imageRegistry === "docker.io" ? undefined : global.imageRegistry,
    },
  };
}
