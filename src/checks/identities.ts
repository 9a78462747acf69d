import { identity, type Json, type Manifest } from "../kubernetes/manifest.ts";
import { at, items, ofKind, text } from "./read.ts";
import type { Finding, Rule } from "./rule.ts";
import { workloads } from "./workloads.ts";

const cluster = new Set(["Namespace", "StorageClass", "PriorityClass", "ClusterRole", "ClusterRoleBinding"]);

/** Nothing is there twice: no object, container, volume or variable; and every object is in the tree's namespace. */
export const identities: Rule = {
  id: "identities",
  reason: "of two things with one name the later wins, and an object in another namespace is found by nobody",
  source: "Kubernetes, Object Names and IDs; Kubernetes API reference, PodSpec (merge keys)",
  values: ["env", "app.banks", "network.egress"],
  *check(manifests) {
    const seen = new Set<string>();
    const [namespace] = ofKind(manifests, "Namespace");
    for (const manifest of manifests) {
      const id = identity(manifest);
      if (seen.has(id)) yield { manifest, path: "metadata.name", message: "is there twice; keep one" };
      seen.add(id);
      yield* placed(manifest, namespace);
    }
    for (const workload of workloads(manifests)) {
      const { manifest, pod, path } = workload;
      const lists: (readonly [unknown, readonly (readonly [string, string])[]])[] = [
        ["volumes", names(pod["volumes"], `${path}.volumes`, "name")],
        ["containers", workload.containers.map(({ name, path: place }) => [name, place])],
      ];
      for (const { container, path: place } of workload.containers) {
        lists.push(["env", names(container["env"], `${place}.env`, "name")]);
        lists.push(["mounts", names(container["volumeMounts"], `${place}.volumeMounts`, "mountPath")]);
      }
      for (const [, list] of lists) yield* twice(manifest, list);
    }
  },
};

function* placed(manifest: Manifest, namespace: Manifest | undefined): Iterable<Finding> {
  const own = at(manifest.body, "metadata", "namespace");
  if (cluster.has(manifest.kind) || manifest.component === "argocd") {
    if (cluster.has(manifest.kind) && own !== undefined)
      yield {
        manifest,
        path: "metadata.namespace",
        message: `is set, but a ${manifest.kind} has no namespace`,
      };
  } else if (namespace && own !== namespace.name)
    yield {
      manifest,
      path: "metadata.namespace",
      message: `is ${text(own) || "not set"}; everything here is in ${namespace.name}`,
    };
}

function names(list: Json | undefined, path: string, key: string): (readonly [string, string])[] {
  return items(list, path).map(({ item, path: place }) => [text(item[key]), place]);
}

function* twice(manifest: Manifest, list: readonly (readonly [string, string])[]): Iterable<Finding> {
  const seen = new Set<string>();
  for (const [name, path] of list) {
    if (seen.has(name)) yield { manifest, path, message: `${name} is there twice; keep one` };
    seen.add(name);
  }
}
