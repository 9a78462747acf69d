import { isObject, textAt, type Json, type JsonObject, type Path } from "../json.ts";

/** Fields that identify an item of a list in which the server merges items by key. */
export type ListKeys = readonly string[];

// Kubernetes API types, markers +listType=map and +listMapKey (and patchMergeKey, where the older marker stands alone).
const keys: Readonly<Record<string, ListKeys>> = {
  containers: ["name"],
  initContainers: ["name"],
  ephemeralContainers: ["name"],
  env: ["name"],
  volumes: ["name"],
  volumeMounts: ["mountPath"],
  volumeDevices: ["devicePath"],
  imagePullSecrets: ["name"],
  hostAliases: ["ip"],
  topologySpreadConstraints: ["topologyKey", "whenUnsatisfiable"],
  schedulingGates: ["name"],
  resourceClaims: ["name"],
  ownerReferences: ["uid"],
  webhooks: ["name"],
  validations: ["expression"],
  secrets: ["name"],
};

/**
 * Returns the keys by which the server merges the list at the path of a built-in kind, or undefined for a list that is
 * replaced as a whole.
 */
export function listKeys(path: Path): ListKeys | undefined {
  const field = path.at(-1);
  if (field === "ports") {
    if (path.some((part) => part === "containers" || part === "initContainers"))
      return ["containerPort", "protocol"];
    return path.length === 2 && path[0] === "spec" ? ["port", "protocol"] : undefined;
  }
  if (field === "imagePullSecrets" && path.length === 1) return undefined; // of a ServiceAccount: atomic
  return typeof field === "string" && Object.hasOwn(keys, field) ? keys[field] : undefined;
}

/** Returns the identity of an item as it stands in a path, `[app]`, or undefined where the item lacks a key. */
export function itemKey(item: Json, by: ListKeys): string | undefined {
  if (!isObject(item)) return undefined;
  const parts = by.map((key) => (key === "protocol" ? (textAt(item, key) ?? "TCP") : textAt(item, key)));
  return parts.some((part) => part === undefined) ? undefined : `[${parts.join("/")}]`;
}

/** Returns the items by their identity, or undefined where one lacks it or two share it. */
export function keyed(list: readonly Json[], by: ListKeys): ReadonlyMap<string, JsonObject> | undefined {
  const items = new Map<string, JsonObject>();
  for (const item of list) {
    const key = itemKey(item, by);
    if (key === undefined || !isObject(item) || items.has(key)) return undefined;
    items.set(key, item);
  }
  return items;
}
