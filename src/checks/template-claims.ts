import type { Manifest } from "../kubernetes/manifest.ts";
import { at, objects, text } from "./read.ts";
import { workloads } from "./workloads.ts";

/**
 * Returns the names of the claims that StatefulSets make: one per template and pod, named after the three (Kubernetes,
 * StatefulSet, Stable Storage).
 */
export function templateClaims(manifests: readonly Manifest[]): ReadonlySet<string> {
  return new Set(
    workloads(manifests).flatMap(({ manifest, largest }) =>
      objects(at(manifest.body, "spec", "volumeClaimTemplates")).flatMap((template) =>
        Array.from(
          { length: largest },
          (_unused, index) => `${text(at(template, "metadata", "name"))}-${manifest.name}-${index}`,
        ),
      ),
    ),
  );
}
