import { ServiceAccount } from "kubernetes-models/v1/ServiceAccount";
import { SecretStore } from "@kubernetes-models/external-secrets/external-secrets.io/v1/SecretStore";
import type { IExternalSecretDataRemoteRef } from "@kubernetes-models/external-secrets/external-secrets.io/v1/ExternalSecretDataRemoteRef";
import type { ISecretStoreProvider } from "@kubernetes-models/external-secrets/external-secrets.io/v1/SecretStoreProvider";
import type { Model } from "../kubernetes/manifest.ts";
import { syncWave } from "./sync-wave.ts";
import { generated, generatedSecrets } from "./generated-secrets.ts";

/** Google Secret Manager, reached by workload identity. */
export interface GoogleStore {
  readonly provider: "google";
  /** Project that holds the secrets. */
  readonly project: string;
  /** First part of every secret's name; see `remoteReference`. */
  readonly prefix: string;
  /**
   * E-mail address of the Google service account that the store's Kubernetes account acts for; absent where the
   * Kubernetes account itself may read the secrets (as principal of the cluster's identity pool).
   */
  readonly account?: string;
}

/** HashiCorp Vault (key-value engine, version 2), reached by its Kubernetes authentication. */
export interface VaultStore {
  readonly provider: "vault";
  /** Address of the server, such as https://vault.example.org:8200. */
  readonly server: string;
  /** Mount of the key-value engine, such as `secret`. */
  readonly engine: string;
  /** Mount of the Kubernetes authentication, such as `kubernetes`. */
  readonly mount: string;
  /** Vault role that the store's account logs in as. */
  readonly role: string;
  /** First part of every secret's path; see `remoteReference`. */
  readonly prefix: string;
  /** ConfigMap of this namespace, and its key, with the authority that signed the server's certificate, where private. */
  readonly authority?: { readonly configMap: string; readonly key: string };
}

/** Passwords that the operator invents in the cluster itself: for development, where nothing is worth keeping. */
export interface GeneratedStore {
  readonly provider: "generated";
  /** Namespace that all objects are in; the store reads a Secret of it. */
  readonly namespace: string;
}

/** Where secret values come from. */
export type Store = GoogleStore | VaultStore | GeneratedStore;

/** A secret value by the names that every store knows it under. */
export interface SecretValue {
  /** What it belongs to, such as `postgres`. */
  readonly group: string;
  /** What it is, such as `application-password`. */
  readonly name: string;
}

/** Name of the SecretStore, and of the account that it logs in with. */
export const storeName = "apg-cash-management-store";
const account = "external-secrets-store";

// Argo CD calls an ExternalSecret without its store, or a store without its account, Degraded, and a Degraded object
// ends the sync: the source comes before what reads it.
const storeWave = -12;

/**
 * Returns the SecretStore with an account of its own, which may read this system's secrets and nothing else; for a
 * generated store also the values themselves.
 */
export function secretSource(store: Store, values: readonly SecretValue[]): Model[] {
  return [
    new ServiceAccount({
      metadata: {
        name: account,
        annotations: {
          ...syncWave(storeWave),
          ...(store.provider === "google" && store.account !== undefined
            ? { "iam.gke.io/gcp-service-account": store.account }
            : {}),
        },
      },
      // The operator asks for its tokens by name; no pod runs as this account.
      automountServiceAccountToken: false,
    }),
    new SecretStore({
      metadata: { name: storeName, annotations: syncWave(storeWave) },
      spec: { provider: provider(store) },
    }),
    ...(store.provider === "generated"
      ? generatedSecrets({ account, wave: storeWave, values: values.map(generatedKey) })
      : []),
  ];
}

/**
 * Returns where a store keeps a value. Google Secret Manager: one secret per value, `<prefix>-<group>-<name>`, so that
 * each has versions and access of its own. Vault: one entry per group, `<prefix>/<group>`, with the name as its key.
 */
export function remoteReference(store: Store, { group, name }: SecretValue): IExternalSecretDataRemoteRef {
  switch (store.provider) {
    case "google":
      return { key: `${store.prefix}-${group}-${name}` };
    case "vault":
      return { key: `${store.prefix}/${group}`, property: name };
    case "generated":
      return { key: generated, property: generatedKey({ group, name }) };
  }
}

function provider(store: Store): ISecretStoreProvider {
  switch (store.provider) {
    case "google":
      return {
        gcpsm: {
          projectID: store.project,
          auth: { workloadIdentity: { serviceAccountRef: { name: account } } },
        },
      };
    case "vault":
      return {
        vault: {
          server: store.server,
          path: store.engine,
          version: "v2",
          auth: {
            kubernetes: { mountPath: store.mount, role: store.role, serviceAccountRef: { name: account } },
          },
          ...(store.authority
            ? {
                caProvider: {
                  type: "ConfigMap",
                  name: store.authority.configMap,
                  key: store.authority.key,
                },
              }
            : {}),
        },
      };
    case "generated":
      return {
        kubernetes: {
          remoteNamespace: store.namespace,
          server: {
            url: "https://kubernetes.default.svc",
            // Published in every namespace by the cluster itself.
            caProvider: { type: "ConfigMap", name: "kube-root-ca.crt", key: "ca.crt" },
          },
          auth: { serviceAccount: { name: account } },
        },
      };
  }
}

function generatedKey({ group, name }: SecretValue): string {
  return `${group}-${name}`;
}
