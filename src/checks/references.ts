import { asArray, type Manifest } from "../kubernetes/manifest.ts";
import { madeSecrets } from "./made-secrets.ts";
import { objectReferences } from "./object-references.ts";
import { podReferences } from "./pod-references.ts";
import { at, find, items, objects, ofKind, text } from "./read.ts";
import type { Finding, Rule } from "./rule.ts";
import { listed } from "./selection.ts";
import { claimsOf, templateClaims } from "./template-claims.ts";
import { workloads } from "./workloads.ts";

// kube-controller-manager and cert-manager make these in every namespace and cluster (Kubernetes, Root CA configmaps).
const brought = new Set([
  "ConfigMap/kube-root-ca.crt",
  "ClusterRole/view",
  "ServiceAccount/default",
  "PriorityClass/system-node-critical",
  "PriorityClass/system-cluster-critical",
]);

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
    for (const reference of [...podReferences(manifests), ...objectReferences(manifests)]) {
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
          message: `names the ${kind} ${name}, which does not exist; there is ${listed(known)}`,
        };
      } else if (key !== undefined && !keys.includes(key)) {
        yield {
          manifest,
          path,
          message: `asks the ${kind} ${name} for ${key}, which it lacks; it has ${listed(keys)}`,
        };
      }
    }
    yield* storageClasses(manifests);
    yield* ingressClasses(manifests);
    yield* mounts(manifests);
  },
};

/** A cluster may bring classes of its own; where the tree has classes, disks are of these. */
function* storageClasses(manifests: readonly Manifest[]): Iterable<Finding> {
  const known = ofKind(manifests, "StorageClass").map(({ name }) => name);
  for (const { manifest, path, spec } of claimsOf(manifests)) {
    const name = text(at(spec, "storageClassName"));
    const shared = asArray(at(spec, "accessModes")).includes("ReadWriteMany");
    if (name === "" || (known.length > 0 && !shared && !known.includes(name)))
      yield {
        manifest,
        path: `${path}.storageClassName`,
        message: `names the StorageClass ${name || "of the cluster's default"}, which does not exist; there is ${listed(known)}`,
      };
  }
}

/** The platform brings one Ingress class with its controller: all routes, and the proof of certificates, name it. */
function* ingressClasses(manifests: readonly Manifest[]): Iterable<Finding> {
  const named = [
    ...ofKind(manifests, "Ingress").map((manifest) => ({
      manifest,
      path: "spec.ingressClassName",
      name: text(at(manifest.body, "spec", "ingressClassName")),
    })),
    ...ofKind(manifests, "Issuer").flatMap((manifest) =>
      items(at(manifest.body, "spec", "acme", "solvers"), "spec.acme.solvers").map(
        ({ item: solver, path }) => ({
          manifest,
          path: `${path}.http01.ingress.ingressClassName`,
          name: text(at(solver, "http01", "ingress", "ingressClassName")),
        }),
      ),
    ),
  ];
  // Traefik is the controller whose middlewares the routes name, and its chart calls its class so.
  const traefik = ofKind(manifests, "Middleware", "TLSOption").length > 0;
  for (const { manifest, path, name } of named) {
    if (name === "" || (traefik && name !== "traefik"))
      yield {
        manifest,
        path,
        message: `names the IngressClass ${name || "of the default"}; there is traefik`,
      };
  }
}

function* mounts(manifests: readonly Manifest[]): Iterable<Finding> {
  for (const workload of workloads(manifests)) {
    const { manifest, pod } = workload;
    const known = [
      ...objects(pod["volumes"]).map((volume) => text(volume["name"])),
      ...objects(at(manifest.body, "spec", "volumeClaimTemplates")).map((template) =>
        text(at(template, "metadata", "name")),
      ),
    ];
    const used = new Set<string>();
    for (const { container, path } of workload.containers) {
      for (const { item: mount, path: place } of items(container["volumeMounts"], `${path}.volumeMounts`)) {
        const name = text(mount["name"]);
        used.add(name);
        if (!known.includes(name))
          yield {
            manifest,
            path: place,
            message: `mounts ${name}, which the pod lacks; it has ${listed(known)}`,
          };
      }
    }
    for (const name of known) {
      if (!used.has(name))
        yield {
          manifest,
          path: `${workload.path}.volumes`,
          message: `holds ${name}, which no container mounts`,
        };
    }
  }
}

function keysOf({ body }: Manifest): readonly string[] {
  return [...Object.keys(Object(body["data"])), ...Object.keys(Object(body["binaryData"]))];
}
