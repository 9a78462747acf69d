import type { Manifest } from "../kubernetes/manifest.ts";
import { at, items, objects, ofKind, text } from "./read.ts";
import type { Finding, Rule } from "./rule.ts";
import { annotation } from "./sync-waves.ts";
import { workloads } from "./workloads.ts";

const key = "argocd.argoproj.io/sync-options";

/** What holds data, and the passwords without which it cannot be read, is neither pruned nor deleted with anything. */
export const dataProtection: Rule = {
  id: "data-protection",
  reason: "data that was pruned does not come back, and a generated password that is gone locks it away",
  source: "Argo CD, Sync Options, No Prune and Delete; External Secrets Operator, Lifecycle, Creation policy",
  values: ["postgresql", "redis", "secrets.store", "persistence.logs"],
  *check(manifests) {
    for (const manifest of manifests) {
      const templates = items(at(manifest.body, "spec", "volumeClaimTemplates"), "spec.volumeClaimTemplates");
      const holds = ["PersistentVolumeClaim", "Namespace"].includes(manifest.kind) || templates.length > 0;
      if (holds) yield* kept(manifest, annotation(manifest, key), "metadata");
      for (const { item: template, path } of templates)
        yield* kept(manifest, text(at(template, "metadata", "annotations", key)), `${path}.metadata`);
    }
    for (const manifest of keyed(manifests)) {
      yield* kept(manifest, annotation(manifest, key), "metadata");
      const policy = at(manifest.body, "spec", "target", "creationPolicy");
      if (policy !== "Orphan")
        yield {
          manifest,
          path: "spec.target.creationPolicy",
          message: `is ${text(policy) || "not set"}: deleting this deletes the Secret, too; Orphan fits`,
        };
    }
  },
};

function* kept(manifest: Manifest, options: string, path: string): Iterable<Finding> {
  if (["Prune=false", "Delete=false"].every((option) => options.split(",").includes(option))) return;
  yield {
    manifest,
    path: `${path}.annotations["${key}"]`,
    message: `is ${options || "not set"} and does not keep data; Prune=false,Delete=false does`,
  };
}

/** ExternalSecrets that invent a value, that pods with a volume mount, or that share a value with such a one. */
function keyed(manifests: readonly Manifest[]): readonly Manifest[] {
  const all = ofKind(manifests, "ExternalSecret");
  const read = new Set(
    workloads(manifests)
      .filter(({ manifest }) => objects(at(manifest.body, "spec", "volumeClaimTemplates")).length > 0)
      .flatMap(({ pod }) =>
        objects(pod["volumes"]).map((volume) => text(at(volume, "secret", "secretName"))),
      ),
  );
  const direct = all.filter(
    ({ body, name }) =>
      read.has(text(at(body, "spec", "target", "name")) || name) ||
      objects(at(body, "spec", "dataFrom")).some(
        (source) => at(source, "sourceRef", "generatorRef") !== undefined,
      ),
  );
  const shared = new Set(direct.flatMap(fetched));
  return all.filter(
    (manifest) => direct.includes(manifest) || fetched(manifest).some((name) => shared.has(name)),
  );
}

function fetched({ body }: Manifest): readonly string[] {
  return objects(at(body, "spec", "data")).map((entry) => text(entry["secretKey"]));
}
