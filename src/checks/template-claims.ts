import { asObject, type JsonObject, type Manifest } from "../kubernetes/manifest.ts";
import { at, items, objects, ofKind, text } from "./read.ts";
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

/** Where the specification of a claim stands. */
export interface Claim {
  readonly manifest: Manifest;
  readonly path: string;
  readonly spec: JsonObject;
}

/** Returns the specification of every claim: objects, templates of StatefulSets, and ephemeral volumes. */
export function claimsOf(manifests: readonly Manifest[]): readonly Claim[] {
  return [
    ...ofKind(manifests, "PersistentVolumeClaim").map((manifest) => ({
      manifest,
      path: "spec",
      spec: asObject(manifest.body["spec"]),
    })),
    ...workloads(manifests).flatMap(({ manifest, pod, path }) => [
      ...items(at(manifest.body, "spec", "volumeClaimTemplates"), "spec.volumeClaimTemplates").map(
        ({ item: template, path: place }) => ({
          manifest,
          path: `${place}.spec`,
          spec: asObject(template["spec"]),
        }),
      ),
      ...items(pod["volumes"], `${path}.volumes`)
        .filter(({ item: volume }) => volume["ephemeral"] !== undefined)
        .map(({ item: volume, path: place }) => ({
          manifest,
          path: `${place}.ephemeral.volumeClaimTemplate.spec`,
          spec: asObject(at(volume, "ephemeral", "volumeClaimTemplate", "spec")),
        })),
    ]),
  ];
}
