import type { Manifest } from "../kubernetes/manifest.ts";
import type { Reference } from "./pod-references.ts";
import { at, items, ofKind, text } from "./read.ts";

/** Yields everything that objects other than pods name. */
export function* objectReferences(manifests: readonly Manifest[]): Iterable<Reference> {
  for (const manifest of ofKind(manifests, "RoleBinding", "ClusterRoleBinding")) {
    const role = at(manifest.body, "roleRef");
    yield { manifest, path: "roleRef", kind: text(at(role, "kind")), name: text(at(role, "name")) };
    for (const { item: subject, path } of items(manifest.body["subjects"], "subjects")) {
      const own = subject["namespace"] === undefined || subject["namespace"] === manifest.namespace;
      if (subject["kind"] === "ServiceAccount" && own)
        yield { manifest, path, kind: "ServiceAccount", name: text(subject["name"]) };
    }
  }
  for (const manifest of ofKind(manifests, "HorizontalPodAutoscaler", "ScaledObject")) {
    const target = at(manifest.body, "spec", "scaleTargetRef");
    const kind = text(at(target, "kind")) || "Deployment";
    yield { manifest, path: "spec.scaleTargetRef", kind, name: text(at(target, "name")) };
  }
  for (const manifest of ofKind(manifests, "Certificate")) {
    const issuer = at(manifest.body, "spec", "issuerRef");
    yield {
      manifest,
      path: "spec.issuerRef",
      kind: text(at(issuer, "kind")) || "Issuer",
      name: text(at(issuer, "name")),
    };
  }
  for (const manifest of ofKind(manifests, "Issuer")) {
    const secret = at(manifest.body, "spec", "ca", "secretName");
    if (secret !== undefined)
      yield { manifest, path: "spec.ca.secretName", kind: "Secret", name: text(secret) };
  }
  for (const manifest of ofKind(manifests, "ExternalSecret")) {
    const store = at(manifest.body, "spec", "secretStoreRef");
    if (store !== undefined)
      yield {
        manifest,
        path: "spec.secretStoreRef",
        kind: text(at(store, "kind")) || "SecretStore",
        name: text(at(store, "name")),
      };
  }
  for (const manifest of ofKind(manifests, "SecretStore")) {
    const provider = at(manifest.body, "spec", "provider");
    for (const [path, account] of [
      [
        "gcpsm.auth.workloadIdentity.serviceAccountRef",
        at(provider, "gcpsm", "auth", "workloadIdentity", "serviceAccountRef"),
      ],
      [
        "vault.auth.kubernetes.serviceAccountRef",
        at(provider, "vault", "auth", "kubernetes", "serviceAccountRef"),
      ],
      ["kubernetes.auth.serviceAccount", at(provider, "kubernetes", "auth", "serviceAccount")],
    ] as const) {
      if (account !== undefined)
        yield {
          manifest,
          path: `spec.provider.${path}`,
          kind: "ServiceAccount",
          name: text(at(account, "name")),
        };
    }
  }
  for (const manifest of ofKind(manifests, "Ingress")) yield* ingressReferences(manifest);
  for (const manifest of ofKind(manifests, "Service")) {
    const key = "traefik.ingress.kubernetes.io/service.serverstransport";
    yield* traefikReferences(manifest, key, "ServersTransport");
  }
}

function* ingressReferences(manifest: Manifest): Iterable<Reference> {
  const router = "traefik.ingress.kubernetes.io/router";
  yield* traefikReferences(manifest, `${router}.middlewares`, "Middleware");
  yield* traefikReferences(manifest, `${router}.tls.options`, "TLSOption");
  for (const { item: tls, path } of items(at(manifest.body, "spec", "tls"), "spec.tls"))
    yield { manifest, path: `${path}.secretName`, kind: "Secret", name: text(tls["secretName"]) };
  for (const { item: rule, path } of items(at(manifest.body, "spec", "rules"), "spec.rules")) {
    for (const { item: route, path: place } of items(at(rule, "http", "paths"), `${path}.http.paths`))
      yield {
        manifest,
        path: `${place}.backend`,
        kind: "Service",
        name: text(at(route, "backend", "service", "name")),
      };
  }
}

/** Traefik names an object of its own as <namespace>-<name>@kubernetescrd, several with commas between. */
function* traefikReferences(manifest: Manifest, key: string, kind: string): Iterable<Reference> {
  const written = text(at(manifest.body, "metadata", "annotations", key));
  for (const reference of written === "" ? [] : written.split(",")) {
    const [qualified = "", provider] = reference.trim().split("@");
    const prefix = `${manifest.namespace ?? "default"}-`;
    const named = provider === "kubernetescrd" && qualified.startsWith(prefix);
    yield {
      manifest,
      path: `metadata.annotations["${key}"]`,
      kind,
      name: named ? qualified.slice(prefix.length) : `${reference} (without ${prefix} and @kubernetescrd)`,
    };
  }
}
