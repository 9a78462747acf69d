import { ConfigMap } from "kubernetes-models/v1/ConfigMap";
import type { Model } from "../kubernetes/manifest.ts";

/** The application's configuration by environment variable, typed as the values have it. */
export interface Configuration {
  readonly variables: Readonly<Record<string, string | number | boolean>>;
  /** Seconds that Uvicorn gives open requests to end once it is told to stop. */
  readonly gracefulShutdownSeconds: number;
}

/** Name of the ConfigMap; the pods that read it name it. */
export const configurationName = "apg-cash-management-config";

/** Where the Uvicorn workers of one pod share their metrics; a volume in memory. */
export const metricsDirectory = "/run/prometheus";

/**
 * Variables of the guide that act on nothing, and the one that does. Uvicorn reads an option from the environment by
 * its own name behind the prefix UVICORN_ (its documentation, Settings); it has no option of these two names.
 */
export const voidVariables = {
  UVICORN_MAX_REQUESTS: "UVICORN_LIMIT_MAX_REQUESTS",
  UVICORN_KEEPALIVE: "UVICORN_TIMEOUT_KEEP_ALIVE",
} as const;

/**
 * Returns the data of the ConfigMap: every variable as text, since a ConfigMap holds nothing else, and what follows
 * from the others:
 * - UVICORN_LIMIT_MAX_REQUESTS, with the number that the guide wrote to a variable which Uvicorn does not read,
 * - UVICORN_TIMEOUT_GRACEFUL_SHUTDOWN, without which a request that does not end holds the pod until it is killed,
 * - PROMETHEUS_MULTIPROC_DIR, with which any worker answers for all (prometheus_client, Multiprocess Mode).
 * A variable that is stated wins over what would follow.
 */
export function configurationData({
  variables,
  gracefulShutdownSeconds,
}: Configuration): Record<string, string> {
  const requests = variables["UVICORN_MAX_REQUESTS"];
  const derived = {
    ...(requests === undefined ? {} : { [voidVariables.UVICORN_MAX_REQUESTS]: requests }),
    UVICORN_TIMEOUT_GRACEFUL_SHUTDOWN: gracefulShutdownSeconds,
    PROMETHEUS_MULTIPROC_DIR: metricsDirectory,
  };
  return Object.fromEntries(
    Object.entries({ ...derived, ...variables }).map(([name, value]) => [name, String(value)]),
  );
}

/** Returns the ConfigMap that the application reads as environment variables. */
export function configuration(spec: Configuration): Model[] {
  return [new ConfigMap({ metadata: { name: configurationName }, data: configurationData(spec) })];
}
