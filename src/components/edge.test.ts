import { expect, test } from "vitest";
import { guideFixture } from "../../test/guide.ts";
import { asObject, type JsonObject, seal } from "../kubernetes/manifest.ts";
import type { ClientAddress } from "./edge-middlewares.ts";
import { edgeSettings } from "./edge-settings.ts";
import { type Edge, edge, edgeServiceAnnotations } from "./edge.ts";

const spec: Edge = {
  namespace: "apg-cash-management",
  ingressClassName: "traefik",
  hosts: ["app.example.org", "api.app.example.org"].map((host) => ({
    host,
    paths: [{ path: "/", pathType: "Prefix" }],
  })),
  tlsSecretName: "apg-cash-management-tls",
  service: { name: "apg-cash-management-service", port: 8000 },
  limits: {
    requestsPerMinute: 1000,
    burst: 100,
    requestsInFlight: 50,
    bodyMebibytes: 50,
    clientAddress: {},
  },
  timeouts: { connect: 30, response: 60, idle: 60 },
};

test("HTTPS leads to the application on every host, with the guide's TLS options and all middlewares", () => {
  const ingress = named("Ingress", "apg-cash-management-ingress");
  expect(annotationsOf(ingress)).toMatchObject({
    "traefik.ingress.kubernetes.io/router.entrypoints": "websecure",
    "traefik.ingress.kubernetes.io/router.middlewares":
      "apg-cash-management-security-headers@kubernetescrd,apg-cash-management-rate-limit@kubernetescrd," +
      "apg-cash-management-connection-limit@kubernetescrd,apg-cash-management-body-limit@kubernetescrd",
    "traefik.ingress.kubernetes.io/router.tls": "true",
    "traefik.ingress.kubernetes.io/router.tls.options": "apg-cash-management-edge@kubernetescrd",
  });
  const backend = { service: { name: "apg-cash-management-service", port: { number: 8000 } } };
  const http = { paths: [{ path: "/", pathType: "Prefix", backend }] };
  expect(ingress["spec"]).toEqual({
    ingressClassName: "traefik",
    tls: [{ hosts: ["app.example.org", "api.app.example.org"], secretName: "apg-cash-management-tls" }],
    rules: [
      { host: "app.example.org", http },
      { host: "api.app.example.org", http },
    ],
  });
});

test("HTTP is redirected by a router of its own, so that a certificate's token can still be fetched", () => {
  const ingress = named("Ingress", "apg-cash-management-ingress-redirect");
  expect(annotationsOf(ingress)).toMatchObject({
    "traefik.ingress.kubernetes.io/router.entrypoints": "web",
    "traefik.ingress.kubernetes.io/router.middlewares": "apg-cash-management-https-redirect@kubernetescrd",
  });
  expect(Object.keys(annotationsOf(ingress))).not.toContain("traefik.ingress.kubernetes.io/router.priority");
  expect(asObject(ingress["spec"])["tls"]).toBeUndefined();
  expect(named("Middleware", "https-redirect")["spec"]).toEqual({
    redirectScheme: { scheme: "https", permanent: true },
  });
});

test("every object that an annotation names exists, and every middleware is named", () => {
  const references = [
    ...bodies(spec).flatMap((body) => Object.values(annotationsOf(body))),
    ...Object.values(edgeServiceAnnotations("apg-cash-management")),
  ]
    .flatMap((value) => JSON.stringify(value).slice(1, -1).split(","))
    .filter((value) => value.endsWith("@kubernetescrd"));
  const objects = bodies(spec)
    .filter(({ kind }) => kind !== "Ingress")
    .map(
      ({ metadata }) =>
        `apg-cash-management-${JSON.stringify(asObject(metadata)["name"]).slice(1, -1)}@kubernetescrd`,
    );
  expect(references.toSorted()).toEqual(objects.toSorted());
});

test("the guide's security headers are set, on refusals too", () => {
  expect(named("Middleware", "security-headers")["spec"]).toEqual({
    headers: {
      stsSeconds: 31536000,
      stsIncludeSubdomains: true,
      stsPreload: true,
      customFrameOptionsValue: "SAMEORIGIN",
      contentTypeNosniff: true,
      browserXssFilter: true,
      referrerPolicy: "strict-origin-when-cross-origin",
    },
  });
});

test("limits count per client address and never per host", () => {
  const sourceCriterion = { ipStrategy: { ipv6Subnet: 64 } };
  expect(named("Middleware", "rate-limit")["spec"]).toEqual({
    rateLimit: { average: 1000, period: "1m", burst: 100, sourceCriterion },
  });
  expect(named("Middleware", "connection-limit")["spec"]).toEqual({
    inFlightReq: { amount: 50, sourceCriterion },
  });
});

test("behind trusted proxies the client's address comes from the header that they write", () => {
  expect(strategy({ depth: 1 })).toEqual({ ipv6Subnet: 64, depth: 1 });
  expect(strategy({ excludedIPs: ["198.51.100.0/24"] })).toEqual({
    ipv6Subnet: 64,
    excludedIPs: ["198.51.100.0/24"],
  });
});

test("bodies end at the guide's 50 MiB", () => {
  expect(named("Middleware", "body-limit")["spec"]).toEqual({ buffering: { maxRequestBodyBytes: 52428800 } });
});

test("TLS begins at 1.2, with the guide's ciphers", () => {
  expect(named("TLSOption", "edge")["spec"]).toEqual({
    minVersion: "VersionTLS12",
    cipherSuites: ["TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"],
  });
});

test("the application's Service takes the edge's timeouts", () => {
  expect(edgeServiceAnnotations("apg-cash-management")).toEqual({
    "traefik.ingress.kubernetes.io/service.serverstransport": "apg-cash-management-application@kubernetescrd",
  });
  expect(named("ServersTransport", "application")["spec"]).toEqual({
    forwardingTimeouts: { dialTimeout: "30s", responseHeaderTimeout: "60s", idleConnTimeout: "60s" },
  });
});

test("what carries a setting of the guide exists, field by field", () => {
  const missing = edgeSettings
    .flatMap(({ carriedBy }) => (carriedBy === undefined ? [] : [carriedBy]))
    .filter((carrier) => {
      const [kind = "", name = "", path = ""] = carrier.split(/,? /);
      const found = path
        .split(".")
        .reduce((value, key) => asObject(value)[key] ?? {}, named(kind, name)["spec"] ?? {});
      return JSON.stringify(found) === "{}";
    });
  expect(missing).toEqual([]);
});

test("no Ingress depends on annotations that no controller here reads (K11)", () => {
  expect(bodies(spec).flatMap(unreadAnnotations)).toEqual([]);
  expect(unreadAnnotations(guideFixture("K11-ingress"))).toEqual([
    "kubernetes.io/ingress.class",
    "nginx.ingress.kubernetes.io/ssl-protocols",
    "nginx.ingress.kubernetes.io/configuration-snippet",
    "nginx.ingress.kubernetes.io/rate-limit",
    "nginx.ingress.kubernetes.io/rate-limit-window",
  ]);
});

// What Traefik's Ingress provider knows of a router, in its reference of annotations.
const known = ["entrypoints", "middlewares", "priority", "rulesyntax", "tls", "tls.options", "pathmatcher"];

function unreadAnnotations(object: JsonObject): string[] {
  if (object["kind"] !== "Ingress") return [];
  const read = new Set(known.map((name) => `traefik.ingress.kubernetes.io/router.${name}`));
  return Object.keys(annotationsOf(object)).filter(
    (key) => !read.has(key) && !key.startsWith("argocd.argoproj.io/"),
  );
}

function bodies(of: Edge): JsonObject[] {
  const placement = { component: "edge", namespace: "apg-cash-management", wave: 30 };
  return edge(of).map((model) => seal(model, placement).body);
}

function named(wanted: string, name: string, of = spec): JsonObject {
  return (
    bodies(of).find(({ kind, metadata }) => kind === wanted && asObject(metadata)["name"] === name) ?? {}
  );
}

function strategy(clientAddress: ClientAddress): unknown {
  const of = { ...spec, limits: { ...spec.limits, clientAddress } };
  const { inFlightReq } = asObject(named("Middleware", "connection-limit", of)["spec"]);
  return asObject(asObject(inFlightReq)["sourceCriterion"])["ipStrategy"];
}

function annotationsOf(body: JsonObject): JsonObject {
  return asObject(asObject(body["metadata"])["annotations"]);
}
