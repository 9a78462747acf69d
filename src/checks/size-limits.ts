import { asObject, type JsonObject, type Manifest } from "../kubernetes/manifest.ts";
import { isLabelKey, isLabelValue, isSubdomain } from "../kubernetes/labels.ts";
import { text } from "./read.ts";
import type { Finding, Rule } from "./rule.ts";
import { workloads } from "./workloads.ts";

const annotationBytes = 256 * 2 ** 10;
const configMapBytes = 2 ** 20;

// Kinds whose name is a DNS label, because it becomes one; StatefulSets leave room for the revision's hash.
const nameLimits: Readonly<Record<string, number>> = {
  Service: 63,
  Namespace: 63,
  Job: 63,
  CronJob: 52,
  StatefulSet: 52,
};

/** Names, labels, annotations and ConfigMaps stay within what the API server accepts. */
export const sizeLimits: Rule = {
  id: "size-limits",
  reason: "the API server refuses a larger object, and the sync stops in its middle",
  source: "Kubernetes, Object Names and IDs; Labels and Selectors; Annotations; ConfigMaps",
  values: ["app.banks", "monitoring.dashboards", "ingress.hosts"],
  *check(manifests) {
    for (const manifest of manifests) {
      const { kind, name, body } = manifest;
      const limit = nameLimits[kind] ?? 253;
      // RBAC allows any path segment as a name; nothing here needs it.
      if (name.length > limit || !isSubdomain(name))
        yield {
          manifest,
          path: "metadata.name",
          message: `is no name of at most ${limit} lower-case letters, digits, hyphens and dots`,
        };
      yield* metadata(manifest, asObject(body["metadata"]), "metadata");
      if (kind !== "ConfigMap") continue;
      const bytes = total(asObject(body["data"])) + total(asObject(body["binaryData"]));
      if (bytes > configMapBytes)
        yield {
          manifest,
          path: "data",
          message: `holds ${bytes} bytes, more than ${configMapBytes}; divide it`,
        };
    }
    for (const { manifest, path, labels, annotations } of workloads(manifests))
      yield* metadata(manifest, { labels, annotations }, path.replace(/spec$/, "metadata"));
  },
};

function* metadata(manifest: Manifest, { labels, annotations }: JsonObject, path: string): Iterable<Finding> {
  const named = asObject(labels);
  for (const key in named) {
    if (!isLabelKey(key) || !isLabelValue(text(named[key])))
      yield {
        manifest,
        path: `${path}.labels["${key}"]`,
        message: `is no label: at most 63 letters, digits, "-", "_" and "."`,
      };
  }
  const bytes = total(asObject(annotations));
  if (bytes > annotationBytes)
    yield {
      manifest,
      path: `${path}.annotations`,
      message: `hold ${bytes} bytes, more than ${annotationBytes}; shorten them`,
    };
}

function total(data: JsonObject): number {
  let sum = 0;
  for (const key in data) sum += Buffer.byteLength(key) + Buffer.byteLength(text(data[key]));
  return sum;
}
