import { X509Certificate } from "node:crypto";

/** The certificates in a text, and what stands beside them. */
export interface PemText {
  readonly certificates: readonly X509Certificate[];
  /** The text without the certificates; a block that only looks like one stays. */
  readonly rest: string;
}

const block = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;

/** Returns the certificates that a text holds in the form of RFC 7468. */
export function readPem(text: string): PemText {
  const certificates: X509Certificate[] = [];
  const rest = text.replaceAll(block, (found) => {
    const certificate = parse(found);
    if (certificate === undefined) return found;
    certificates.push(certificate);
    return "";
  });
  return { certificates, rest };
}

function parse(found: string): X509Certificate | undefined {
  try {
    return new X509Certificate(found);
  } catch {
    return undefined;
  }
}
