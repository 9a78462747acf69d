import { ExternalSecret } from "@kubernetes-models/external-secrets/external-secrets.io/v1/ExternalSecret";
import type { Model } from "../kubernetes/manifest.ts";
import { keepData } from "../kubernetes/metadata.ts";
import { copyCredentialKeys } from "./backup-copy.ts";
import { connectionUrl, plain } from "./secret-templates.ts";
import { remoteReference, type SecretValue, secretSource, type Store, storeName } from "./secret-sources.ts";

interface Address {
  readonly host: string;
  readonly port: number;
}

/** A server that the application connects to by URL, in this namespace or elsewhere. */
export interface Server {
  /** Whether it runs in this namespace; then its other users' passwords are wanted too. */
  readonly inCluster: boolean;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** PostgreSQL: the database's name. Redis: the number of the database. */
  readonly database: string;
  /** Parameters after the question mark, such as sslmode, in the order given; all text. */
  readonly parameters: Readonly<Record<string, string>>;
  /** The read replicas, where the application is to have their URL too (key `…-replica-url`). */
  readonly replica?: Address;
  /** The server itself, where host and port are a pooler's (key `…-direct-url`). */
  readonly direct?: Address;
}

/** Secrets of the system, all filled by the External Secrets Operator; no value ever stands in the repository. */
export interface Secrets {
  readonly store: Store;
  /** How often the store is read again, as a Go duration such as 15m. */
  readonly refreshInterval: string;
  readonly postgresql: Server;
  readonly redis: Server & {
    /** Whether the connection is encrypted (rediss). */
    readonly tls: boolean;
  };
  /** Banks whose API keys the application holds, as in `chase`. */
  readonly banks: readonly string[];
  /** Whether images come from a registry that asks for credentials (value `registry`, `dockerconfigjson`). */
  readonly pullSecret: boolean;
  /** Whether the store holds the keys to the copy of the backups (`backup-copy`; see `copyCredentialKeys`). */
  readonly backupCopy: boolean;
  /** Whether the store holds the authority that signs the edge's certificate (`edge-authority`: tls-crt, tls-key). */
  readonly edgeAuthority: boolean;
}

/** One Secret: its keys as templates over values of the store. */
interface Target {
  readonly name: string;
  readonly keys: Readonly<Record<string, string>>;
  readonly values: readonly SecretValue[];
  readonly type?: string;
  /** Whether data becomes unreadable, or its server unreachable, without it. */
  readonly holdsKeysToData: boolean;
}

const applicationKeys = ["secret-key", "jwt-secret-key", "encryption-key"];
// The superuser of PostgreSQL has no password: he comes over the socket of the pod.
const users = ["application-password", "replication-password", "monitoring-password"];

/**
 * Returns the ExternalSecrets of all Secrets, with the SecretStore that they read. They are the same for every store;
 * connection URLs are composed from the same password as the servers', so the two cannot drift apart.
 *
 * Secrets that open data (database credentials, the encryption key) are orphans: Kubernetes would remove an owned one
 * together with its ExternalSecret, and running servers could not start again. The others are owned, and go with it.
 * Throws an Error for a pull secret or an authority from a generated store, which cannot invent either.
 */
export function secrets(spec: Secrets): Model[] {
  if (spec.store.provider === "generated" && (spec.pullSecret || spec.edgeAuthority || spec.backupCopy)) {
    throw new Error(
      "a generated store can invent neither registry credentials nor a certificate authority nor a bucket's key",
    );
  }
  const targets = [
    application(spec),
    ...(spec.banks.length > 0 ? [banks(spec.banks)] : []),
    ...(spec.postgresql.inCluster ? [credentials("postgres", users)] : []),
    ...(spec.redis.inCluster ? [credentials("redis", users)] : []),
    ...(spec.backupCopy ? [credentials("backup-copy", copyCredentialKeys)] : []),
    ...(spec.pullSecret ? [registry()] : []),
    ...(spec.edgeAuthority ? [edgeAuthority()] : []),
  ];
  return [
    ...secretSource(spec.store, distinct(targets.flatMap(({ values }) => values))),
    ...targets.map((target) => externalSecret(spec, target)),
  ];
}

function externalSecret({ store, refreshInterval }: Secrets, target: Target): ExternalSecret {
  return new ExternalSecret({
    metadata: { name: target.name, ...(target.holdsKeysToData ? { annotations: keepData } : {}) },
    spec: {
      refreshPolicy: "Periodic",
      refreshInterval,
      secretStoreRef: { kind: "SecretStore", name: storeName },
      target: {
        name: target.name,
        creationPolicy: target.holdsKeysToData ? "Orphan" : "Owner",
        deletionPolicy: "Retain",
        template: {
          engineVersion: "v2",
          // Without metadata of its own the Secret would get this object's, Argo CD's annotations included.
          metadata: {},
          ...(target.type === undefined ? {} : { type: target.type }),
          data: { ...target.keys },
        },
      },
      data: target.values.map((value) => ({
        secretKey: variable(value),
        remoteRef: remoteReference(store, value),
      })),
    },
  });
}

function application({ postgresql, redis }: Secrets): Target {
  const database: SecretValue = { group: "postgres", name: "application-password" };
  const cache: SecretValue = { group: "redis", name: "application-password" };
  const own = applicationKeys.map((name): SecretValue => ({ group: "application", name }));
  const databaseUrl = ({ host, port }: Address): string =>
    connectionUrl({ ...postgresql, host, port, scheme: "postgresql", password: variable(database) });
  const cacheUrl = ({ host, port }: Address): string =>
    connectionUrl({
      ...redis,
      host,
      port,
      scheme: redis.tls ? "rediss" : "redis",
      password: variable(cache),
    });
  return {
    name: "apg-cash-management-secrets",
    keys: {
      "database-url": databaseUrl(postgresql),
      "redis-url": cacheUrl(redis),
      ...(postgresql.direct ? { "database-direct-url": databaseUrl(postgresql.direct) } : {}),
      ...(postgresql.replica ? { "database-replica-url": databaseUrl(postgresql.replica) } : {}),
      ...(redis.replica ? { "redis-replica-url": cacheUrl(redis.replica) } : {}),
      ...Object.fromEntries(own.map((value) => [value.name, plain(variable(value))])),
    },
    values: [...own, database, cache],
    holdsKeysToData: true,
  };
}

function banks(names: readonly string[]): Target {
  const values = names.map((bank): SecretValue => ({ group: "bank", name: `${bank}-api-key` }));
  return { name: "apg-cash-management-bank-secrets", ...copied(values), holdsKeysToData: false };
}

function credentials(group: "postgres" | "redis" | "backup-copy", names: readonly string[]): Target {
  const values = names.map((name): SecretValue => ({ group, name }));
  return { name: `${group}-credentials`, ...copied(values), holdsKeysToData: true };
}

function registry(): Target {
  const value: SecretValue = { group: "registry", name: "dockerconfigjson" };
  return {
    name: "registry-pull-secret",
    type: "kubernetes.io/dockerconfigjson",
    keys: { ".dockerconfigjson": plain(variable(value)) },
    values: [value],
    holdsKeysToData: false,
  };
}

function edgeAuthority(): Target {
  const certificate: SecretValue = { group: "edge-authority", name: "tls-crt" };
  const key: SecretValue = { group: "edge-authority", name: "tls-key" };
  return {
    name: "apg-cash-management-edge-authority",
    type: "kubernetes.io/tls",
    keys: { "tls.crt": plain(variable(certificate)), "tls.key": plain(variable(key)) },
    values: [certificate, key],
    holdsKeysToData: false,
  };
}

function copied(values: readonly SecretValue[]): Pick<Target, "keys" | "values"> {
  return { values, keys: Object.fromEntries(values.map((value) => [value.name, plain(variable(value))])) };
}

/** Go templates read `a-b` as a subtraction, so a value's variable has underscores. */
function variable({ group, name }: SecretValue): string {
  return `${group}_${name}`.replaceAll("-", "_");
}

function distinct(values: readonly SecretValue[]): SecretValue[] {
  return [...new Map(values.map((value) => [variable(value), value])).values()];
}
