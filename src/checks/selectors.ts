import { asArray, asObject, type Json, type JsonObject, type Manifest } from "../kubernetes/manifest.ts";
import { objects, text } from "./read.ts";
import type { Workload } from "./workloads.ts";

/** Whether a label selector (matchLabels and matchExpressions) selects these labels; an empty one selects everything. */
export function selects(selector: JsonObject, labels: JsonObject): boolean {
  return (
    hasAll(asObject(selector["matchLabels"]), labels) &&
    objects(selector["matchExpressions"]).every((expression) => holds(expression, labels))
  );
}

/** Whether the labels contain all of these. */
export function hasAll(wanted: JsonObject, labels: JsonObject): boolean {
  return Object.entries(wanted).every(([key, value]) => labels[key] === value);
}

/** Returns the labels of each pod of a workload; the pods of a StatefulSet have their name as a label. */
export function podLabels({ manifest, labels, largest }: Workload): readonly JsonObject[] {
  if (manifest.kind !== "StatefulSet") return [labels];
  return Array.from({ length: largest }, (_unused, index) => ({
    ...labels,
    "statefulset.kubernetes.io/pod-name": `${manifest.name}-${index}`,
    "apps.kubernetes.io/pod-index": String(index),
  }));
}

/** Returns the workloads of which a selector selects at least one pod. */
export function selected(all: readonly Workload[], selector: JsonObject): readonly Workload[] {
  return all.filter((workload) => podLabels(workload).some((labels) => selects(selector, labels)));
}

/** Returns the selector of a Service, which has no matchLabels of its own. */
export function serviceSelector({ body }: Manifest): JsonObject | undefined {
  const selector: Json | undefined = asObject(body["spec"])["selector"];
  return selector === undefined ? undefined : { matchLabels: selector };
}

function holds(expression: JsonObject, labels: JsonObject): boolean {
  const value = labels[text(expression["key"])];
  const values = asArray(expression["values"]);
  switch (text(expression["operator"])) {
    case "In":
      return value !== undefined && values.includes(value);
    case "NotIn":
      return value === undefined || !values.includes(value);
    case "Exists":
      return value !== undefined;
    default:
      return value === undefined;
  }
}
