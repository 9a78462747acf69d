/** Images of a chart at one version, by tag: no public source gave their digests. */
interface ChartImages {
  readonly version: string;
  /** Where they were read. */
  readonly source: string;
  readonly images: readonly string[];
  /** Those that it runs besides where Grafana is on. */
  readonly grafana?: readonly string[];
}

/**
 * What the charts run with the values of chart-values.ts. Read by hand from the charts' own values.yaml, Chart.yaml and
 * templates at the tags named here, on 2026-11-23; not from a rendered chart.
 */
const known: Readonly<Record<string, ChartImages>> = {
  "cert-manager": {
    version: "v1.21.1",
    source: "deploy/charts/cert-manager of github.com/cert-manager/cert-manager at v1.21.1",
    images: ["acmesolver", "cainjector", "controller", "startupapicheck", "webhook"].map(
      (name) => `quay.io/jetstack/cert-manager-${name}:v1.21.1`,
    ),
  },
  "external-secrets": {
    version: "2.9.0",
    source:
      "deploy/charts/external-secrets of github.com/external-secrets/external-secrets at helm-chart-2.9.0",
    images: ["ghcr.io/external-secrets/external-secrets:v2.9.0"],
  },
  keda: {
    version: "2.20.2",
    source: "keda of github.com/kedacore/charts at v2.20.2",
    images: ["keda", "keda-admission-webhooks", "keda-metrics-apiserver"].map(
      (name) => `ghcr.io/kedacore/${name}:2.20.2`,
    ),
  },
  "kube-prometheus-stack": {
    version: "88.5.3",
    source:
      "github.com/prometheus-community/helm-charts at kube-prometheus-stack-88.5.3, kube-state-metrics-8.4.0 and prometheus-node-exporter-4.56.1, and github.com/grafana-community/helm-charts at grafana-12.11.1",
    images: [
      "quay.io/prometheus-operator/prometheus-config-reloader:v0.93.1",
      "quay.io/prometheus-operator/prometheus-operator:v0.93.1",
      "quay.io/prometheus/alertmanager:v0.34.0",
      "quay.io/prometheus/node-exporter:v1.12.1-distroless",
      "quay.io/prometheus/prometheus:v3.14.0-distroless",
      "registry.k8s.io/kube-state-metrics/kube-state-metrics:v2.20.0",
    ],
    grafana: ["docker.io/grafana/grafana:13.2.0", "quay.io/kiwigrid/k8s-sidecar:2.10.1"],
  },
  traefik: {
    version: "41.3.0",
    source: "traefik of github.com/traefik/traefik-helm-chart at v41.3.0",
    images: ["docker.io/traefik:v3.7.11"],
  },
};

/** Returns the images that a chart runs and where they were read; undefined for a version that nobody read. */
export function chartImages(
  { name, version }: { readonly name: string; readonly version: string },
  { grafana }: { readonly grafana: boolean },
): { readonly source: string; readonly images: readonly string[] } | undefined {
  const found = known[name];
  if (found?.version !== version) return undefined;
  return { source: found.source, images: [...found.images, ...(grafana ? (found.grafana ?? []) : [])] };
}
