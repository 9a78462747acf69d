import { isList, isObject, valueWithoutNulls, withoutNulls, type Json, type JsonObject } from "../json.ts";
import { otherDefaults } from "./defaults/others.ts";
import { workloadDefaults } from "./defaults/workloads.ts";

// The API groups that every Kubernetes API server serves itself.
const groups = new Set([
  "",
  "admissionregistration.k8s.io",
  "apiextensions.k8s.io",
  "apiregistration.k8s.io",
  "apps",
  "autoscaling",
  "batch",
  "certificates.k8s.io",
  "coordination.k8s.io",
  "discovery.k8s.io",
  "events.k8s.io",
  "flowcontrol.apiserver.k8s.io",
  "networking.k8s.io",
  "node.k8s.io",
  "policy",
  "rbac.authorization.k8s.io",
  "resource.k8s.io",
  "scheduling.k8s.io",
  "storage.k8s.io",
]);

/** Whether the API server itself knows the kinds of the group; all others are custom resources. */
export function isBuiltIn(group: string): boolean {
  return groups.has(group);
}

/**
 * Returns the object as the server would store it: defaults written out, and without what means the same as its
 * absence. Of a custom resource nothing is known: only null goes.
 */
export function canonical(
  body: JsonObject,
  { group, kind }: { readonly group: string; readonly kind: string },
  minor: number,
): JsonObject {
  if (!isBuiltIn(group)) return withoutNulls(body);
  const key = `${group}/${kind}`;
  const workloads = workloadDefaults(minor);
  const tidy = withoutEmpty(body, "");
  const object = isObject(tidy) ? tidy : {};
  const change = Object.hasOwn(workloads, key)
    ? workloads[key]
    : Object.hasOwn(otherDefaults, key)
      ? otherDefaults[key]
      : undefined;
  return change ? change(object) : object;
}

// Fields that Go holds as a map or a plain struct: `{}` is stored as if it were not there. Everywhere else `{}` is a
// pointer that is set, and means something (emptyDir, podSelector of a peer, securityContext).
const maps = new Set([
  "annotations",
  "labels",
  "matchLabels",
  "nodeSelector",
  "requests",
  "limits",
  "resources",
  "data",
  "binaryData",
  "stringData",
  "strategy",
  "updateStrategy",
  "hard",
  "status",
  "parameters",
  "overhead",
  "metadata",
  "capacity",
  "volumeAttributes",
  "options",
  "default",
  "defaultRequest",
  "max",
  "min",
]);
// Fields that Go holds as a plain number, boolean or text with omitempty: the zero value is stored as absence.
const zeros = new Set([
  "hostIPC",
  "hostNetwork",
  "hostPID",
  "hostPort",
  "initialDelaySeconds",
  "minReadySeconds",
  "nodePort",
  "paused",
  "publishNotReadyAddresses",
  "readOnly",
  "stdin",
  "stdinOnce",
  "tty",
  "subPath",
  "unschedulable",
  "globalDefault",
  "workingDir",
  "hostname",
  "subdomain",
  "nodeName",
  "namespace",
  "value",
  "volumeName",
  "serviceAccountName",
  "serviceAccount",
  "loadBalancerIP",
  "externalName",
  "description",
]);

function freeValue(value: Json): Json | undefined {
  return value === null ? undefined : valueWithoutNulls(value);
}

function withoutEmpty(value: Json, field: string): Json | undefined {
  if (value === null) return undefined;
  if (isList(value)) {
    const items = value.map((item) => withoutEmpty(item, "[]")).filter((item) => item !== undefined);
    return items.length === 0 && field !== "[]" ? undefined : items;
  }
  if (!isObject(value))
    return zeros.has(field) && (value === 0 || value === false || value === "") ? undefined : value;
  // The keys of these maps are free: a label named `paused` is not the field of that name.
  const isFree =
    field === "labels" ||
    field === "annotations" ||
    field === "data" ||
    field === "matchLabels" ||
    field === "nodeSelector";
  const entries = Object.entries(value)
    .map(([key, item]): [string, Json | undefined] => [
      key,
      isFree ? freeValue(item) : withoutEmpty(item, key),
    ])
    .filter((entry): entry is [string, Json] => entry[1] !== undefined);
  return entries.length === 0 && maps.has(field) ? undefined : Object.fromEntries(entries);
}
