import { quantity } from "../../compare/quantity.ts";
import { listAt, mapAt, type Json, type JsonObject, type Path } from "../../json.ts";
import type { Refusal } from "./rule.ts";

// Source: apimachinery pkg/api/resource (ParseQuantity) and pkg/apis/core/validation (ValidateResourceQuotaSpec).

const wayOut = ["correct the value in this pull request"] as const;
// What Go's parser reads before it looks at the suffix, and what it then knows.
const form = /^[+-]?(?:\d+\.?\d*|\.\d+)[eEinumkKMGTP]*[+-]?\d*$/;
const known = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[numkMGTPE]|[KMGTPE]i|[eE][+-]?\d+)?$/;

/** Returns the refusals of values that are no quantities, or negative ones, in a map of amounts at the path. */
export function amounts(values: JsonObject, path: Path): readonly Refusal[] {
  return Object.entries(values).flatMap(([name, value]) => {
    const message = amountProblem(value);
    return message === undefined ? [] : [{ path: [...path, name], message, wayOut }];
  });
}

function amountProblem(value: Json): string | undefined {
  const text = typeof value === "number" ? String(value) : value;
  if (typeof text !== "string") return undefined;
  if (!form.test(text)) return "quantities must match the regular expression";
  if (!known.test(text)) return "unable to parse quantity's suffix";
  return (quantity(text) ?? 0n) < 0n ? "must be greater than or equal to 0" : undefined;
}

const counted = new Set([
  "configmaps",
  "persistentvolumeclaims",
  "pods",
  "replicationcontrollers",
  "resourcequotas",
  "secrets",
  "services",
  "services.loadbalancers",
  "services.nodeports",
]);
const measured =
  /^(?:(?:requests\.|limits\.)?(?:cpu|memory|ephemeral-storage)|requests\.storage|(?:requests\.)?hugepages-.+)$/;
const one = quantity("1") ?? 1n;

/** The rules for the bounds of a ResourceQuota. */
export function quotaBounds(object: JsonObject): readonly Refusal[] {
  const path = ["spec", "hard"];
  const hard = mapAt(object, ...path);
  const found = Object.entries(hard).flatMap(([name, value]): readonly Refusal[] => {
    const isCount = counted.has(name) || name.startsWith("count/");
    if (!isCount && !measured.test(name) && !name.includes("/"))
      return [{ path: [...path, name], message: "must be a standard resource for quota", wayOut }];
    return isCount && (quantity(value) ?? 0n) % one !== 0n
      ? [{ path: [...path, name], message: "must be an integer", wayOut }]
      : [];
  });
  return [...amounts(hard, path), ...found];
}

/** The rules for the amounts of a LimitRange. */
export function limitRange(object: JsonObject): readonly Refusal[] {
  return listAt(object, "spec", "limits").flatMap((limit, index) =>
    ["max", "min", "default", "defaultRequest"].flatMap((key) =>
      amounts(mapAt(limit, key), ["spec", "limits", index, key]),
    ),
  );
}
