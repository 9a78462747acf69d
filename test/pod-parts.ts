import { asArray, asObject, type JsonObject } from "../src/kubernetes/manifest.ts";

/** Returns the pod template of a workload, or of a CronJob's Job; an empty object where there is none. */
export function templateOf(body: JsonObject): JsonObject {
  const spec = asObject(body["spec"]);
  const job = asObject(asObject(spec["jobTemplate"])["spec"]);
  return asObject(spec["template"] ?? job["template"]);
}

/** Returns the pod of a workload. */
export function podOf(body: JsonObject): JsonObject {
  return asObject(templateOf(body)["spec"]);
}

/** Returns all containers of a workload's pod, init containers first. */
export function containersOf(body: JsonObject): JsonObject[] {
  const { initContainers, containers } = podOf(body);
  return [...asArray(initContainers), ...asArray(containers)].map(asObject);
}

/** Returns the names in a list of objects. */
export function names(list: JsonObject[string] | undefined): string[] {
  return asArray(list).map((item) => nameOf(asObject(item)));
}

/** Returns the field `name` of an object, empty where it has none. */
export function nameOf(object: JsonObject): string {
  const { name } = object;
  return typeof name === "string" ? name : "";
}
