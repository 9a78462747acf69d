import { asObject, type JsonObject, type Manifest } from "../kubernetes/manifest.ts";
import { isLabelKey, isLabelValue } from "../kubernetes/labels.ts";
import { items, text } from "./read.ts";
import type { Finding, Rule } from "./rule.ts";
import { workloads } from "./workloads.ts";

/** What pods ask of nodes has a form that the API server takes. */
export const nodeSelection: Rule = {
  id: "node-selection",
  reason: "the API server refuses the workload otherwise, and the sync stops in its middle",
  source: "Kubernetes, Assigning Pods to Nodes; Taints and Tolerations; ValidateTolerations in pkg/apis/core",
  values: ["app.nodeSelector", "app.tolerations"],
  *check(manifests) {
    for (const { manifest, pod, path } of workloads(manifests)) {
      yield* selector(manifest, asObject(pod["nodeSelector"]), `${path}.nodeSelector`);
      for (const { item, path: place } of items(pod["tolerations"], `${path}.tolerations`))
        for (const message of problems(item)) yield { manifest, path: place, message };
    }
  },
};

function* selector(manifest: Manifest, labels: JsonObject, path: string): Iterable<Finding> {
  for (const [key, value] of Object.entries(labels))
    if (!isLabelKey(key) || !isLabelValue(text(value)))
      yield {
        manifest,
        path: `${path}["${key}"]`,
        message: `is no label: at most 63 letters, digits, "-", "_" and "."`,
      };
}

function problems({ key, operator, value, effect, tolerationSeconds }: JsonObject): readonly string[] {
  const how = text(operator) || "Equal";
  return [
    ...(text(key) === "" && how !== "Exists"
      ? ["names no key; only with operator Exists may it be left out"]
      : []),
    ...(text(key) !== "" && !isLabelKey(text(key))
      ? [`has the key "${text(key)}", which no taint can have`]
      : []),
    ...(how === "Exists" && text(value) !== "" ? ["has a value, which operator Exists does not take"] : []),
    ...(how === "Equal" && !isLabelValue(text(value))
      ? [`has the value "${text(value)}", which no taint can have`]
      : []),
    ...(tolerationSeconds !== undefined && effect !== "NoExecute"
      ? ["has tolerationSeconds, which only the effect NoExecute takes"]
      : []),
  ];
}
