import type { JsonObject } from "../kubernetes/manifest.ts";
import type { Platform, Traefik } from "./environment.ts";

/** Returns cert-manager's values. Its leases stay in its own namespace, so that it writes into no other. */
export function certManagerValues(platform: Platform): JsonObject {
  const { prometheus, imageRegistry } = platform;
  return {
    ...(imageRegistry === undefined ? {} : { imageRegistry }),
    crds: { enabled: true, keep: true },
    global: { leaderElection: { namespace: "cert-manager" } },
    prometheus: { servicemonitor: { enabled: prometheus, labels: monitorLabels(platform) } },
  };
}

/** Returns External Secrets' values; the alerts on it need its metrics. */
export function externalSecretsValues(platform: Platform): JsonObject {
  const { prometheus, imageRegistry } = platform;
  const image =
    imageRegistry === undefined
      ? {}
      : { image: { repository: `${imageRegistry}/external-secrets/external-secrets` } };
  return {
    installCRDs: true,
    ...image,
    ...(imageRegistry === undefined ? {} : { certController: image, webhook: image }),
    serviceMonitor: { enabled: prometheus, additionalLabels: monitorLabels(platform) },
  };
}

/** Returns KEDA's values. */
export function kedaValues({ imageRegistry }: Platform): JsonObject {
  return imageRegistry === undefined ? {} : { global: { image: { registry: imageRegistry } } };
}

/**
 * Returns kube-prometheus-stack's values. The control plane's parts cannot be scraped on a managed cluster, and alerts
 * that they are down would never end. The admission webhooks are off: their certificate comes from a Job that writes
 * into objects which Argo CD owns, and the rules here are tested by promtool before they are merged.
 */
export function kubePrometheusStackValues({ grafana, imageRegistry }: Platform): JsonObject {
  const off = { enabled: false };
  return {
    ...(imageRegistry === undefined ? {} : { global: { imageRegistry } }),
    coreDns: off,
    grafana: grafana
      ? {
          enabled: true,
          // Otherwise the chart invents another password each time that it is rendered, and is never in sync.
          admin: { existingSecret: "grafana-admin", userKey: "admin-user", passwordKey: "admin-password" },
          sidecar: {
            dashboards: {
              searchNamespace: "ALL",
              folderAnnotation: "grafana_folder",
              provider: { foldersFromFilesStructure: true },
            },
          },
        }
      : off,
    kubeControllerManager: off,
    kubeEtcd: off,
    kubeProxy: off,
    kubeScheduler: off,
    prometheusOperator: { admissionWebhooks: off, tls: off },
  };
}

/**
 * Returns Traefik's values. No redirection on the entry point `web`: it would beat every router, and the ACME
 * challenge over HTTP among them. The traffic policy Local keeps the client's address, by which the limits count.
 */
export function traefikValues(traefik: Traefik, platform: Platform): JsonObject {
  const { imageRegistry, prometheus } = platform;
  const entryPoint = {
    forwardedHeaders: { trustedIPs: [...traefik.trustedProxies] },
    transport: {
      respondingTimeouts: {
        readTimeout: `${traefik.readSeconds}s`,
        idleTimeout: `${traefik.idleSeconds}s`,
      },
    },
  };
  return {
    ...(imageRegistry === undefined ? {} : { image: { registry: imageRegistry } }),
    deployment: { replicas: 2 },
    global: { checkNewVersion: false, sendAnonymousUsage: false },
    ingressClass: { enabled: true, isDefaultClass: false, name: traefik.ingressClass },
    metrics: {
      prometheus: {
        service: { enabled: prometheus },
        serviceMonitor: { enabled: prometheus, additionalLabels: monitorLabels(platform) },
      },
    },
    podDisruptionBudget: { enabled: true, maxUnavailable: 1 },
    ports: { web: entryPoint, websecure: entryPoint },
    providers: {
      kubernetesCRD: { enabled: true, allowCrossNamespace: false },
      // Argo CD waits for an Ingress until it has an address.
      kubernetesIngress: { enabled: true, publishedService: { enabled: true } },
    },
    service: { spec: { type: "LoadBalancer", externalTrafficPolicy: "Local" } },
  };
}

/** The label by which kube-prometheus-stack's Prometheus selects what it scrapes. */
function monitorLabels({ prometheusRelease }: Platform): JsonObject {
  return { release: prometheusRelease };
}
