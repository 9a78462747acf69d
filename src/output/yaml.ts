import { isDeepStrictEqual } from "node:util";
import { Document, parse, Scalar, visit } from "yaml";
import type { Json, JsonObject } from "../kubernetes/manifest.ts";
import { compareText } from "../kubernetes/text.ts";

// The order in which people read an object; everything else follows in alphabetical order.
const leadingKeys = ["apiVersion", "kind", "name", "metadata", "namespace", "labels", "annotations"];

/**
 * Returns the bytes of one object as text: stable key order, block scalars for text of several lines, no aliases,
 * no folding. Throws an Error when a YAML 1.1 and a YAML 1.2 reader would not both read the same object back:
 * Kubernetes tools have long been YAML 1.1 readers, to which `yes`, `0755` and `12:30:45` are no strings.
 */
export function toYaml(object: JsonObject): string {
  const document = new Document(sortKeys(object), { version: "1.1", aliasDuplicateObjects: false });
  visit(document, {
    Scalar(_key, node) {
      if (typeof node.value !== "string") return;
      if (node.value.includes("\n")) node.type = Scalar.BLOCK_LITERAL;
      else if (readsDifferently(node.value)) node.type = Scalar.QUOTE_DOUBLE;
    },
  });
  const text = document.toString({ lineWidth: 0, indentSeq: false });
  for (const version of ["1.1", "1.2"] as const) {
    if (!isDeepStrictEqual(parse(text, { version }), object)) {
      throw new Error(`a YAML ${version} reader would read this back differently:\n${text}`);
    }
  }
  return text;
}

// The same few thousand strings stand in every environment; reading each once saves most of the time.
const judged = new Map<string, boolean>();

/** Whether an unquoted scalar would stop being this string for a reader of YAML 1.1 or 1.2. */
function readsDifferently(text: string): boolean {
  const known = judged.get(text);
  if (known !== undefined) return known;
  const differs = (["1.1", "1.2"] as const).some((version) => {
    try {
      return parse(text, { version, logLevel: "error" }) !== text;
    } catch {
      return true;
    }
  });
  judged.set(text, differs);
  return differs;
}

function sortKeys(value: Json): Json {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => rank(a) - rank(b) || compareText(a, b))
      .map(([key, child]) => [key, sortKeys(child)]),
  );
}

function rank(key: string): number {
  const index = leadingKeys.indexOf(key);
  return index === -1 ? leadingKeys.length : index;
}
