import { asArray, asObject, type JsonObject } from "../kubernetes/manifest.ts";
import { at, items, objects, text } from "./read.ts";
import type { Finding, Rule } from "./rule.ts";
import { type Container, type Workload, workloads } from "./workloads.ts";

const volumeTypes = new Set([
  "configMap",
  "csi",
  "downwardAPI",
  "emptyDir",
  "ephemeral",
  "persistentVolumeClaim",
  "projected",
  "secret",
]);

/** Every pod fits the Pod Security Standard `restricted`, writes only to volumes, and says what it needs. */
export const podSecurity: Rule = {
  id: "pod-security",
  reason:
    "a pod that the namespace refuses never starts; one that runs as root or writes its image is a foothold",
  source: "Kubernetes, Pod Security Standards, Restricted",
  values: ["images", "app.resources", "app.kubernetesApi", "postgresql", "redis"],
  *check(manifests) {
    for (const workload of workloads(manifests)) {
      yield* podFindings(workload);
      for (const container of workload.containers) yield* containerFindings(workload, container);
    }
    for (const manifest of manifests) {
      if (manifest.kind !== "Namespace") continue;
      const key = "pod-security.kubernetes.io/enforce";
      if (at(manifest.body, "metadata", "labels", key) !== "restricted")
        yield {
          manifest,
          path: `metadata.labels["${key}"]`,
          message: "is not restricted: the server would admit pods that this rule never saw",
        };
    }
  },
};

function* podFindings({ manifest, pod, path }: Workload): Iterable<Finding> {
  const tell = (place: string, message: string): Finding => ({ manifest, path: `${path}.${place}`, message });
  for (const key of ["hostNetwork", "hostPID", "hostIPC"]) {
    if (pod[key] === true) yield tell(key, "shares a namespace of the node; remove it");
  }
  if (pod["automountServiceAccountToken"] !== false)
    yield tell(
      "automountServiceAccountToken",
      "is not false: every container gets a token; mount a projected one in the container that needs it",
    );
  if (text(pod["serviceAccountName"]) === "" || pod["serviceAccountName"] === "default")
    yield tell("serviceAccountName", "is the shared default account; name the workload's own");
  const context = asObject(pod["securityContext"]);
  const keeps = objects(at(manifest.body, "spec", "volumeClaimTemplates")).length > 0;
  if (keeps && context["fsGroup"] !== undefined && context["fsGroupChangePolicy"] !== "OnRootMismatch")
    yield tell(
      "securityContext.fsGroupChangePolicy",
      "is not OnRootMismatch: each mount opens the data to the group, and PostgreSQL refuses such a directory",
    );
  for (const [index, volume] of objects(pod["volumes"]).entries()) {
    const type = Object.keys(volume).find((key) => key !== "name" && !volumeTypes.has(key));
    if (type !== undefined)
      yield tell(
        `volumes[${index}].${type}`,
        `is a volume type that restricted refuses; use ${[...volumeTypes].join(", ")}`,
      );
  }
  for (const { item: sysctl, path: place } of items(
    at(pod, "securityContext", "sysctls"),
    "securityContext.sysctls",
  ))
    yield tell(place, `sets ${text(sysctl["name"])} of the node; remove it`);
}

function* containerFindings({ manifest, pod }: Workload, { container, path }: Container): Iterable<Finding> {
  const tell = (place: string, message: string): Finding => ({ manifest, path: `${path}.${place}`, message });
  const own = asObject(container["securityContext"]);
  const context: JsonObject = { ...asObject(pod["securityContext"]), ...own };
  if (!/^[^@\s]+@sha256:[0-9a-f]{64}$/.test(text(container["image"])))
    yield tell(
      "image",
      `is ${text(container["image"])}, which can change under the same name; add @sha256 and the digest`,
    );
  if (own["privileged"] === true) yield tell("securityContext.privileged", "is true; remove it");
  if (own["procMount"] !== undefined && own["procMount"] !== "Default")
    yield tell("securityContext.procMount", "unmasks /proc; remove it");
  if (own["allowPrivilegeEscalation"] !== false)
    yield tell("securityContext.allowPrivilegeEscalation", "is not false; set it to false");
  if (own["readOnlyRootFilesystem"] !== true)
    yield tell(
      "securityContext.readOnlyRootFilesystem",
      "is not true; set it, and mount a volume where it writes",
    );
  if (!asArray(at(own, "capabilities", "drop")).includes("ALL"))
    yield tell("securityContext.capabilities.drop", "keeps capabilities; drop ALL");
  if (asArray(at(own, "capabilities", "add")).some((name) => name !== "NET_BIND_SERVICE"))
    yield tell("securityContext.capabilities.add", "adds capabilities; only NET_BIND_SERVICE is allowed");
  if (context["runAsNonRoot"] !== true)
    yield tell("securityContext.runAsNonRoot", "is not true; set it to true");
  if (context["runAsUser"] === 0) yield tell("securityContext.runAsUser", "is root; name another user");
  if (context["runAsGroup"] === 0)
    yield tell("securityContext.runAsGroup", "is root's group, which owns files of the image; name another");
  if (!["RuntimeDefault", "Localhost"].includes(text(at(context, "seccompProfile", "type"))))
    yield tell("securityContext.seccompProfile.type", "is not set; RuntimeDefault fits");
  for (const { item: port, path: place } of items(container["ports"], "ports")) {
    if (port["hostPort"] !== undefined)
      yield tell(`${place}.hostPort`, "opens a port of the node; remove it");
  }
  for (const [part, resource] of [
    ["requests", "cpu"],
    ["requests", "memory"],
    ["limits", "cpu"],
    ["limits", "memory"],
  ] as const) {
    if (at(container, "resources", part, resource) === undefined)
      yield tell(
        `resources.${part}.${resource}`,
        "is not set; without it the container starves others, or is starved",
      );
  }
}
