import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeAuthority, type Authority } from "../../pods/certificates.ts";
import { applied } from "../api/client.ts";
import { at, listAt, type KubernetesObject } from "../api/object.ts";
import { ofKinds, startApiServer } from "../consumer.ts";
import { programPath, type ControlPlane } from "../control-plane.ts";
import { addAddress, ask, startBackend, type EdgeAnswer, type EdgeRequest } from "../edge.ts";
import { namespace } from "../environment.ts";
import { limited } from "../limit.ts";
import { freePort } from "../processes/ports.ts";
import { whileAllRun, type RunningProgram } from "../processes/processes.ts";
import { record } from "../record.ts";
import { programs } from "../tools/catalogue.ts";
import { readObjects } from "../tree.ts";

const name = "production";
const service = "apg-cash-management-service";
const mebibyte = 1024 * 1024;
let controlPlane: ControlPlane;
let traefik: RunningProgram;
let stopBackend: () => void;
let hosts: readonly string[];
let authority: Authority;
let root: string;
let ports: { readonly web: number; readonly websecure: number };

beforeAll(async () => {
  const objects = await readObjects(`rendered/${name}`);
  const edge = [
    ...ofKinds(objects, "Ingress", "Middleware", "TLSOption", "ServersTransport"),
    ...ofKinds(objects, "Service").filter(({ metadata }) => metadata.name === service),
  ];
  ({ controlPlane } = await startApiServer(["traefikCrds"], edge));
  const { admin, processes } = controlPlane;
  hosts = listAt(
    edge.find(({ metadata }) => metadata.name === "apg-cash-management-ingress"),
    "spec",
    "rules",
  ).map((rule) => String(at(rule, "host")));
  authority = makeAuthority();
  const certificate = authority.issue(hosts);
  root = certificate["ca.crt"];
  const address = await addAddress(processes);
  const backend = await startBackend(address);
  stopBackend = backend.stop;
  for (const object of around(certificate, address, backend.port)) await applied(admin, object);
  ports = { web: await freePort(), websecure: await freePort() };
  traefik = await startTraefik();
  await untilServed();
});
afterAll(async () => {
  stopBackend();
  await controlPlane.processes.stop();
});

test("both hosts are served with TLS, under the certificate and the cipher suites that are asked for", async () => {
  expect(hosts.length).toBe(2);
  for (const host of hosts) {
    const answer = await secure({ host, path: "/api/x" });
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body)).toMatchObject({ host, path: "/api/x" });
    expect((await secure({ host, cipher: "ECDHE-ECDSA-AES256-GCM-SHA384" })).status).toBe(200);
    await expect(secure({ host, cipher: "ECDHE-ECDSA-AES128-GCM-SHA256" })).rejects.toThrow(/handshake/u);
  }
  await prove("serves both hosts with TLS, and only with the cipher suites of the TLSOption");
});

test("plain HTTP is redirected to HTTPS for good", async () => {
  for (const host of hosts) {
    const { status, headers } = await ask({ port: ports.web, host, path: "/a?b=c" });
    expect([301, 308]).toContain(status);
    expect(headers.location).toMatch(new RegExp(`^https://${host}(?::\\d+)?/a\\?b=c$`, "u"));
  }
  await prove("redirects HTTP to HTTPS");
});

test("each answer carries the security headers", async () => {
  for (const host of hosts)
    expect((await secure({ host })).headers).toMatchObject({
      "strict-transport-security": "max-age=31536000; includeSubDomains; preload",
      "x-frame-options": "SAMEORIGIN",
      "x-content-type-options": "nosniff",
      "x-xss-protection": "1; mode=block",
      "referrer-policy": "strict-origin-when-cross-origin",
    });
  await prove("answers with the security headers");
});

test("a body above 50 MiB is answered with 413, a large one below it arrives", async () => {
  const [host = ""] = hosts;
  const large = await secure({ host, method: "POST", body: Buffer.alloc(20 * mebibyte) });
  expect([large.status, at(JSON.parse(large.body), "bytes")]).toEqual([200, 20 * mebibyte]);
  expect((await secure({ host, method: "POST", body: 50 * mebibyte + 1 })).status).toBe(413);
  await prove("answers 413 above the body size");
});

test("one client that asks faster than it may is answered with 429, after its burst of 200", async () => {
  const [host = ""] = hosts;
  let served = 0;
  let refused: EdgeAnswer | undefined;
  // Ten at once: far from the limit of requests in flight, and faster than the rate.
  for (let round = 0; round < 500 && refused === undefined; round++) {
    const answers = await Promise.all(Array.from({ length: 10 }, async () => await secure({ host })));
    served += answers.filter(({ status }) => status === 200).length;
    refused = answers.find(({ status }) => status !== 200);
  }
  expect(refused?.status).toBe(429);
  // Earlier tests took some of the burst.
  expect(served).toBeGreaterThan(150);
  await prove("answers 429 above the rate");
});

async function secure(asked: Omit<EdgeRequest, "port" | "authority">): Promise<EdgeAnswer> {
  return await ask({ ...asked, port: ports.websecure, authority: root });
}

/** What others bring in a cluster: the certificate's Secret, the class of the Ingress, the place of the pods. */
function around(
  certificate: Readonly<Record<string, string>>,
  address: string,
  port: number,
): readonly KubernetesObject[] {
  return [
    {
      apiVersion: "v1",
      kind: "Secret",
      type: "kubernetes.io/tls",
      metadata: { name: "apg-cash-management-tls", namespace },
      stringData: { "tls.crt": certificate["tls.crt"], "tls.key": certificate["tls.key"] },
    },
    {
      apiVersion: "networking.k8s.io/v1",
      kind: "IngressClass",
      metadata: { name: "traefik" },
      spec: { controller: "traefik.io/ingress-controller" },
    },
    {
      apiVersion: "discovery.k8s.io/v1",
      kind: "EndpointSlice",
      metadata: { name: "test", namespace, labels: { "kubernetes.io/service-name": service } },
      addressType: "IPv4",
      endpoints: [{ addresses: [address], conditions: { ready: true } }],
      ports: [{ name: "http", port, protocol: "TCP" }],
    },
  ];
}

/** Starts Traefik with the providers and entry points of its chart. */
async function startTraefik(): Promise<RunningProgram> {
  const { processes, kubeconfig } = controlPlane;
  return await processes.start({
    name: "traefik",
    command: await programPath("traefik"),
    environment: { KUBECONFIG: kubeconfig },
    arguments: [
      `--entrypoints.web.address=127.0.0.1:${ports.web}`,
      `--entrypoints.websecure.address=127.0.0.1:${ports.websecure}`,
      "--entrypoints.websecure.http.tls=true",
      "--providers.kubernetescrd=true",
      "--providers.kubernetescrd.allowcrossnamespace=false",
      "--providers.kubernetesingress=true",
      "--global.checknewversion=false",
      "--global.sendanonymoususage=false",
    ],
  });
}

/** Waits until Traefik has read everything: until then it answers 404, or not at all. */
async function untilServed(): Promise<void> {
  const [host = ""] = hosts;
  const waiting = new AbortController();
  let last = "";
  const served = async (): Promise<void> => {
    while (!waiting.signal.aborted) {
      const answer = await secure({ host }).catch(String);
      last = typeof answer === "string" ? answer : String(answer.status);
      if (last === "200") return;
      await delay(50);
    }
  };
  try {
    await limited(
      { what: `Traefik to serve ${host}`, lastSeen: () => last },
      whileAllRun([traefik], served()),
    );
  } finally {
    waiting.abort();
  }
}

async function prove(what: string): Promise<void> {
  await record({
    claim: `Traefik, built from its module, reads the Ingresses and Middlewares of ${name} and ${what}. A server of the test stands where the application's pods would`,
    against: [`Traefik ${programs.traefik.version}`],
    count: `${hosts.length} hosts`,
    pods: "none",
  });
}
