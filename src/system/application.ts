import { applicationServiceName, application } from "../components/application.ts";
import { autoscaling } from "../components/autoscaling.ts";
import { configuration, configurationData, type Configuration } from "../components/configuration.ts";
import { edgeServiceAnnotations } from "../components/edge.ts";
import { migration } from "../components/migration.ts";
import type { PodOptions } from "../components/pod-options.ts";
import { smokeTest } from "../components/smoke-test.ts";
import type { Model } from "../kubernetes/manifest.ts";
import type { Values } from "../values/schema.ts";
import { kubernetesMinor, namespaceName, pooled, type Inputs } from "./context.ts";
import { applicationImage, imageReference } from "./images.ts";

/** Secret of the database's certificate, of which clients read the authority alone. */
const databaseAuthority = "postgres-tls";

/** Returns the application with its smoke test. */
export function applicationOf({ values, release }: Inputs): Model[] {
  const { app, service, ingress } = values;
  return [
    ...application({
      pod: {
        ...podOptions(values),
        version: release.version,
        image: applicationImage(values, { ...release }),
        pullPolicy: app.image.pullPolicy,
        resources: app.resources,
        ports: { http: service.port, metrics: service.metricsPort },
        configuration: configurationData(configurationSpec(values)),
        banks: app.banks,
        readReplicas: app.readReplicas,
        volumes: volumes(values),
        spread: app.spread,
        termination: app.termination,
        kubernetesMinor: kubernetesMinor(values),
      },
      replicas: app.autoscaling.enabled ? undefined : app.replicaCount,
      service: {
        type: "ClusterIP",
        port: service.port,
        metricsPort: service.metricsPort,
        annotations: ingress.enabled ? edgeServiceAnnotations(namespaceName) : {},
      },
    }),
    ...smokeTest({
      ...podOptions(values),
      image: imageReference(values, "curl"),
      resources: app.smokeTest.resources,
      url: `http://${applicationServiceName}:${service.port}/health`,
    }),
  ];
}

/** Returns the application's ConfigMap. */
export function configurationOf({ values }: Inputs): Model[] {
  return configuration(configurationSpec(values));
}

/** Returns the Job that migrates the database for this release. */
export function migrationOf({ values, release }: Inputs): Model[] {
  const { app, postgresql } = values;
  return migration({
    ...podOptions(values),
    version: release.version,
    image: applicationImage(values, release),
    pullPolicy: app.image.pullPolicy,
    resources: app.migration.resources,
    deadlineSeconds: app.migration.deadlineSeconds,
    databaseAuthority: postgresql.enabled ? databaseAuthority : undefined,
    directly: pooled(values),
  });
}

/** Returns the application's autoscaler; nothing where the number of pods is fixed. */
export function autoscalingOf({ values }: Inputs): Model[] {
  const { enabled, requestsPerSecond, ...targets } = values.app.autoscaling;
  if (!enabled) return [];
  const { target, prometheusAddress } = requestsPerSecond;
  return autoscaling({
    namespace: namespaceName,
    ...targets,
    requests: requestsPerSecond.enabled ? { perSecond: target, prometheus: prometheusAddress } : undefined,
  });
}

function configurationSpec({ env, app }: Values): Configuration {
  return { variables: env, gracefulShutdownSeconds: app.termination.shutdownSeconds };
}

function podOptions({ app, global }: Values): PodOptions {
  return {
    pullSecrets: global.imagePullSecrets,
    nodeSelector: app.nodeSelector,
    tolerations: app.tolerations.map(({ value, ...toleration }) =>
      value === undefined ? toleration : { ...toleration, value },
    ),
  };
}

function volumes({
  app,
  persistence,
  postgresql,
}: Values): Parameters<typeof application>[0]["pod"]["volumes"] {
  const { models, temporary, logs, metrics } = app.volumes;
  return {
    logs: persistence.logs.enabled ? "claim" : { size: logs },
    models: { size: models },
    temporary: { size: temporary },
    metrics: { size: metrics },
    databaseAuthority: postgresql.enabled ? databaseAuthority : undefined,
    kubernetesApi: app.kubernetesApi,
  };
}
