import { Certificate } from "@kubernetes-models/cert-manager/cert-manager.io/v1/Certificate";
import { Issuer } from "@kubernetes-models/cert-manager/cert-manager.io/v1/Issuer";
import type { Model } from "../kubernetes/manifest.ts";
import { syncWave } from "./sync-wave.ts";

/** A server of the data tier and the names by which its clients verify it. */
export interface DataCertificate {
  /** Name of the Certificate and of its Secret, such as postgres-tls. */
  readonly name: string;
  /** Names of its Services and pods, as clients write them. */
  readonly dnsNames: readonly string[];
}

/** The Issuer of the data tier's private authority, and the Secret that holds its key. */
export const dataAuthority = "apg-cash-management-data-ca";

const selfSigned = "apg-cash-management-data-self-signed";

/**
 * Returns a private authority for the data tier, and a certificate per server that it signs. Public authorities do not
 * sign names of Services. Argo CD calls an Issuer without its Secret Degraded, and a Degraded object ends the sync, so
 * each step has a wave of its own. Clients trust this authority and no other (key ca.crt of each Secret).
 */
export function dataCertificates(certificates: readonly DataCertificate[]): Model[] {
  if (certificates.length === 0) return [];
  return [
    new Issuer({ metadata: { name: selfSigned, annotations: syncWave(-13) }, spec: { selfSigned: {} } }),
    new Certificate({
      metadata: { name: dataAuthority, annotations: syncWave(-12) },
      spec: {
        isCA: true,
        commonName: "APG Cash Management data tier",
        secretName: dataAuthority,
        // Ten years, renewed one year before: servers are renewed many times in that year.
        duration: "87600h0m0s",
        renewBefore: "8760h0m0s",
        // With the same key the renewed authority still vouches for certificates that are in use.
        privateKey: { algorithm: "ECDSA", size: 256, rotationPolicy: "Never" },
        usages: ["cert sign", "crl sign"],
        issuerRef: { group: "cert-manager.io", kind: "Issuer", name: selfSigned },
      },
    }),
    new Issuer({
      metadata: { name: dataAuthority, annotations: syncWave(-11) },
      spec: { ca: { secretName: dataAuthority } },
    }),
    ...certificates.map(serverCertificate),
  ];
}

function serverCertificate({ name, dnsNames }: DataCertificate): Certificate {
  return new Certificate({
    metadata: { name },
    spec: {
      secretName: name,
      dnsNames: [...dnsNames],
      // 90 days, renewed after 60: a month in which a failing renewal can be mended.
      duration: "2160h0m0s",
      renewBefore: "720h0m0s",
      privateKey: { algorithm: "ECDSA", size: 256, rotationPolicy: "Always" },
      usages: ["digital signature", "server auth"],
      issuerRef: { group: "cert-manager.io", kind: "Issuer", name: dataAuthority },
    },
  });
}
