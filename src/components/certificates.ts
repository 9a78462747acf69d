import type { Model } from "../kubernetes/manifest.ts";
import { type DataCertificate, dataCertificates } from "./data-certificates.ts";
import { type EdgeCertificate, edgeCertificate } from "./edge-certificate.ts";

/** Certificates of the system, all issued and renewed by cert-manager. */
export interface Certificates {
  /** Absent where no Ingress is rendered. */
  readonly edge?: EdgeCertificate;
  /** Servers of the data tier that speak TLS; none leaves no private authority behind. */
  readonly data: readonly DataCertificate[];
}

/** Returns the Issuers and Certificates of the edge and of the data tier. */
export function certificates({ edge, data }: Certificates): Model[] {
  return [...(edge ? edgeCertificate(edge) : []), ...dataCertificates(data)];
}
