import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { isIP } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A certificate authority made for a test. */
export interface Authority {
  /** Its own certificate, as PEM. */
  readonly certificate: string;
  /** Returns the data of a Secret as cert-manager writes it: tls.crt, tls.key and ca.crt. */
  issue(
    hosts: readonly string[],
    commonName?: string,
  ): Readonly<Record<"tls.crt" | "tls.key" | "ca.crt", string>>;
}

const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];

/** Makes a certificate authority with openssl; nothing of it stays on the disk. */
export function makeAuthority(): Authority {
  const ca = within((folder) => {
    openssl(
      folder,
      "req",
      "-x509",
      ...newKey,
      "-keyout",
      "ca.key",
      "-out",
      "ca.crt",
      "-days",
      "2",
      "-subj",
      "/CN=test authority",
    );
    return { key: read(folder, "ca.key"), certificate: read(folder, "ca.crt") };
  });
  return {
    certificate: ca.certificate,
    issue: (hosts, commonName = "server") =>
      within((folder) => {
        writeFileSync(join(folder, "ca.key"), ca.key);
        writeFileSync(join(folder, "ca.crt"), ca.certificate);
        writeFileSync(
          join(folder, "names"),
          hosts.length === 0
            ? ""
            : `subjectAltName=${hosts.map((host) => `${isIP(host) === 0 ? "DNS" : "IP"}:${host}`).join(",")}\n`,
        );
        openssl(
          folder,
          "req",
          ...newKey,
          "-keyout",
          "tls.key",
          "-out",
          "request",
          "-subj",
          `/CN=${commonName}`,
        );
        openssl(
          folder,
          "x509",
          "-req",
          "-in",
          "request",
          "-CA",
          "ca.crt",
          "-CAkey",
          "ca.key",
          "-days",
          "1",
          "-extfile",
          "names",
          "-out",
          "tls.crt",
        );
        return {
          "tls.crt": read(folder, "tls.crt"),
          "tls.key": read(folder, "tls.key"),
          "ca.crt": ca.certificate,
        };
      }),
  };
}

function within<T>(work: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "apg-authority-"));
  try {
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function openssl(folder: string, ...words: readonly string[]): void {
  execFileSync("openssl", words, { cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
}

function read(folder: string, name: string): string {
  return readFileSync(join(folder, name), "utf8");
}
