import { postgresqlNames } from "./postgresql-pod.ts";

/** Returns every name under which a client may verify a PostgreSQL server: the dnsNames of its certificate. */
export function postgresqlHosts(namespace: string): readonly string[] {
  const services = ["postgres-primary-service", "postgres-replica-service", `*.${postgresqlNames.nodes}`];
  return [
    "localhost",
    ...services.flatMap((host) => [host, `${host}.${namespace}`, `${host}.${namespace}.svc`]),
  ];
}
