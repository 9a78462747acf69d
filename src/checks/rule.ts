import type { Manifest } from "../kubernetes/manifest.ts";

/** One thing that does not fit. */
export interface Finding {
  readonly manifest: Manifest;
  /** Path inside the object, such as `spec.template.spec.containers[0].image`. */
  readonly path: string;
  /** What is wrong and what would fit, in one sentence; further lines may hold a table. */
  readonly message: string;
  /** Keys of the values that the finding depends on; absent: all keys of its rule. */
  readonly values?: readonly string[];
  /** A warning is shown and stops nothing; absent: an error. */
  readonly severity?: "error" | "warning";
}

/** One thing that must hold in the rendered objects of an environment. */
export interface Rule {
  /** Name of the rule's file, and of its exceptions. */
  readonly id: string;
  /** What goes wrong in a cluster where the rule is broken. */
  readonly reason: string;
  /** Where the rule is written down: manual and section. */
  readonly source: string;
  /** Keys of the values that decide whether the rule holds. */
  readonly values: readonly string[];
  /** Yields what is wrong with all the objects of one environment. */
  readonly check: (manifests: readonly Manifest[]) => Iterable<Finding>;
}
