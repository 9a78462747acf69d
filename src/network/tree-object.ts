import type { Manifest } from "../kubernetes/manifest.ts";

/** An object of a tree, as far as its network is concerned; also of a tree that this program did not make. */
export type TreeObject = Pick<Manifest, "kind" | "name" | "body"> & {
  /** Empty or absent: the namespace `default`. */
  readonly namespace?: string | undefined;
};

/** Returns the namespace that an object lies in. */
export function namespaceOf({ namespace }: TreeObject): string {
  return namespace === undefined || namespace === "" ? "default" : namespace;
}
