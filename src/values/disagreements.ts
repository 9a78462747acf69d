import { smallestStandardVolume, storageClassNames } from "../components/storage.ts";
import { parseQuantity } from "../kubernetes/quantity.ts";
import type { Values } from "./schema.ts";

/** A value that is right by itself and wrong beside another. */
interface Disagreement {
  readonly path: string;
  readonly message: string;
}

/** Returns what is right by itself and wrong together. */
export function disagreements(values: Values): Disagreement[] {
  const {
    app,
    cluster: target,
    env,
    global,
    ingress: edge,
    persistence,
    postgresql: database,
    redis: cache,
    secrets,
    service,
  } = values;
  const generated = secrets.store.provider === "generated";
  const logsSize = persistence.logs.size;
  const rules: readonly [boolean, string, string][] = [
    [
      app.kubernetesApi && !target.apiServer,
      "cluster.apiServer",
      "is needed with app.kubernetesApi: the addresses and the port of the API server",
    ],
    [
      edge.enabled && edge.timeouts.idle >= env.UVICORN_TIMEOUT_KEEP_ALIVE,
      "ingress.timeouts.idle",
      `must be below env.UVICORN_TIMEOUT_KEEP_ALIVE (${env.UVICORN_TIMEOUT_KEEP_ALIVE}): a connection that the application closes first gives clients a 502`,
    ],
    [
      edge.enabled && app.termination.shutdownSeconds <= edge.timeouts.response,
      "app.termination.shutdownSeconds",
      `must exceed ingress.timeouts.response (${edge.timeouts.response}), or requests are cut off`,
    ],
    [
      env.PROMETHEUS_METRICS_PORT !== service.metricsPort,
      "env.PROMETHEUS_METRICS_PORT",
      `must equal service.metricsPort (${service.metricsPort})`,
    ],
    [service.port === service.metricsPort, "service.metricsPort", "must differ from service.port"],
    [
      persistence.logs.enabled && persistence.logs.storageClass === undefined,
      "persistence.logs.storageClass",
      "is needed when the volume is enabled: a class that the cluster has for ReadWriteMany",
    ],
    [
      generated && secrets.pullSecret,
      "secrets.pullSecret",
      "must be false with a generated store, which cannot invent a registry's credentials",
    ],
    [
      secrets.pullSecret !== global.imagePullSecrets.includes("registry-pull-secret"),
      "global.imagePullSecrets",
      "must name registry-pull-secret exactly when secrets.pullSecret is true",
    ],
    [
      generated && values.backupCopy.bucket !== undefined,
      "backupCopy.bucket",
      "cannot be used with a generated store, which holds no access key, and loses the encryption's with the cluster",
    ],
    [
      values.backupCopy.bucket !== undefined &&
        !(database.enabled && database.backup.enabled) &&
        !(cache.enabled && cache.backup.enabled),
      "backupCopy.bucket",
      "is not used while no backups are kept here",
    ],
    [
      generated && edge.enabled && edge.issuer.type === "ca",
      "ingress.issuer.type",
      "cannot be ca with a generated store, which holds no authority",
    ],
    [
      database.primary.persistence.storageClass === storageClassNames.standard &&
        parseQuantity(database.primary.persistence.size) < parseQuantity(smallestStandardVolume),
      "postgresql.primary.persistence.size",
      `must be at least ${smallestStandardVolume} in ${storageClassNames.standard}`,
    ],
    [
      app.readReplicas.postgresql && (!database.enabled || database.readReplicas.replicaCount === 0),
      "app.readReplicas.postgresql",
      "must be false: PostgreSQL has no replicas here",
    ],
    [
      app.readReplicas.redis && (!cache.enabled || cache.replica.replicaCount === 0),
      "app.readReplicas.redis",
      "must be false: Redis has no replicas here",
    ],
    [
      app.autoscaling.requestsPerSecond.enabled && !values.monitoring.enabled,
      "app.autoscaling.requestsPerSecond.enabled",
      "must be false while monitoring.enabled is: nobody would count requests",
    ],
    [parseQuantity(logsSize) === 0, "persistence.logs.size", "must be above zero"],
  ];
  return rules.filter(([broken]) => broken).map(([, path, message]) => ({ path, message }));
}
