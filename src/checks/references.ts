import type { JsonObject, Manifest } from "../kubernetes/manifest.ts";
import { at, find, items, ofKind, text } from "./read.ts";
import { templateClaims } from "./template-claims.ts";
import { madeSecrets } from "./made-secrets.ts";
import type { Finding, Rule } from "./rule.ts";
import { containersOf, workloads } from "./workloads.ts";

interface Reference {
  readonly manifest: Manifest;
  readonly path: string;
  readonly kind: string;
  readonly name: string;
  /** Key of a ConfigMap or Secret. */
  readonly key?: string;
  readonly optional?: boolean;
}

// kube-controller-manager and cert-manager make these in every namespace and cluster (Kubernetes, Root CA configmaps).
const brought = new Set(["ConfigMap/kube-root-ca.crt", "ClusterRole/view", "ServiceAccount/default"]);

/** Everything that an object names is in the tree, with the key that it asks for. */
export const references: Rule = {
  id: "references",
  reason:
    "a pod that mounts what does not exist never starts, and an Ingress that names no middleware has no limit",
  source:
    "Kubernetes API reference, PodSpec, EnvVarSource, HorizontalPodAutoscalerSpec; Traefik, Kubernetes Ingress",
  values: [
    "app.banks",
    "postgresql.enabled",
    "redis.enabled",
    "ingress",
    "secrets",
    "cluster.storageClasses",
  ],
  *check(manifests) {
    const secrets = madeSecrets(manifests);
    const claims = templateClaims(manifests);
    for (const reference of allReferences(manifests)) {
      const { manifest, path, kind, name, key, optional } = reference;
      if (optional === true || brought.has(`${kind}/${name}`)) continue;
      if (kind === "PersistentVolumeClaim" && claims.has(name)) continue;
      const target = kind === "Secret" ? undefined : find(manifests, kind, name);
      const keys = kind === "Secret" ? secrets.get(name)?.keys : target && keysOf(target);
      if (!keys) {
        const known =
          kind === "Secret" ? [...secrets.keys()] : ofKind(manifests, kind).map((other) => other.name);
        yield {
          manifest,
          path,
          message: `names the ${kind} ${name}, which does not exist; there is ${list(known)}`,
        };
      } else if (key !== undefined && !keys.includes(key)) {
        yield {
          manifest,
          path,
          message: `asks the ${kind} ${name} for ${key}, which it lacks; it has ${list(keys)}`,
        };
      }
    }
    yield* portNames(manifests);
  },
};

function* allReferences(manifests: readonly Manifest[]): Iterable<Reference> {
  for (const workload of workloads(manifests)) {
    const { manifest, pod, path } = workload;
    yield {
      manifest,
      path: `${path}.serviceAccountName`,
      kind: "ServiceAccount",
      name: text(pod["serviceAccountName"]),
    };
    for (const [pull, place] of items(pod["imagePullSecrets"], `${path}.imagePullSecrets`))
      yield { manifest, path: place, kind: "Secret", name: text(pull["name"]) };
    for (const [volume, place] of items(pod["volumes"], `${path}.volumes`))
      yield* volumeReferences(manifest, volume, place);
    for (const { container, path: place } of containersOf(workload))
      yield* containerReferences(manifest, container, place);
    if (manifest.kind === "StatefulSet")
      yield {
        manifest,
        path: "spec.serviceName",
        kind: "Service",
        name: text(at(manifest.body, "spec", "serviceName")),
      };
  }
  yield* objectReferences(manifests);
}

function* volumeReferences(manifest: Manifest, volume: JsonObject, path: string): Iterable<Reference> {
  const claim = at(volume, "persistentVolumeClaim", "claimName");
  if (claim !== undefined) yield { manifest, path, kind: "PersistentVolumeClaim", name: text(claim) };
  const sources: [JsonObject, string][] = [[volume, path]];
  for (const [source, place] of items(at(volume, "projected", "sources"), `${path}.projected.sources`))
    sources.push([source, place]);
  for (const [source, place] of sources) {
    for (const [type, kind] of [
      ["configMap", "ConfigMap"],
      ["secret", "Secret"],
    ] as const) {
      const body = at(source, type);
      if (body === undefined) continue;
      const name = text(at(body, "name") ?? at(body, "secretName"));
      const optional = at(body, "optional") === true;
      yield { manifest, path: `${place}.${type}`, kind, name, optional };
      for (const [item, spot] of items(at(body, "items"), `${place}.${type}.items`))
        yield { manifest, path: spot, kind, name, key: text(item["key"]), optional };
    }
  }
}

function* containerReferences(manifest: Manifest, container: JsonObject, path: string): Iterable<Reference> {
  for (const [variable, place] of items(container["env"], `${path}.env`)) {
    for (const [type, kind] of [
      ["configMapKeyRef", "ConfigMap"],
      ["secretKeyRef", "Secret"],
    ] as const) {
      const source = at(variable, "valueFrom", type);
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
  for (const [source, place] of items(container["envFrom"], `${path}.envFrom`)) {
    for (const [type, kind] of [
      ["configMapRef", "ConfigMap"],
      ["secretRef", "Secret"],
    ] as const) {
      if (source[type] !== undefined)
        yield { manifest, path: `${place}.${type}`, kind, name: text(at(source, type, "name")) };
    }
  }
}

function* objectReferences(manifests: readonly Manifest[]): Iterable<Reference> {
  for (const manifest of ofKind(manifests, "RoleBinding", "ClusterRoleBinding")) {
    const role = at(manifest.body, "roleRef");
    yield { manifest, path: "roleRef", kind: text(at(role, "kind")), name: text(at(role, "name")) };
    for (const [subject, path] of items(manifest.body["subjects"], "subjects")) {
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
  for (const [tls, path] of items(at(manifest.body, "spec", "tls"), "spec.tls"))
    yield { manifest, path: `${path}.secretName`, kind: "Secret", name: text(tls["secretName"]) };
  for (const [rule, path] of items(at(manifest.body, "spec", "rules"), "spec.rules")) {
    for (const [route, place] of items(at(rule, "http", "paths"), `${path}.http.paths`))
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

function* portNames(manifests: readonly Manifest[]): Iterable<Finding> {
  for (const manifest of ofKind(manifests, "Ingress")) {
    for (const [rule, path] of items(at(manifest.body, "spec", "rules"), "spec.rules")) {
      for (const [route, place] of items(at(rule, "http", "paths"), `${path}.http.paths`)) {
        const { name, port } = {
          name: text(at(route, "backend", "service", "name")),
          port: at(route, "backend", "service", "port"),
        };
        const ports = items(at(find(manifests, "Service", name)?.body, "spec", "ports"), "spec.ports").map(
          ([own]) => own,
        );
        const wanted = at(port, "name") ?? at(port, "number");
        if (ports.length > 0 && !ports.some((own) => own["name"] === wanted || own["port"] === wanted))
          yield {
            manifest,
            path: `${place}.backend.service.port`,
            message: `is ${text(wanted)}, which the Service ${name} lacks; it has ${list(ports.map((own) => text(own["port"])))}`,
          };
      }
    }
  }
}

function keysOf({ body }: Manifest): readonly string[] {
  return [...Object.keys(Object(body["data"])), ...Object.keys(Object(body["binaryData"]))];
}

function list(names: readonly string[]): string {
  return names.length === 0 ? "none" : names.join(", ");
}
