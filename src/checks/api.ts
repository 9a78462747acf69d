import { isObject, type Json, type JsonObject } from "../kubernetes/manifest.ts";
import table from "./api-types.json" with { type: "json" };
import { joined, noProblems, type Problem } from "./problem.ts";
import { text } from "./read.ts";
import type { Finding, Rule } from "./rule.ts";
import { serverMinor } from "./server-version.ts";

/** What a field may hold, and since which minor version there is such a field. */
interface Type {
  readonly shape: "scalar" | "list" | "map" | "object" | "any";
  /** Types that a scalar may have, as JavaScript names them. */
  readonly scalars: readonly string[];
  /** What a text may be; absent: anything. */
  readonly choices: readonly string[] | undefined;
  /** Type of the items of a list or map. */
  readonly item: Type | undefined;
  /** Name of an object's type. */
  readonly name: string;
  readonly since: number;
}

const kinds: Readonly<Record<string, string>> = table.kinds;
const written: Readonly<Record<string, Readonly<Record<string, string>>>> = table.types;
const scalars: Readonly<Record<string, readonly string[]>> = {
  s: ["string"],
  n: ["number"],
  b: ["boolean"],
  q: ["string", "number"],
};

/** Every object's version is served, and every field known with its type, by the cluster's version and by the newest. */
export const api: Rule = {
  id: "api",
  reason: "a server drops a field that it does not know, or refuses the object in the middle of a sync",
  source: `Kubernetes API reference, 1.25 to 1.37; Kubernetes, Deprecated API Migration Guide (${table.source})`,
  values: ["cluster.kubernetesVersion"],
  *check(manifests) {
    const minor = serverMinor(manifests);
    for (const manifest of manifests) {
      const version = text(manifest.body["apiVersion"]);
      const type = kinds[`${version}/${manifest.kind}`];
      if (type === undefined)
        yield {
          manifest,
          path: "apiVersion",
          message: `is ${version}, in which no server of today serves a ${manifest.kind}`,
        };
      else {
        for (const { path, message } of objectProblems(manifest.body, type, minor))
          yield { manifest, path, message } satisfies Finding;
      }
    }
  },
};

function objectProblems(value: JsonObject, name: string, minor: number): readonly Problem[] {
  let all = noProblems;
  for (const key in value) {
    const child = value[key];
    if (child === undefined || child === null) continue;
    const type = fieldOf(name, key);
    const found = !type
      ? [{ path: "", message: `is no field of ${name}` }]
      : type.since > minor
        ? [
            {
              path: "",
              message: `came with Kubernetes 1.${type.since}, and the cluster is 1.${minor}; leave it out there`,
            },
          ]
        : valueProblems(child, type, minor);
    all = joined(all, key, found);
  }
  return all;
}

function valueProblems(value: Json, type: Type, minor: number): readonly Problem[] {
  switch (type.shape) {
    case "any":
      return noProblems;
    case "scalar":
      return fits(type, value)
        ? noProblems
        : wrong(
            value,
            type.scalars.includes(typeof value)
              ? (type.choices?.join(", ") ?? "0 and more")
              : `a ${type.scalars.join(" or ")}`,
          );
    case "list":
      return Array.isArray(value) ? listProblems(value, type, minor) : wrong(value, "a list");
    case "map":
      return isObject(value) ? mapProblems(value, type, minor) : wrong(value, "a map");
    case "object":
      return isObject(value) ? objectProblems(value, type.name, minor) : wrong(value, "a map");
  }
}

function listProblems(list: readonly Json[], { item }: Type, minor: number): readonly Problem[] {
  let all = noProblems;
  if (!item) return all;
  for (let index = 0; index < list.length; index += 1) {
    const found = valueProblems(list[index] ?? null, item, minor);
    if (found.length > 0) all = joined(all, `[${index}]`, found);
  }
  return all;
}

function mapProblems(map: JsonObject, { item }: Type, minor: number): readonly Problem[] {
  let all = noProblems;
  for (const key in map) {
    const found = item ? valueProblems(map[key] ?? null, item, minor) : noProblems;
    if (found.length > 0) all = joined(all, `["${key}"]`, found);
  }
  return all;
}

function wrong(value: Json, wanted: string): readonly Problem[] {
  return [{ path: "", message: `is ${JSON.stringify(value).slice(0, 40)}; the server takes ${wanted}` }];
}

/** Whether the server takes a scalar; of the kinds here, only a PriorityClass's value may be below zero. */
function fits({ scalars: allowed, choices }: Type, value: Json): boolean {
  if (!allowed.includes(typeof value)) return false;
  if (typeof value === "number") return value >= 0;
  return choices === undefined || typeof value !== "string" || choices.includes(value);
}

// Types never change, and few are written in many ways: each is read when it is first met.
const read = new Map<string, Type>();

function fieldOf(name: string, key: string): Type | undefined {
  const fields = written[name];
  const encoded = fields && Object.hasOwn(fields, key) ? fields[key] : undefined;
  if (encoded === undefined) return undefined;
  const type = read.get(encoded) ?? typeOf(encoded);
  read.set(encoded, type);
  return type;
}

function typeOf(encoded: string): Type {
  const [form = "", since] = encoded.split("@");
  const [type = "", allowed] = form.split("=");
  const common = {
    scalars: scalars[type] ?? [],
    choices: allowed?.split("|"),
    item: undefined,
    name: type,
    since: Number(since ?? "0"),
  };
  if (type.startsWith("[") || type.startsWith("{"))
    return { ...common, shape: type.startsWith("[") ? "list" : "map", item: typeOf(form.slice(1)) };
  return { ...common, shape: type === "x" ? "any" : type in scalars ? "scalar" : "object" };
}
