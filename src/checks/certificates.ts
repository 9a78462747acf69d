import { asArray, asObject, type Manifest } from "../kubernetes/manifest.ts";
import { at, find, items, objects, ofKind, text } from "./read.ts";
import type { Finding, Rule } from "./rule.ts";
import { listed } from "./selection.ts";
import { workloads } from "./workloads.ts";

// cert-manager, Certificate: ninety days where nothing is said.
const standardHours = 2160;

/** A certificate holds every name by which its server is called, is renewed in time, and is signed by somebody known. */
export const certificates: Rule = {
  id: "certificates",
  reason: "a client that verifies refuses a server whose name is not in its certificate",
  source: "cert-manager, Certificate resource; RFC 9525, Service Identity in TLS",
  values: ["ingress.hosts", "ingress.issuer", "postgresql.enabled", "postgresql.pooler.enabled"],
  *check(manifests) {
    for (const manifest of ofKind(manifests, "Certificate")) yield* times(manifest);
    for (const manifest of ofKind(manifests, "Ingress")) {
      for (const { item: tls, path } of items(at(manifest.body, "spec", "tls"), "spec.tls")) {
        const certificate = certificateOf(manifests, text(tls["secretName"]));
        if (certificate)
          yield* missing(certificate, asArray(tls["hosts"]).map(text), `${manifest.name} ${path}`);
      }
    }
    for (const manifest of ofKind(manifests, "Service")) yield* called(manifests, manifest);
  },
};

function* times(manifest: Manifest): Iterable<Finding> {
  const spec = asObject(manifest.body["spec"]);
  const duration = hours(text(spec["duration"])) ?? standardHours;
  const before = hours(text(spec["renewBefore"])) ?? duration / 3;
  if (!(before < duration))
    yield {
      manifest,
      path: "spec.renewBefore",
      message: `is ${before} h, but the certificate lasts ${duration} h; a third of that fits`,
    };
  if (asArray(spec["dnsNames"]).length === 0 && text(spec["commonName"]) === "")
    yield { manifest, path: "spec.dnsNames", message: "names nobody" };
}

/** Pods that serve with a certificate of the tree are called by the names of the Services in front of them. */
function* called(manifests: readonly Manifest[], service: Manifest): Iterable<Finding> {
  const selector = asObject(at(service.body, "spec", "selector"));
  if (Object.keys(selector).length === 0 || at(service.body, "spec", "clusterIP") === "None") return;
  const { ["statefulset.kubernetes.io/pod-name"]: _pod, ...labels } = selector;
  const volumes = workloads(manifests)
    .filter((workload) => Object.entries(labels).every(([key, value]) => workload.labels[key] === value))
    .flatMap(({ pod }) => objects(pod["volumes"]));
  for (const name of new Set(volumes.map((volume) => text(at(volume, "secret", "secretName"))))) {
    const certificate = certificateOf(manifests, name);
    const usages = asArray(at(certificate?.body, "spec", "usages"));
    // The authority alone, listed key by key, is what clients mount.
    const serving = volumes.some(
      (volume) => at(volume, "secret", "secretName") === name && at(volume, "secret", "items") === undefined,
    );
    if (certificate && serving && usages.includes("server auth"))
      yield* missing(certificate, [service.name], `clients of the Service ${service.name}`);
  }
}

function* missing(certificate: Manifest, wanted: readonly string[], why: string): Iterable<Finding> {
  const names = asArray(at(certificate.body, "spec", "dnsNames")).map(text);
  const absent = wanted.filter((name) => !names.includes(name));
  if (absent.length > 0)
    yield {
      manifest: certificate,
      path: "spec.dnsNames",
      message: `lacks ${listed(absent)}, which ${why} asks for`,
    };
}

function certificateOf(manifests: readonly Manifest[], secret: string): Manifest | undefined {
  if (secret === "") return undefined;
  const named = find(manifests, "Certificate", secret);
  if (named && at(named.body, "spec", "secretName") === secret) return named;
  return ofKind(manifests, "Certificate").find(({ body }) => at(body, "spec", "secretName") === secret);
}

function hours(duration: string): number | undefined {
  const { amount } = /^(?<amount>\d+)h(?:0m)?(?:0s)?$/.exec(duration)?.groups ?? {};
  return amount === undefined ? undefined : Number(amount);
}
