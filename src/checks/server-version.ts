import type { Manifest } from "../kubernetes/manifest.ts";
import { at, ofKind, text } from "./read.ts";

/**
 * Returns the minor version of the cluster that a tree is for, as its Namespace pins the Pod Security Standard to it;
 * the newest where it does not say.
 */
export function serverMinor(manifests: readonly Manifest[]): number {
  const key = "pod-security.kubernetes.io/enforce-version";
  const versions = ofKind(manifests, "Namespace").map(({ body }) =>
    text(at(body, "metadata", "labels", key)),
  );
  const minor = /^v1\.(?<minor>\d+)$/.exec(versions[0] ?? "")?.groups?.["minor"];
  return minor === undefined ? Number.POSITIVE_INFINITY : Number(minor);
}
