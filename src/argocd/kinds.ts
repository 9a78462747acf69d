import { asObject, type JsonObject, type Manifest } from "../kubernetes/manifest.ts";
import { compareText } from "../kubernetes/text.ts";

/** A kind without its version. */
export interface Kind {
  readonly group: string;
  readonly kind: string;
}

/** An object without a namespace. */
export interface ClusterObject extends Kind {
  readonly name: string;
}

/** Returns the API group of an apiVersion: empty for the core group. */
export function groupOf(apiVersion: string): string {
  return apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";
}

/** Returns each kind of the namespaced objects once, sorted. */
export function namespacedKinds(manifests: readonly Manifest[]): Kind[] {
  const kinds = manifests
    .filter(({ namespace }) => namespace !== undefined)
    .map(({ apiVersion, kind }) => ({ group: groupOf(apiVersion), kind }));
  return sortedOnce(kinds, ({ group, kind }) => `${group}/${kind}`);
}

/** Returns the objects without a namespace, sorted. */
export function clusterObjects(manifests: readonly Manifest[]): ClusterObject[] {
  const objects = manifests
    .filter(({ namespace }) => namespace === undefined)
    .map(({ apiVersion, kind, name }) => ({ group: groupOf(apiVersion), kind, name }));
  return sortedOnce(objects, ({ group, kind, name }) => `${group}/${kind}/${name}`);
}

/** Whether Argo CD may delete the object when it leaves the tree. */
export function isPruned(body: JsonObject): boolean {
  const annotations = asObject(asObject(body["metadata"])["annotations"]);
  const options = annotations["argocd.argoproj.io/sync-options"];
  return typeof options !== "string" || !options.split(",").includes("Prune=false");
}

/** Whether Argo CD runs the object as a hook of a sync. */
export function isHook(body: JsonObject): boolean {
  return asObject(asObject(body["metadata"])["annotations"])["argocd.argoproj.io/hook"] !== undefined;
}

function sortedOnce<Item>(items: readonly Item[], key: (item: Item) => string): Item[] {
  const byKey = new Map(items.map((item) => [key(item), item]));
  return [...byKey].toSorted(([a], [b]) => compareText(a, b)).map(([, item]) => item);
}
