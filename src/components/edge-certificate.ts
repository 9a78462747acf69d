import { Certificate } from "@kubernetes-models/cert-manager/cert-manager.io/v1/Certificate";
import { Issuer } from "@kubernetes-models/cert-manager/cert-manager.io/v1/Issuer";
import type { IIssuerSpec } from "@kubernetes-models/cert-manager/cert-manager.io/v1/IssuerSpec";
import type { Model } from "../kubernetes/manifest.ts";
import type { Resources } from "../kubernetes/pods.ts";
import { syncWave } from "./sync-wave.ts";

/** Let's Encrypt, which proves each host by HTTP-01 through the edge controller. */
export interface AcmeAuthority {
  readonly type: "acme";
  /** `staging` has wide rate limits and is trusted by no browser. */
  readonly directory: "production" | "staging";
  /** Address that Let's Encrypt may write to about the account. */
  readonly email: string;
  /** Class of the Ingress that leads to the solver pod. */
  readonly ingressClassName: string;
  /** Of the solver pod: cert-manager's own (10m, 64Mi) lie below the namespace's LimitRange, which would refuse it. */
  readonly solverResources: Resources;
}

/** Who signs the edge's certificate; `ca` reads the Secret apg-cash-management-edge-authority. */
export type EdgeAuthority = AcmeAuthority | { readonly type: "ca" } | { readonly type: "self-signed" };

/** The certificate that the edge shows to clients. */
export interface EdgeCertificate {
  readonly authority: EdgeAuthority;
  /** Host names, the first of which names the certificate. */
  readonly hosts: readonly string[];
  /** Secret that the Ingress reads. */
  readonly secretName: string;
}

// RFC 8555 directories, as Let's Encrypt documents them.
const directories = {
  production: "https://acme-v02.api.letsencrypt.org/directory",
  staging: "https://acme-staging-v02.api.letsencrypt.org/directory",
} as const;

// With the Ingress: a Certificate that cannot be proven yet (no DNS record) is Progressing, and in an earlier wave it
// would keep the database from being made.
const edgeWave = syncWave(30);

/**
 * Returns the edge's Certificate for all hosts and the namespaced Issuer that signs it. cert-manager alone owns the
 * Secret: no Secret is rendered, and the Ingress carries no cert-manager annotation, which would make a second owner.
 */
export function edgeCertificate({ authority, hosts, secretName }: EdgeCertificate): Model[] {
  const issuer = issuerName(authority);
  return [
    new Issuer({
      metadata: { name: issuer, annotations: edgeWave },
      spec: issuerSpec(authority),
    }),
    new Certificate({
      metadata: { name: secretName, annotations: edgeWave },
      spec: {
        secretName,
        dnsNames: [...hosts],
        // An RSA key: the guide's second cipher is for clients that know no ECDSA.
        privateKey: { algorithm: "RSA", size: 2048, rotationPolicy: "Always" },
        usages: ["digital signature", "key encipherment", "server auth"],
        issuerRef: { group: "cert-manager.io", kind: "Issuer", name: issuer },
      },
    }),
  ];
}

function issuerName(authority: EdgeAuthority): string {
  switch (authority.type) {
    case "acme":
      return `letsencrypt-${authority.directory}`;
    case "ca":
      return "apg-cash-management-edge-authority";
    case "self-signed":
      return "apg-cash-management-edge-self-signed";
  }
}

function issuerSpec(authority: EdgeAuthority): IIssuerSpec {
  switch (authority.type) {
    case "acme":
      return { acme: acme(authority) };
    case "ca":
      return { ca: { secretName: "apg-cash-management-edge-authority" } };
    case "self-signed":
      return { selfSigned: {} };
  }
}

function acme({
  directory,
  email,
  ingressClassName,
  solverResources,
}: AcmeAuthority): NonNullable<IIssuerSpec["acme"]> {
  const { requests, limits } = solverResources;
  return {
    server: directories[directory],
    email,
    privateKeySecretRef: { name: `letsencrypt-${directory}-account` },
    solvers: [
      {
        http01: {
          ingress: {
            ingressClassName,
            serviceType: "ClusterIP",
            // On HTTPS too, its router would have other TLS options for the same host than the Ingress, and Traefik
            // would then fall back to its default ones for both.
            ingressTemplate: {
              metadata: { annotations: { "traefik.ingress.kubernetes.io/router.entrypoints": "web" } },
            },
            podTemplate: { spec: { resources: { requests: { ...requests }, limits: { ...limits } } } },
          },
        },
      },
    ],
  };
}
