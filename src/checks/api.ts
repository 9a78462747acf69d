import type { Json, Manifest } from "../kubernetes/manifest.ts";
import table from "./api-types.json" with { type: "json" };
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

type Fields = ReadonlyMap<string, Type>;

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
      else yield* objectFindings({ manifest, minor }, manifest.body, type, "");
    }
  },
};

interface Subject {
  readonly manifest: Manifest;
  readonly minor: number;
}

function* objectFindings(
  subject: Subject,
  value: { readonly [key: string]: Json },
  ...[name, path]: readonly [name: string, path: string]
): Iterable<Finding> {
  const { manifest, minor } = subject;
  const fields = fieldsOf(name);
  for (const key in value) {
    const type = fields.get(key);
    const child = value[key];
    const place = path === "" ? key : `${path}.${key}`;
    if (child === undefined || child === null) continue;
    if (!type) yield { manifest, path: place, message: `is no field of ${name}` };
    else if (type.since > minor)
      yield {
        manifest,
        path: place,
        message: `came with Kubernetes 1.${type.since}, and the cluster is 1.${minor}; leave it out there`,
      };
    else if (type.shape === "scalar" ? !fits(type, child) : type.shape !== "any")
      yield* valueFindings(subject, child, type, place);
  }
}

function* valueFindings(
  subject: Subject,
  value: Json,
  ...[type, path]: readonly [type: Type, path: string]
): Iterable<Finding> {
  const { manifest } = subject;
  const wrong = (wanted: string): Finding => ({
    manifest,
    path,
    message: `is ${JSON.stringify(value).slice(0, 40)}; the server takes ${wanted}`,
  });
  if (type.shape === "any") return;
  if (type.shape === "scalar") {
    if (!type.scalars.includes(typeof value)) yield wrong(`a ${type.scalars.join(" or ")}`);
    else if (!fits(type, value)) yield wrong(type.choices?.join(", ") ?? "0 and more");
  } else if (type.shape === "list") {
    if (!Array.isArray(value)) yield wrong("a list");
    else if (type.item) {
      for (const [index, item] of value.entries())
        yield* valueFindings(subject, item, type.item, `${path}[${index}]`);
    }
  } else if (typeof value !== "object" || value === null || Array.isArray(value)) yield wrong("a map");
  else if (type.shape === "map") {
    for (const [key, item] of Object.entries(value)) {
      if (type.item) yield* valueFindings(subject, item, type.item, `${path}["${key}"]`);
    }
  } else yield* objectFindings(subject, Object(value), type.name, path);
}

/** Whether the server takes a scalar; of the kinds here, only a PriorityClass's value may be below zero. */
function fits({ scalars: allowed, choices }: Type, value: Json): boolean {
  if (!allowed.includes(typeof value)) return false;
  if (typeof value === "number") return value >= 0;
  return choices === undefined || typeof value !== "string" || choices.includes(value);
}

// Types never change; what is rendered uses a part of them, so each is read when it is first met.
const read = new Map<string, Fields>();

function fieldsOf(name: string): Fields {
  const known = read.get(name);
  if (known) return known;
  const fields = new Map(Object.entries(written[name] ?? {}).map(([key, type]) => [key, typeOf(type)]));
  read.set(name, fields);
  return fields;
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
