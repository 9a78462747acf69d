import { execFileSync } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer } from "node:tls";
import { afterAll, beforeAll, expect, test } from "vitest";
import { recordOf } from "./hosts.ts";
import { probe, type Asking } from "./probe.ts";

const folder = mkdtempSync(join(tmpdir(), "endpoints-"));
const host = "apg.example.com";
const dns = createSocket("udp4");
let key = "";
let certificate = "";

/** A DNS server that knows one name, at the address of this machine. */
function answer(query: Buffer): Buffer {
  const end = query.indexOf(0, 12);
  const labels = query.subarray(12, end).toString("latin1");
  const isKnown = labels.includes("apg") && query.readUInt16BE(end + 1) === 1;
  const header = Buffer.from(query.subarray(0, end + 5));
  header.writeUInt16BE(isKnown ? 0x8180 : 0x8183, 2);
  header.writeUInt16BE(isKnown ? 1 : 0, 6);
  header.writeUInt32BE(0, 8);
  const record = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 127, 0, 0, 1]);
  return isKnown ? Buffer.concat([header, record]) : header;
}

const tls = createServer({ SNICallback: undefined });

beforeAll(async () => {
  const [keyFile, file] = [join(folder, "key.pem"), join(folder, "certificate.pem")];
  execFileSync(
    "openssl",
    [
      "req",
      "-x509",
      "-newkey",
      "ec",
      "-pkeyopt",
      "ec_paramgen_curve:prime256v1",
      "-nodes",
      "-keyout",
      keyFile,
      "-out",
      file,
      "-days",
      "90",
      "-subj",
      "/O=Test/CN=authority",
      "-addext",
      `subjectAltName=DNS:${host}`,
    ],
    { stdio: "ignore" },
  );
  [key, certificate] = [readFileSync(keyFile, "utf8"), readFileSync(file, "utf8")];
  tls.setSecureContext({ key, cert: certificate });
  tls.on("tlsClientError", () => undefined);
  tls.listen(0, "127.0.0.1");
  dns.on("message", (query, from) => dns.send(answer(query), from.port, from.address));
  dns.bind(0, "127.0.0.1");
  await Promise.all([once(tls, "listening"), once(dns, "listening")]);
});
afterAll(() => {
  tls.close();
  dns.close();
  rmSync(folder, { recursive: true });
});

function asking(change: Partial<Asking> = {}): Asking {
  const address = tls.address();
  const port = address === null || typeof address === "string" ? 0 : address.port;
  return {
    address: "127.0.0.1",
    authority: certificate,
    dns: `127.0.0.1:${dns.address().port}`,
    port,
    now: Date.now(),
    ...change,
  };
}

test("a host that points to the edge and serves its own trusted certificate has no problem", async () => {
  const probed = await probe(host, asking());
  expect(probed).toMatchObject({ addresses: ["127.0.0.1"], problems: [] });
  expect(probed.certificate).toMatch(/^Test authority, until /);
});

const day = 86_400_000;

test.for([
  ["without a DNS record", "none.example.com", {}, "has no DNS record"],
  [
    "at another address than the edge's",
    host,
    { address: "192.0.2.1" },
    "points to 127.0.0.1, and the edge is 192.0.2.1",
  ],
  [
    "with a certificate of an unknown authority",
    host,
    { authority: undefined },
    "is not trusted: DEPTH_ZERO_SELF_SIGNED_CERT",
  ],
  [
    "with the certificate of another host",
    "other-apg.example.com",
    {},
    "is not trusted: ERR_TLS_CERT_ALTNAME_INVALID",
  ],
  [
    "with a certificate that nobody renewed",
    host,
    { later: 75 },
    "ends in 14 days and should have been renewed",
  ],
  ["where nothing listens", host, { port: 1 }, "does not answer: connect ECONNREFUSED"],
] as const)(
  "a host %s is found",
  async ([, name, { later = 0, ...change }, message]: readonly [
    string,
    string,
    Partial<Asking> & { readonly later?: number },
    string,
  ]) => {
    const { problems } = await probe(name, asking({ ...change, now: Date.now() + later * day }));
    expect(problems.join("\n")).toContain(message);
  },
);

test("a record is a line of a zone file, of the address's family", () => {
  expect(recordOf("a.example.com", "203.0.113.10")).toBe("a.example.com. 300 IN A 203.0.113.10");
  expect(recordOf("a.example.com", "2001:db8::1")).toBe("a.example.com. 300 IN AAAA 2001:db8::1");
});
