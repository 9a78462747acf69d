import { asArray, type Manifest } from "../kubernetes/manifest.ts";
import { at, items, ofKind, text } from "./read.ts";
import type { Finding, Rule } from "./rule.ts";
import { listed } from "./selection.ts";

/** The AppProject allows the kinds of the tree and its cluster-wide objects by name: no more, no less. */
export const project: Rule = {
  id: "project",
  reason: "what the project allows, a commit can do; what it forbids stops the sync",
  source: "Argo CD, Projects, Project specification",
  values: ["argocd", "cluster.storageClasses"],
  *check(manifests) {
    const tree = manifests.filter(({ component }) => component !== "argocd");
    for (const manifest of ofKind(manifests, "AppProject")) {
      const spec = at(manifest.body, "spec");
      yield* equal(
        manifest,
        "spec.namespaceResourceWhitelist",
        tree.filter(({ namespace }) => namespace !== undefined).map((one) => kindOf(one)),
      );
      yield* equal(
        manifest,
        "spec.clusterResourceWhitelist",
        tree.filter(({ namespace }) => namespace === undefined).map((one) => `${kindOf(one)} ${one.name}`),
      );
      const spaces = new Set(tree.flatMap(({ namespace }) => namespace ?? []));
      for (const list of ["destinations", "destinationServiceAccounts"]) {
        for (const { item: target, path } of items(at(spec, list), `spec.${list}`)) {
          if (!spaces.has(text(target["namespace"])) || text(target["server"]).includes("*"))
            yield {
              manifest,
              path,
              message: `reaches beyond the namespace ${listed([...spaces])} of one cluster`,
            };
        }
      }
      const repositories = asArray(at(spec, "sourceRepos")).map(text);
      if (repositories.length !== 1 || repositories.some((name) => name.includes("*")))
        yield {
          manifest,
          path: "spec.sourceRepos",
          message: `allows ${listed(repositories)}; one repository fits`,
        };
    }
  },
};

function* equal(manifest: Manifest, path: string, wanted: readonly string[]): Iterable<Finding> {
  const key = path.slice("spec.".length);
  const allowed = items(at(manifest.body, "spec", key), path).map(({ item: entry }) =>
    `${text(entry["group"])}/${text(entry["kind"])} ${text(entry["name"])}`.trim(),
  );
  const more = allowed.filter((kind) => !wanted.includes(kind));
  const less = wanted.filter((kind) => !allowed.includes(kind));
  if (more.length > 0)
    yield { manifest, path, message: `allows ${listed(more)}, which the tree lacks; remove them` };
  if (less.length > 0)
    yield { manifest, path, message: `lacks ${listed(less)}, which the tree holds; add them` };
}

function kindOf({ apiVersion, kind }: Manifest): string {
  return `${apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : ""}/${kind}`;
}
