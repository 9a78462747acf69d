import { at, objects, text } from "../checks/read.ts";
import { asArray, asObject, type Json, type JsonObject } from "../kubernetes/manifest.ts";

/** Labels of a pod or a namespace. */
export type Labels = Readonly<Record<string, string>>;

/**
 * Whether a label selector selects the labels; an empty selector selects everything (Kubernetes API reference,
 * LabelSelector). An operator that does not exist selects nothing.
 */
export function selects(selector: JsonObject, labels: Labels): boolean {
  const wanted = asObject(selector["matchLabels"]);
  for (const key in wanted) if (labels[key] !== text(wanted[key])) return false;
  return objects(selector["matchExpressions"]).every((expression) => meets(expression, labels));
}

/**
 * Returns labels that the selector selects and that carry nothing else, one set for each value that it allows: they
 * stand for pods or namespaces that are not in the tree.
 */
export function examples(selector: JsonObject): readonly Labels[] {
  const given = Object.fromEntries(
    Object.entries(asObject(selector["matchLabels"])).map(([key, value]) => [key, text(value)]),
  );
  const made = objects(selector["matchExpressions"]).reduce<readonly Labels[]>(
    (sets, { key, operator, values }) => {
      const choices = operator === "In" ? asArray(values).map(text) : operator === "Exists" ? ["any"] : [];
      if (choices.length === 0) return sets;
      return sets.flatMap((labels) =>
        labels[text(key)] === undefined
          ? choices.map((value) => ({ ...labels, [text(key)]: value }))
          : [labels],
      );
    },
    [given],
  );
  return made.filter((labels) => selects(selector, labels));
}

/** Returns an object's labels, or a pod template's, as text. */
export function labelsIn(metadata: Json | undefined): Labels {
  return Object.fromEntries(
    Object.entries(asObject(at(metadata, "labels"))).map(([key, value]) => [key, text(value)]),
  );
}

function meets({ key, operator, values }: JsonObject, labels: Labels): boolean {
  const value = labels[text(key)];
  const among = value !== undefined && asArray(values).map(text).includes(value);
  switch (text(operator)) {
    case "In":
      return among;
    case "NotIn":
      return !among;
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
    default:
      return false;
  }
}
