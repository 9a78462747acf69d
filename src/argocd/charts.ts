import type { JsonObject } from "../kubernetes/manifest.ts";
import { compareText } from "../kubernetes/text.ts";
import {
  certManagerValues,
  externalSecretsValues,
  kedaValues,
  kubePrometheusStackValues,
  traefikValues,
} from "./chart-values.ts";
import type { Platform } from "./environment.ts";

/** A Helm chart at an exact version, with the values that were written for that version. */
export interface Chart {
  readonly name: string;
  readonly repository: string;
  readonly version: string;
  readonly release: string;
  readonly namespace: string;
  /** Namespaces besides its own that it writes into. */
  readonly alsoIn: readonly string[];
  /** Sync wave in the root: kube-prometheus-stack brings the kinds that the others' monitors have. */
  readonly wave: number;
  readonly values: JsonObject;
}

/** Returns the charts that an environment needs, from their mirror where it has one. */
export function charts(platform: Platform): Chart[] {
  const { chartRepository } = platform;
  return published(platform).map((chart) =>
    chartRepository === undefined ? chart : { ...chart, repository: chartRepository },
  );
}

/** Their versions are kept by Renovate, by the comments beside them. */
function published(platform: Platform): Chart[] {
  const { prometheus, keda, traefik } = platform;
  return [
    ...(prometheus ? [kubePrometheusStack(platform)] : []),
    {
      name: "cert-manager",
      repository: "https://charts.jetstack.io",
      version: "v1.21.1", // renovate: datasource=helm registryUrl=https://charts.jetstack.io depName=cert-manager
      release: "cert-manager",
      namespace: "cert-manager",
      alsoIn: [],
      wave: -10,
      values: certManagerValues(platform),
    },
    {
      name: "external-secrets",
      repository: "https://charts.external-secrets.io",
      version: "2.9.0", // renovate: datasource=helm registryUrl=https://charts.external-secrets.io depName=external-secrets
      release: "external-secrets",
      namespace: "external-secrets",
      alsoIn: [],
      wave: -10,
      values: externalSecretsValues(platform),
    },
    ...(keda
      ? [
          {
            name: "keda",
            repository: "https://kedacore.github.io/charts",
            version: "2.20.2", // renovate: datasource=helm registryUrl=https://kedacore.github.io/charts depName=keda
            release: "keda",
            namespace: "keda",
            // It reads there who may ask the aggregated API (extension-apiserver-authentication).
            alsoIn: ["kube-system"],
            wave: -10,
            values: kedaValues(platform),
          },
        ]
      : []),
    ...(traefik
      ? [
          {
            name: "traefik",
            repository: "https://traefik.github.io/charts",
            version: "41.3.0", // renovate: datasource=helm registryUrl=https://traefik.github.io/charts depName=traefik
            release: "traefik",
            namespace: "traefik",
            alsoIn: [],
            wave: -10,
            values: traefikValues(traefik, platform),
          },
        ]
      : []),
  ];
}

/** Returns every namespace that the charts write into, sorted. */
export function chartNamespaces(wanted: readonly Chart[]): string[] {
  const names = wanted.flatMap(({ namespace, alsoIn }) => [namespace, ...alsoIn]);
  return [...new Set(names)].toSorted(compareText);
}

function kubePrometheusStack(platform: Platform): Chart {
  return {
    name: "kube-prometheus-stack",
    repository: "https://prometheus-community.github.io/helm-charts",
    version: "88.5.3", // renovate: datasource=helm registryUrl=https://prometheus-community.github.io/helm-charts depName=kube-prometheus-stack
    release: platform.prometheusRelease,
    namespace: "monitoring",
    // The operator keeps the kubelets' Service there.
    alsoIn: ["kube-system"],
    wave: -20,
    values: kubePrometheusStackValues(platform),
  };
}
