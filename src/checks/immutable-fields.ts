import { asObject } from "../kubernetes/manifest.ts";
import { at, items } from "./read.ts";
import type { Rule } from "./rule.ts";
import { workloads } from "./workloads.ts";

const changing = /(?:^|\/)version$|helm\.sh\/chart|^checksum\//;
/** What the API server adds to a claim template that lacks it; Argo CD then sees a difference that cannot be synced. */
const defaults = [
  "apiVersion",
  "kind",
  "metadata.name",
  "spec.accessModes",
  "spec.resources",
  "spec.volumeMode",
];

/** Fields that the API server never lets change hold nothing that a release changes, and all that the server adds. */
export const immutableFields: Rule = {
  id: "immutable-fields",
  reason: "the API server refuses the next release, or Argo CD tries for ever to add what cannot be added",
  source:
    "Kubernetes API reference, StatefulSetSpec, DeploymentSpec.selector; argo-cd issues 11143 and 16707",
  values: ["postgresql", "redis"],
  *check(manifests) {
    for (const { manifest } of workloads(manifests)) {
      const templates = items(at(manifest.body, "spec", "volumeClaimTemplates"), "spec.volumeClaimTemplates");
      const places = [
        ["spec.selector.matchLabels", at(manifest.body, "spec", "selector", "matchLabels")] as const,
        ...templates.flatMap(({ item: template, path }) =>
          ["labels", "annotations"].map(
            (part) => [`${path}.metadata.${part}`, at(template, "metadata", part)] as const,
          ),
        ),
      ];
      for (const [path, entries] of places) {
        const held = Object.keys(asObject(entries)).filter((key) => changing.test(key));
        if (held.length > 0)
          yield {
            manifest,
            path,
            message: `holds ${held.join(", ")}, which a release changes, but the field is immutable; remove it`,
          };
      }
      for (const { item: template, path } of templates) {
        const absent = defaults.filter((field) => at(template, ...field.split(".")) === undefined);
        if (absent.length > 0)
          yield { manifest, path, message: `lacks ${absent.join(", ")}, which the server adds; say it` };
      }
    }
  },
};
