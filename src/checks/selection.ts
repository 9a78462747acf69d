import { asArray, asObject, type Json, type JsonObject, type Manifest } from "../kubernetes/manifest.ts";
import { objects, text } from "./read.ts";
import { type Workload, workloads } from "./workloads.ts";

// The StatefulSet controller gives each pod this label (Kubernetes, StatefulSet, Pod name label).
const podName = "statefulset.kubernetes.io/pod-name";

/** Whether labels have all that a map of labels asks for; an empty map asks for nothing. */
export function hasLabels(labels: JsonObject, wanted: JsonObject): boolean {
  for (const key in wanted) if (labels[key] !== wanted[key]) return false;
  return true;
}

/** Whether a label selector with matchLabels and matchExpressions selects these labels. */
export function matches(selector: Json | undefined, labels: JsonObject): boolean {
  const { matchLabels, matchExpressions } = asObject(selector);
  return (
    hasLabels(labels, asObject(matchLabels)) &&
    objects(matchExpressions).every(({ key, operator, values }) => {
      const own = labels[text(key)];
      const among = own !== undefined && asArray(values).includes(own);
      if (operator === "Exists") return own !== undefined;
      if (operator === "DoesNotExist") return own === undefined;
      return operator === "In" ? among : !among;
    })
  );
}

/** Returns the workloads whose pods a map of labels selects; the name of a StatefulSet's pod counts as its label. */
export function selectedPods(manifests: readonly Manifest[], selector: JsonObject): readonly Workload[] {
  const { [podName]: pod, ...labels } = selector;
  return workloads(manifests).filter(
    (workload) =>
      hasLabels(workload.labels, labels) && (pod === undefined || podNames(workload).includes(text(pod))),
  );
}

/** Returns the names of a StatefulSet's pods; none for other workloads, whose pods have random names. */
export function podNames({ manifest, largest }: Workload): readonly string[] {
  if (manifest.kind !== "StatefulSet") return [];
  return Array.from({ length: largest }, (_unused, index) => `${manifest.name}-${index}`);
}

/** Returns names for people; `none` where there is none. */
export function listed(names: readonly string[]): string {
  return names.length === 0 ? "none" : [...new Set(names)].join(", ");
}
