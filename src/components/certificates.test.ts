import { expect, test } from "vitest";
import { guideFixture } from "../../test/guide.ts";
import { asArray, asObject, type JsonObject, seal } from "../kubernetes/manifest.ts";
import { type Certificates, certificates } from "./certificates.ts";
import type { EdgeAuthority } from "./edge-certificate.ts";

const letsEncrypt: EdgeAuthority = {
  type: "acme",
  directory: "production",
  email: "operations@example.org",
  ingressClassName: "traefik",
  solverResources: {
    requests: { cpu: "100m", memory: "128Mi" },
    limits: { cpu: "100m", memory: "128Mi" },
  },
};
const hosts = ["app.example.org", "api.app.example.org"];
const spec: Certificates = {
  edge: { authority: letsEncrypt, hosts, secretName: "apg-cash-management-tls" },
  data: [
    { name: "postgres-tls", dnsNames: ["postgres-primary-service", "*.postgres-nodes"] },
    { name: "redis-tls", dnsNames: ["redis-master-service"] },
  ],
};

test("the edge's certificate covers every host and fills the Secret that the Ingress reads", () => {
  expect(named("Certificate", "apg-cash-management-tls")["spec"]).toMatchObject({
    secretName: "apg-cash-management-tls",
    dnsNames: hosts,
    issuerRef: { group: "cert-manager.io", kind: "Issuer", name: "letsencrypt-production" },
  });
});

test("Let's Encrypt proves hosts through the edge controller, with a solver pod that the LimitRange admits", () => {
  expect(named("Issuer", "letsencrypt-production")["spec"]).toEqual({
    acme: {
      server: "https://acme-v02.api.letsencrypt.org/directory",
      email: "operations@example.org",
      privateKeySecretRef: { name: "letsencrypt-production-account" },
      solvers: [
        {
          http01: {
            ingress: {
              ingressClassName: "traefik",
              serviceType: "ClusterIP",
              ingressTemplate: {
                metadata: { annotations: { "traefik.ingress.kubernetes.io/router.entrypoints": "web" } },
              },
              podTemplate: {
                spec: {
                  resources: {
                    requests: { cpu: "100m", memory: "128Mi" },
                    limits: { cpu: "100m", memory: "128Mi" },
                  },
                },
              },
            },
          },
        },
      ],
    },
  });
});

test("staging uses an account and a directory of its own", () => {
  const issuer = signedBy({ ...letsEncrypt, directory: "staging" });
  expect(issuer).toMatchObject({
    metadata: { name: "letsencrypt-staging" },
    spec: {
      acme: {
        server: "https://acme-staging-v02.api.letsencrypt.org/directory",
        privateKeySecretRef: { name: "letsencrypt-staging-account" },
      },
    },
  });
});

test("a customer's authority signs on-prem, and nobody's in development", () => {
  expect(signedBy({ type: "ca" })["spec"]).toEqual({
    ca: { secretName: "apg-cash-management-edge-authority" },
  });
  expect(signedBy({ type: "self-signed" })["spec"]).toEqual({ selfSigned: {} });
});

test("a certificate that cannot be proven yet does not keep the database waiting", () => {
  for (const { metadata } of bodies({ ...spec, data: [] })) {
    expect(asObject(metadata)["annotations"]).toEqual({ "argocd.argoproj.io/sync-wave": "30" });
  }
});

test("servers of the data tier have certificates of a private authority, which is renewed with its key", () => {
  expect(named("Certificate", "postgres-tls")["spec"]).toMatchObject({
    dnsNames: ["postgres-primary-service", "*.postgres-nodes"],
    issuerRef: { name: "apg-cash-management-data-ca" },
    privateKey: { rotationPolicy: "Always" },
  });
  expect(named("Issuer", "apg-cash-management-data-ca")["spec"]).toEqual({
    ca: { secretName: "apg-cash-management-data-ca" },
  });
  expect(named("Certificate", "apg-cash-management-data-ca")["spec"]).toMatchObject({
    isCA: true,
    secretName: "apg-cash-management-data-ca",
    privateKey: { rotationPolicy: "Never" },
  });
});

test("each step of the private authority waits for the one before", () => {
  const steps = [
    named("Issuer", "apg-cash-management-data-self-signed"),
    named("Certificate", "apg-cash-management-data-ca"),
    named("Issuer", "apg-cash-management-data-ca"),
    named("Certificate", "postgres-tls"),
  ];
  const waves = steps.map(
    ({ metadata }) => asObject(asObject(metadata)["annotations"])["argocd.argoproj.io/sync-wave"],
  );
  expect(waves).toEqual(["-13", "-12", "-11", "-10"]);
});

test("without TLS in the data tier and without an edge nothing is left", () => {
  expect(bodies({ ...spec, data: [] }).map(({ kind }) => kind)).toEqual(["Issuer", "Certificate"]);
  expect(bodies({ data: [] })).toEqual([]);
});

test("the edge's Secret has one owner, which is the Certificate (K7)", () => {
  expect(ownersOf("apg-cash-management-tls", bodies(spec))).toEqual(["Certificate"]);
  const guide = [guideFixture("K7-tls-secret"), guideFixture("K7-certificate-annotation")];
  expect(ownersOf("apg-cash-management-tls", guide)).toEqual(["Secret", "Ingress"]);
});

/** Kinds of the objects that write a TLS Secret: itself, a Certificate, or an Ingress that cert-manager reads. */
function ownersOf(secret: string, objects: readonly JsonObject[]): unknown[] {
  return objects
    .filter(({ kind, metadata, spec: of }) => {
      if (kind === "Secret") return asObject(metadata)["name"] === secret;
      if (kind === "Certificate") return asObject(of)["secretName"] === secret;
      const annotations = Object.keys(asObject(asObject(metadata)["annotations"]));
      return (
        annotations.some((key) => key.startsWith("cert-manager.io/")) &&
        asArray(asObject(of)["tls"]).some((entry) => asObject(entry)["secretName"] === secret)
      );
    })
    .map(({ kind }) => kind);
}

function bodies(of: Certificates): JsonObject[] {
  const placement = { component: "certificates", namespace: "apg-cash-management", wave: -10 };
  return certificates(of).map((model) => seal(model, placement).body);
}

function named(wanted: string, name: string): JsonObject {
  return (
    bodies(spec).find(({ kind, metadata }) => kind === wanted && asObject(metadata)["name"] === name) ?? {}
  );
}

function signedBy(authority: EdgeAuthority): JsonObject {
  const edge = { authority, hosts, secretName: "apg-cash-management-tls" };
  return bodies({ edge, data: [] }).find(({ kind }) => kind === "Issuer") ?? {};
}
