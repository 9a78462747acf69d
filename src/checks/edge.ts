import { asArray, type Manifest } from "../kubernetes/manifest.ts";
import { at, find, objects, ofKind, text } from "./read.ts";
import type { Finding, Rule } from "./rule.ts";
import { listed } from "./selection.ts";

const router = "traefik.ingress.kubernetes.io/router";

/** Every host is served with TLS of today, is redirected there from HTTP, and has the limits of the guide in front. */
export const edge: Rule = {
  id: "edge",
  reason:
    "what crosses the network in clear is read on the way, and a host without limits is taken by one client",
  source: "Traefik, Kubernetes Ingress, TLS Options, Middlewares; RFC 9325, Recommendations for TLS",
  values: ["ingress"],
  *check(manifests) {
    const routes = ofKind(manifests, "Ingress");
    const redirected = new Set(
      routes.filter((route) => middlewares(manifests, route).some(isRedirect)).flatMap(hostsOf),
    );
    for (const manifest of routes) {
      const own = middlewares(manifests, manifest);
      if (own.some(isRedirect)) continue;
      yield* secure(manifest);
      const plain = hostsOf(manifest).filter((host) => !redirected.has(host));
      if (plain.length > 0)
        yield {
          manifest,
          path: "spec.rules",
          message: `serves ${listed(plain)}, which nobody redirects from HTTP`,
        };
      for (const [kind, why] of [
        ["rateLimit", "limits requests"],
        ["inFlightReq", "limits requests in flight"],
        ["headers", "sets security headers"],
        ["buffering", "limits bodies"],
      ] as const) {
        if (!own.some(({ body }) => at(body, "spec", kind) !== undefined))
          yield {
            manifest,
            path: `metadata.annotations["${router}.middlewares"]`,
            message: `names no Middleware that ${why} (${kind})`,
          };
      }
    }
    for (const manifest of ofKind(manifests, "TLSOption")) {
      const least = text(at(manifest.body, "spec", "minVersion"));
      if (least !== "VersionTLS12" && least !== "VersionTLS13")
        yield { manifest, path: "spec.minVersion", message: `is ${least || "not set"}; VersionTLS12 fits` };
      const weak = asArray(at(manifest.body, "spec", "cipherSuites"))
        .map(text)
        .filter((name) => !/^TLS_(?:ECDHE_|AES_|CHACHA20_).*(?:GCM|POLY1305)/.test(name));
      if (weak.length > 0)
        yield {
          manifest,
          path: "spec.cipherSuites",
          message: `holds ${listed(weak)}, without forward secrecy`,
        };
    }
  },
};

function* secure(manifest: Manifest): Iterable<Finding> {
  const covered = objects(at(manifest.body, "spec", "tls")).flatMap((tls) => asArray(tls["hosts"]).map(text));
  const bare = hostsOf(manifest).filter((host) => !covered.includes(host));
  if (bare.length > 0)
    yield {
      manifest,
      path: "spec.tls",
      message: `covers not ${listed(bare)}, served without a certificate of its own`,
    };
  for (const [key, wanted] of [
    ["entrypoints", "websecure"],
    ["tls", "true"],
  ] as const) {
    const is = text(at(manifest.body, "metadata", "annotations", `${router}.${key}`));
    if (is !== wanted)
      yield {
        manifest,
        path: `metadata.annotations["${router}.${key}"]`,
        message: `is ${is || "not set"}: the host answers without TLS; ${wanted} fits`,
      };
  }
  if (at(manifest.body, "metadata", "annotations", `${router}.tls.options`) === undefined)
    yield {
      manifest,
      path: `metadata.annotations["${router}.tls.options"]`,
      message: "is not set: versions and ciphers of TLS are the controller's own",
    };
}

function middlewares(manifests: readonly Manifest[], { body, namespace }: Manifest): readonly Manifest[] {
  const named = text(at(body, "metadata", "annotations", `${router}.middlewares`)).split(",");
  return named.flatMap((name) => {
    const own = name
      .trim()
      .replace(`${namespace ?? "default"}-`, "")
      .replace("@kubernetescrd", "");
    return find(manifests, "Middleware", own) ?? [];
  });
}

function isRedirect({ body }: Manifest): boolean {
  return at(body, "spec", "redirectScheme", "scheme") === "https";
}

function hostsOf({ body }: Manifest): readonly string[] {
  return objects(at(body, "spec", "rules")).map((rule) => text(rule["host"]));
}
