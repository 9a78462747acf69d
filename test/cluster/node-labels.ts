import { at, listAt, type KubernetesObject } from "./api/object.ts";

/** Every label that a pod of the environment asks of its node, by its selector or its required affinity. */
export function requestedLabels(objects: readonly KubernetesObject[]): Record<string, string> {
  const selectors = objects.map((object) => at(object, "spec", "template", "spec", "nodeSelector"));
  const required = objects.flatMap((object) =>
    listAt(
      object,
      "spec",
      "template",
      "spec",
      "affinity",
      "nodeAffinity",
      "requiredDuringSchedulingIgnoredDuringExecution",
      "nodeSelectorTerms",
    ),
  );
  const expressions = required.flatMap((term) => listAt(term, "matchExpressions"));
  const wanted = expressions.map(
    (expression) => [String(at(expression, "key")), String(at(expression, "values", 0))] as const,
  );
  return { ...Object.fromEntries(wanted), ...Object.assign({}, ...selectors) };
}
