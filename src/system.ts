import { containerLimits, namespace } from "./components/namespace.ts";
import { type HardQuota, quota } from "./components/quota.ts";
import type { Model } from "./kubernetes/manifest.ts";
import { applicationOf, autoscalingOf, configurationOf, migrationOf } from "./system/application.ts";
import { type Inputs, kubernetesMinor, namespaceName } from "./system/context.ts";
import { pgbouncerOf, postgresqlBackupOf, postgresqlOf, redisBackupOf, redisOf } from "./system/data.ts";
import { monitoringOf } from "./system/monitoring.ts";
import {
  accessOf,
  certificatesOf,
  edgeOf,
  networkOf,
  outsideOf,
  secretsOf,
  storageOf,
} from "./system/platform.ts";

/** One part of the system: a folder in the rendered tree. */
export interface Component {
  readonly name: string;
  /** Argo CD sync wave of its objects. */
  readonly wave: number;
  readonly models: readonly Model[];
}

interface Part {
  readonly name: string;
  readonly wave: number;
  readonly build: (inputs: Inputs) => Model[];
}

/**
 * Every part with its place in the order of a sync: policy and access, then secrets and configuration, the data tier,
 * the migration, the application, what leads to it, and what watches it.
 */
const parts: readonly Part[] = [
  { name: "access", wave: -20, build: accessOf },
  { name: "storage", wave: -20, build: storageOf },
  { name: "network", wave: -10, build: networkOf },
  { name: "secrets", wave: -10, build: secretsOf },
  { name: "certificates", wave: -10, build: certificatesOf },
  { name: "configuration", wave: -10, build: configurationOf },
  { name: "postgresql", wave: 0, build: postgresqlOf },
  { name: "redis", wave: 0, build: redisOf },
  { name: "pgbouncer", wave: 5, build: pgbouncerOf },
  { name: "postgresql-backup", wave: 5, build: postgresqlBackupOf },
  { name: "redis-backup", wave: 5, build: redisBackupOf },
  { name: "migration", wave: 10, build: migrationOf },
  { name: "application", wave: 20, build: applicationOf },
  { name: "autoscaling", wave: 30, build: autoscalingOf },
  { name: "edge", wave: 30, build: edgeOf },
  { name: "monitoring", wave: 40, build: monitoringOf },
];

/** The whole system of one environment, and the quota that was derived from it. */
export interface System {
  readonly components: readonly Component[];
  readonly quota: HardQuota;
}

/** Returns the typed objects of one environment. Parts that are switched off have no objects. */
export function system(inputs: Inputs): System {
  const components = parts.map(({ name, wave, build }) => ({ name, wave, models: build(inputs) }));
  const { values } = inputs;
  const { ingress } = values;
  const hard = quota({
    objects: components.flatMap(({ models }) => models),
    defaults: containerLimits,
    ...(ingress.enabled && ingress.issuer.type === "acme"
      ? { solver: { hosts: ingress.hosts.length, resources: ingress.issuer.solverResources } }
      : {}),
  });
  const namespaceModels = namespace({
    name: namespaceName,
    environment: values.environment,
    kubernetesMinor: kubernetesMinor(values),
    limits: containerLimits,
    quota: hard,
    outside: outsideOf(inputs),
    databaseSize: values.postgresql.enabled ? values.postgresql.dataSize : undefined,
  });
  return {
    components: [{ name: "namespace", wave: -20, models: namespaceModels }, ...components],
    quota: hard,
  };
}
