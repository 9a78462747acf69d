import { formatPath, type ValuePath } from "./path.ts";

/** What became of a key of the guide's Helm values that stands elsewhere now, or that is not accepted. */
export type GuideFate =
  | { readonly fate: "moved"; readonly to: string; readonly message: string }
  | { readonly fate: "refused"; readonly why: string };

const release = "environments/<environment>/release.yaml";
const fromStore = refused("secrets never stand in git, they come from the store (secrets.store)");
const restricted = refused(
  "the namespace enforces the restricted Pod Security Standard, and every pod fits it",
);
const durable = refused("data always stands on a volume of its own");
/**
 * The keys of the guide's Helm values that the schema does not know, by path. What stands below a key shares its fate.
 * It is asked only about keys that the schema refuses: the schema alone decides what is accepted.
 */
export const guideKeys: ReadonlyMap<string, GuideFate> = new Map<string, GuideFate>([
  ["app.name", refused("the names of the objects are fixed, they are the guide's")],
  ["app.version", moved(`version in ${release}`, "a promotion changes that file alone")],
  ["app.image.tag", moved(`version and digest in ${release}`, "a tag can change, a digest cannot")],
  [
    "service.type",
    refused("Services are reached inside the cluster only (ClusterIP); the edge is the Ingress"),
  ],
  ["ingress.tls", moved("ingress.issuer", "one certificate covers all hosts, issued by cert-manager")],
  ["postgresql.auth.postgresPassword", fromStore],
  ["postgresql.auth.password", fromStore],
  ["postgresql.primary.persistence.enabled", durable],
  ["postgresql.readReplicas.persistence.enabled", durable],
  ["redis.auth.enabled", refused("Redis always asks for a password")],
  ["redis.auth.password", fromStore],
  ["redis.master.persistence.enabled", durable],
  ["redis.replica.persistence.enabled", durable],
  [
    "monitoring.prometheus.enabled",
    moved("argocd/", "Prometheus is part of the platform, an Application of its own"),
  ],
  [
    "monitoring.grafana.enabled",
    moved("monitoring.dashboards", "Grafana is part of the platform, its dashboards are rendered here"),
  ],
  ["security.podSecurityContext", restricted],
  ["security.securityContext", restricted],
  ["secrets.secretKey", fromStore],
  ["secrets.jwtSecretKey", fromStore],
  ["secrets.encryptionKey", fromStore],
  ["secrets.bankApiKeys", fromStore],
  ["persistence.logs.accessMode", refused("the pods share the volume, so it is always ReadWriteMany")],
]);

/** What replaces each annotation of the guide's Ingress and Helm values; none of them reaches the Ingress. */
export const guideAnnotations: ReadonlyMap<string, GuideFate> = new Map<string, GuideFate>([
  [
    "cert-manager.io/cluster-issuer",
    moved("ingress.issuer", "the issuer belongs to the environment's namespace"),
  ],
  ["kubernetes.io/ingress.class", moved("ingress.className", "the annotation is deprecated")],
  [
    "nginx.ingress.kubernetes.io/ssl-redirect",
    nginx("every request over HTTP is redirected, nothing to set"),
  ],
  [
    "nginx.ingress.kubernetes.io/force-ssl-redirect",
    nginx("every request over HTTP is redirected, nothing to set"),
  ],
  ["nginx.ingress.kubernetes.io/ssl-protocols", nginx("TLS 1.2 and 1.3 are fixed, nothing to set")],
  ["nginx.ingress.kubernetes.io/ssl-ciphers", nginx("the guide's ciphers are fixed, nothing to set")],
  [
    "nginx.ingress.kubernetes.io/configuration-snippet",
    nginx("the security headers are fixed, nothing to set"),
  ],
  ["nginx.ingress.kubernetes.io/rate-limit", nginx("set ingress.limits.requestsPerMinute")],
  ["nginx.ingress.kubernetes.io/rate-limit-window", nginx("set ingress.limits.requestsPerMinute")],
  ["nginx.ingress.kubernetes.io/limit-connections", nginx("set ingress.limits.requestsInFlight")],
  ["nginx.ingress.kubernetes.io/proxy-body-size", nginx("set ingress.limits.bodyMebibytes")],
  ["nginx.ingress.kubernetes.io/proxy-connect-timeout", nginx("set ingress.timeouts.connect")],
  ["nginx.ingress.kubernetes.io/proxy-read-timeout", nginx("set ingress.timeouts.response")],
  [
    "nginx.ingress.kubernetes.io/proxy-send-timeout",
    nginx("Traefik sets it for an entry point, in the platform"),
  ],
]);

/** Returns the sentence for a key of the guide's Helm values that the schema does not know, or undefined for others. */
export function explainGuideKey(path: ValuePath): string | undefined {
  const fate = annotationFate(path) ?? keyFate(path);
  if (fate === undefined) return undefined;
  return fate.fate === "moved" ? `moved to ${fate.to}: ${fate.message}` : `is refused: ${fate.why}`;
}

function keyFate(path: ValuePath): GuideFate | undefined {
  for (let length = path.length; length > 0; length -= 1) {
    const fate = guideKeys.get(formatPath(path.slice(0, length)));
    if (fate) return fate;
  }
  return undefined;
}

function annotationFate([section, field, annotation]: ValuePath): GuideFate | undefined {
  if (section !== "ingress" || field !== "annotations" || typeof annotation !== "string") return undefined;
  const known = guideAnnotations.get(annotation);
  if (known) return known;
  return annotation.startsWith("nginx.") ? nginx("see docs/guide.md for what replaces it") : undefined;
}

function moved(to: string, message: string): GuideFate {
  return { fate: "moved", to, message };
}

function refused(why: string): GuideFate {
  return { fate: "refused", why };
}

function nginx(instead: string): GuideFate {
  return refused(`the edge is Traefik, which reads no annotation of ingress-nginx; ${instead}`);
}
