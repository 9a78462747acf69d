import { Certificate } from "@kubernetes-models/cert-manager/cert-manager.io/v1/Certificate";
import { Issuer } from "@kubernetes-models/cert-manager/cert-manager.io/v1/Issuer";
import type { Model } from "../kubernetes/manifest.ts";
import { workloadLabels } from "../kubernetes/metadata.ts";
import { postgresqlNames } from "./postgresql-pod.ts";

/** Where the certificates of the data tier are valid. */
export interface PrivateAuthority {
  readonly namespace: string;
}

/** The Issuer of the private authority, and the Secret that holds its key. */
export const privateAuthorityName = "apg-private-authority";

const authority = privateAuthorityName;

/**
 * Returns the namespace's private certificate authority (self-signed, ten years) and the Issuer that signs with it.
 * Clients of the data tier trust this authority and no other.
 */
export function privateAuthority(): Model[] {
  const labels = { "app.kubernetes.io/name": authority };
  return [
    new Issuer({ metadata: { name: `${authority}-self-signed`, labels }, spec: { selfSigned: {} } }),
    new Certificate({
      metadata: { name: authority, labels },
      spec: {
        isCA: true,
        commonName: "APG Cash Management data tier",
        secretName: authority,
        duration: "87600h0m0s",
        renewBefore: "8760h0m0s",
        privateKey: { algorithm: "ECDSA", size: 256 },
        issuerRef: { group: "cert-manager.io", kind: "Issuer", name: `${authority}-self-signed` },
      },
    }),
    new Issuer({ metadata: { name: authority, labels }, spec: { ca: { secretName: authority } } }),
  ];
}

/** Returns the server certificate of all PostgreSQL pods; cert-manager renews it, and the pods reload it. */
export function postgresqlCertificate({ namespace }: PrivateAuthority): Certificate {
  return new Certificate({
    metadata: { name: postgresqlNames.certificate, labels: workloadLabels({ app: "postgres" }) },
    spec: {
      secretName: postgresqlNames.certificate,
      dnsNames: [...postgresqlHosts(namespace)],
      duration: "2160h0m0s",
      renewBefore: "720h0m0s",
      privateKey: { algorithm: "ECDSA", size: 256, rotationPolicy: "Always" },
      usages: ["server auth"],
      issuerRef: { group: "cert-manager.io", kind: "Issuer", name: authority },
    },
  });
}

/** Returns every name under which a client may verify a PostgreSQL server. */
export function postgresqlHosts(namespace: string): readonly string[] {
  const services = ["postgres-primary-service", "postgres-replica-service", `*.${postgresqlNames.nodes}`];
  return [
    "localhost",
    ...services.flatMap((host) => [host, `${host}.${namespace}`, `${host}.${namespace}.svc`]),
  ];
}
