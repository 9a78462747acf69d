import { asObject, type JsonObject, type Manifest } from "../kubernetes/manifest.ts";
import { ofKind, text } from "./read.ts";
import type { Finding, Rule } from "./rule.ts";
import { listed } from "./selection.ts";
import { workloads } from "./workloads.ts";

/** Annotations by the controller that owns their prefix, each by kind of object where the controller reads it there. */
const known: Readonly<Record<string, readonly string[]>> = {
  // Argo CD 3, Annotations and labels used by Argo CD.
  "argocd.argoproj.io": [
    "sync-wave",
    "sync-options",
    "hook",
    "hook-delete-policy",
    "compare-options",
    "manifest-generate-paths",
    "refresh",
    "tracking-id",
    "managed-by",
  ],
  // Traefik 3, Kubernetes Ingress, Annotations on Ingress and on Service.
  "traefik.ingress.kubernetes.io": [
    "router.entrypoints",
    "router.middlewares",
    "router.priority",
    "router.pathmatcher",
    "router.rulesyntax",
    "router.tls",
    "router.tls.certresolver",
    "router.tls.domains",
    "router.tls.options",
    "router.observability.accesslogs",
    "router.observability.metrics",
    "router.observability.tracing",
    "service.serversscheme",
    "service.serverstransport",
    "service.passhostheader",
    "service.nativelb",
    "service.nodeportlb",
    "service.sticky.cookie",
    "service.sticky.cookie.name",
    "service.sticky.cookie.secure",
    "service.sticky.cookie.httponly",
    "service.sticky.cookie.samesite",
  ],
  // cert-manager 1, Annotated Ingress resource.
  "cert-manager.io": [
    "issuer",
    "cluster-issuer",
    "issuer-kind",
    "issuer-group",
    "common-name",
    "duration",
    "renew-before",
  ],
  "acme.cert-manager.io": ["http01-edit-in-place", "http01-ingress-class", "http01-ingress-ingressclassname"],
  // KEDA 2, ScaledObject.
  "autoscaling.keda.sh": ["paused", "paused-replicas"],
  "scaledobject.keda.sh": ["transfer-hpa-ownership"],
  // Kubernetes, Well-Known Labels, Annotations and Taints.
  "kubectl.kubernetes.io": ["default-container", "restartedAt"],
  "storageclass.kubernetes.io": ["is-default-class"],
  // Google Cloud, Workload Identity Federation for GKE.
  "iam.gke.io": ["gcp-service-account"],
  "notifications.argoproj.io": [],
};
// `description` is for people; Grafana's sidecar reads the folder of a dashboard, the rule `network` the declaration.
const plain = new Set(["description", "grafana_folder", "network-declaration", "database-size"]);

/** An annotation is one that its controller reads; of a controller that is not there, nobody reads any. */
export const controllerAnnotations: Rule = {
  id: "controller-annotations",
  reason: "an annotation that no controller knows sets nothing, and nothing says so",
  source:
    "Traefik 3, Kubernetes Ingress; Argo CD, Annotations; cert-manager, Annotations; KEDA, ScaledObject",
  values: ["ingress", "app.autoscaling.requestsPerSecond"],
  *check(manifests) {
    for (const manifest of manifests)
      yield* unknown(manifest, asObject(asObject(manifest.body["metadata"])["annotations"]), "metadata");
    for (const { manifest, annotations, path } of workloads(manifests))
      yield* unknown(manifest, annotations, path.replace(/spec$/, "metadata"));
    for (const manifest of ofKind(manifests, "Ingress")) {
      const misplaced = Object.keys(asObject(asObject(manifest.body["metadata"])["annotations"])).filter(
        (key) => key.startsWith("traefik.ingress.kubernetes.io/service."),
      );
      if (misplaced.length > 0)
        yield {
          manifest,
          path: "metadata.annotations",
          message: `holds ${listed(misplaced)}, which Traefik reads on the Service`,
        };
    }
  },
};

function* unknown(manifest: Manifest, annotations: JsonObject, path: string): Iterable<Finding> {
  for (const key in annotations) {
    const value = annotations[key];
    const [prefix = "", name] = key.split("/");
    const tell = (message: string): Finding => ({ manifest, path: `${path}.annotations["${key}"]`, message });
    if (name === undefined) {
      if (!plain.has(key)) yield tell("belongs to no controller; remove it");
    } else if (prefix === "checksum") {
      if (!/^[0-9a-f]{16,}$/.test(text(value))) yield tell("is no checksum");
    } else if (prefix.startsWith("notifications.argoproj.io")) {
      if (!name.startsWith("subscribe.")) yield tell("is no subscription");
    } else if (!(prefix in known))
      yield tell(
        `belongs to a controller that is not here; the ones here read ${listed(Object.keys(known))}`,
      );
    else if (!known[prefix]?.includes(name))
      yield tell(`is none that its controller reads; it reads ${listed(known[prefix] ?? [])}`);
  }
}
