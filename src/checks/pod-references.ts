import { asObject, type JsonObject, type Manifest } from "../kubernetes/manifest.ts";
import { at, items, text } from "./read.ts";
import { workloads } from "./workloads.ts";

/** An object's naming of another. */
export interface Reference {
  readonly manifest: Manifest;
  readonly path: string;
  readonly kind: string;
  readonly name: string;
  /** Key of a ConfigMap or Secret. */
  readonly key?: string;
  readonly optional?: boolean;
}

/** Where a volume, a variable and a container name a ConfigMap or a Secret. */
const mounted = [
  { type: "configMap", kind: "ConfigMap" },
  { type: "secret", kind: "Secret" },
] as const;
const keys = [
  { type: "configMapKeyRef", kind: "ConfigMap" },
  { type: "secretKeyRef", kind: "Secret" },
] as const;
const wholes = [
  { type: "configMapRef", kind: "ConfigMap" },
  { type: "secretRef", kind: "Secret" },
] as const;

/** Yields everything that the pods of a tree name. */
export function* podReferences(manifests: readonly Manifest[]): Iterable<Reference> {
  for (const workload of workloads(manifests)) {
    const { manifest, pod, path } = workload;
    yield {
      manifest,
      path: `${path}.serviceAccountName`,
      kind: "ServiceAccount",
      name: text(pod["serviceAccountName"]),
    };
    const priority = pod["priorityClassName"];
    if (priority !== undefined)
      yield { manifest, path: `${path}.priorityClassName`, kind: "PriorityClass", name: text(priority) };
    for (const { item: pull, path: place } of items(pod["imagePullSecrets"], `${path}.imagePullSecrets`))
      yield { manifest, path: place, kind: "Secret", name: text(pull["name"]) };
    for (const { item: volume, path: place } of items(pod["volumes"], `${path}.volumes`))
      yield* volumeReferences(manifest, volume, place);
    for (const { container, path: place } of workload.containers)
      yield* containerReferences(manifest, container, place);
    if (manifest.kind === "StatefulSet")
      yield {
        manifest,
        path: "spec.serviceName",
        kind: "Service",
        name: text(at(manifest.body, "spec", "serviceName")),
      };
  }
}

function* volumeReferences(manifest: Manifest, volume: JsonObject, path: string): Iterable<Reference> {
  const claim = at(volume, "persistentVolumeClaim", "claimName");
  if (claim !== undefined) yield { manifest, path, kind: "PersistentVolumeClaim", name: text(claim) };
  const projected = items(at(volume, "projected", "sources"), `${path}.projected.sources`);
  for (const { item: source, path: place } of [{ item: volume, path }, ...projected]) {
    for (const { type, kind } of mounted) {
      const body = at(source, type);
      if (body === undefined) continue;
      const name = text(at(body, "name") ?? at(body, "secretName"));
      const optional = at(body, "optional") === true;
      yield { manifest, path: `${place}.${type}`, kind, name, optional };
      for (const { item, path: spot } of items(at(body, "items"), `${place}.${type}.items`))
        yield { manifest, path: spot, kind, name, key: text(item["key"]), optional };
    }
  }
}

function* containerReferences(manifest: Manifest, container: JsonObject, path: string): Iterable<Reference> {
  for (const { item: variable, path: place } of items(container["env"], `${path}.env`)) {
    const from = asObject(variable["valueFrom"]);
    for (const { type, kind } of keys) {
      const source = from[type];
      if (source === undefined) continue;
      yield {
        manifest,
        path: `${place}.valueFrom.${type}`,
        kind,
        name: text(at(source, "name")),
        key: text(at(source, "key")),
        optional: at(source, "optional") === true,
      };
    }
  }
  for (const { item: source, path: place } of items(container["envFrom"], `${path}.envFrom`)) {
    for (const { type, kind } of wholes) {
      if (source[type] !== undefined)
        yield { manifest, path: `${place}.${type}`, kind, name: text(at(source, type, "name")) };
    }
  }
}
