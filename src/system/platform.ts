import { access } from "../components/access.ts";
import { copyObjects } from "../components/backup-copy.ts";
import { certificates } from "../components/certificates.ts";
import { edge } from "../components/edge.ts";
import type { EdgeAuthority } from "../components/edge-certificate.ts";
import { applicationServiceName } from "../components/application.ts";
import { databaseAuthorityDirectory } from "../components/application-volumes.ts";
import type { Outside } from "../components/namespace.ts";
import { network } from "../components/network.ts";
import type { WorkloadName } from "../components/network-peers.ts";
import { type EgressTarget, networkEdges } from "../components/network-edges.ts";
import { postgresqlHosts } from "../components/postgresql-hosts.ts";
import { secrets, type Server } from "../components/secrets.ts";
import { storage } from "../components/storage.ts";
import type { Model } from "../kubernetes/manifest.ts";
import type { Values } from "../values/schema.ts";
import { backedUp, copied, type Inputs, namespaceName, pooled, redisBackedUp } from "./context.ts";

const tlsSecretName = "apg-cash-management-tls";

/** Returns the accounts of all workloads. */
export function accessOf({ values }: Inputs): Model[] {
  const { app, postgresql, redis } = values;
  return access({
    namespace: namespaceName,
    accounts: [
      "apg-cash-management",
      "apg-cash-management-migration",
      "apg-cash-management-smoke-test",
      ...(postgresql.enabled ? ["postgres"] : []),
      ...(pooled(values) ? ["pgbouncer"] : []),
      ...(backedUp(values) ? ["postgres-backup"] : []),
      ...(redis.enabled ? ["redis"] : []),
      ...(redisBackedUp(values) ? ["redis-backup"] : []),
    ],
    reader: app.kubernetesApi ? "apg-cash-management" : undefined,
  });
}

/** Returns the storage classes and the shared logs, where the environment has them. */
export function storageOf({ values }: Inputs): Model[] {
  const { enabled, storageClass, size } = values.persistence.logs;
  const { storageClasses } = values.cluster;
  return storage({
    ...(storageClasses ? { classes: storageClasses } : {}),
    ...(enabled && storageClass !== undefined
      ? { logs: { storageClass, size, accessMode: "ReadWriteMany", wave: 20 } }
      : {}),
  });
}

/** Returns the ExternalSecrets and their store. */
export function secretsOf({ values }: Inputs): Model[] {
  const { store, refreshInterval, pullSecret } = values.secrets;
  return secrets({
    store: store.provider === "generated" ? { ...store, namespace: namespaceName } : store,
    refreshInterval,
    postgresql: database(values),
    redis: cache(values),
    banks: values.app.banks,
    pullSecret,
    backupCopy: values.backupCopy.bucket !== undefined,
    edgeAuthority: values.ingress.enabled && values.ingress.issuer.type === "ca",
  });
}

/** Returns the issuers and certificates of the edge and the data tier, and the authority of the bucket. */
export function certificatesOf({ values }: Inputs): Model[] {
  const { ingress, postgresql } = values;
  const own = certificates({
    ...(ingress.enabled
      ? {
          edge: {
            authority: authority(values),
            hosts: ingress.hosts.map(({ host }) => host),
            secretName: tlsSecretName,
          },
        }
      : {}),
    data: postgresql.enabled ? [{ name: "postgres-tls", dnsNames: postgresqlHosts(namespaceName) }] : [],
  });
  return [...own, ...copyObjects(copied(values))];
}

/** Returns the edge; nothing where the application is not reachable from outside. */
export function edgeOf({ values }: Inputs): Model[] {
  const { enabled, className, hosts, limits, timeouts } = values.ingress;
  if (!enabled) return [];
  return edge({
    namespace: namespaceName,
    ingressClassName: className,
    hosts,
    tlsSecretName,
    service: { name: applicationServiceName, port: values.service.port },
    limits: {
      ...limits,
      clientAddress: limits.clientAddress,
    },
    timeouts,
  });
}

/** Returns the network policies. */
export function networkOf({ values }: Inputs): Model[] {
  const { app, cluster, ingress, monitoring: watched, network: ways, postgresql, redis } = values;
  return network(
    networkEdges({
      application: { http: values.service.port, metrics: values.service.metricsPort },
      ...(ingress.enabled ? { edgeController: ingress.controller } : {}),
      certificateSolver: ingress.enabled && ingress.issuer.type === "acme",
      ...(watched.enabled ? { prometheus: ways.prometheus } : {}),
      ...(postgresql.enabled
        ? {
            postgresql: {
              replicas: postgresql.readReplicas.replicaCount,
              pooled: pooled(values),
              backedUp: backedUp(values),
              readByApplication: app.readReplicas.postgresql,
            },
          }
        : {}),
      ...(redis.enabled
        ? { redis: { replicas: redis.replica.replicaCount, backedUp: redisBackedUp(values) } }
        : {}),
      ...(ways.dnsBlocks ? { dnsBlocks: ways.dnsBlocks } : {}),
      metadataServer: [],
      ...(app.kubernetesApi && cluster.apiServer ? { apiServer: cluster.apiServer } : {}),
      egress: [...ways.egress, ...externalServers(values)],
    }),
  );
}

/** Returns whom the namespace talks to outside of itself, straight from the values: what the policies are held against. */
export function outsideOf({ values }: Inputs): Outside {
  const { app, cluster, ingress, monitoring: watched, network: ways } = values;
  return {
    ...(ingress.enabled ? { edgeController: ingress.controller } : {}),
    ...(watched.enabled ? { prometheus: ways.prometheus } : {}),
    ...(app.kubernetesApi && cluster.apiServer ? { apiServer: cluster.apiServer } : {}),
    dns: ways.dnsBlocks ?? [],
    egress: [...ways.egress, ...externalServers(values)],
  };
}

function authority({ ingress }: Values): EdgeAuthority {
  const { issuer, className } = ingress;
  return issuer.type === "acme" ? { ...issuer, ingressClassName: className } : issuer;
}

function database(values: Values): Server {
  const { app, postgresql } = values;
  const { auth, enabled, external } = postgresql;
  const user = { user: auth.username, database: auth.database };
  if (external) {
    return {
      inCluster: false,
      host: external.host,
      port: external.port,
      ...user,
      parameters: { sslmode: "require" },
    };
  }
  const primary = { host: "postgres-primary-service", port: 5432 };
  return {
    inCluster: enabled,
    ...(pooled(values) ? { host: "pgbouncer", port: 6432, direct: primary } : primary),
    ...user,
    // One authority signs the certificates of PgBouncer and PostgreSQL.
    parameters: { sslmode: "verify-full", sslrootcert: `${databaseAuthorityDirectory}/ca.crt` },
    ...(app.readReplicas.postgresql ? { replica: { host: "postgres-replica-service", port: 5432 } } : {}),
  };
}

function cache({ app, redis }: Values): Server & { readonly tls: boolean } {
  const user = { user: "application", database: "0", parameters: {} };
  if (redis.external) {
    const { host, port, tls } = redis.external;
    return { inCluster: false, host, port, ...user, tls };
  }
  return {
    inCluster: redis.enabled,
    host: "redis-master-service",
    port: 6379,
    ...user,
    tls: false,
    ...(app.readReplicas.redis ? { replica: { host: "redis-replica-service", port: 6379 } } : {}),
  };
}

/** What runs elsewhere is reached through named ways out, like a bank. */
function externalServers(values: Values): EgressTarget[] {
  const { postgresql, redis } = values;
  const clients = ["application", "migration"] as const;
  const servers = [
    { purpose: "postgresql", server: postgresql.external, clients },
    { purpose: "redis", server: redis.external, clients: clients.slice(0, 1) },
  ];
  const { bucket } = values.backupCopy;
  const copying: WorkloadName[] = bucket
    ? [
        ...(backedUp(values) ? (["postgres-backup-copy", "postgres-restore-rehearsal"] as const) : []),
        ...(redisBackedUp(values) ? (["redis-dump", "redis-restore-rehearsal"] as const) : []),
      ]
    : [];
  return [
    ...copying.map((from) => ({
      purpose: "backup-copy",
      from,
      port: bucket?.port ?? 0,
      blocks: bucket?.blocks ?? [],
    })),
    ...servers.flatMap(({ purpose, server, clients: from }) =>
      server
        ? from.map((client) => ({ purpose, from: client, port: server.port, blocks: server.blocks }))
        : [],
    ),
  ];
}
