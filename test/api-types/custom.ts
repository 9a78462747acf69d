import { asArray, asObject, type Json, type JsonObject } from "../../src/kubernetes/manifest.ts";
import { at, objects, text } from "../../src/checks/read.ts";
import type { Types } from "./built-in.ts";

/** One served version of a custom resource. */
export interface CustomVersion {
  /** `<apiVersion>/<kind>`. */
  readonly id: string;
  readonly schema: JsonObject;
}

/** Kinds that may be rendered. */
const kinds = new Set([
  "AppProject",
  "Certificate",
  "ExternalSecret",
  "Issuer",
  "Middleware",
  "Password",
  "PrometheusRule",
  "ScaledObject",
  "SecretStore",
  "ServersTransport",
  "ServiceMonitor",
  "TLSOption",
]);
/** Branches that nothing here uses, and that would be most of the table: whatever stands there is accepted. */
const untold =
  /^(?:SecretStore\.spec\.provider\.(?!gcpsm\b|vault\b|kubernetes\b)\w+|Issuer\.spec\.(?!acme\b|ca\b|selfSigned\b)\w+|Issuer\.spec\.acme\.solvers\.dns01|.*\.affinity|.*\.status)$/;

/** Returns the served versions of the kinds that may be rendered. */
export function customVersions(definition: Json): readonly CustomVersion[] {
  const spec = asObject(at(definition, "spec"));
  const kind = text(at(spec, "names", "kind"));
  if (at(definition, "kind") !== "CustomResourceDefinition" || !kinds.has(kind)) return [];
  return objects(spec["versions"])
    .filter(({ served }) => served === true)
    .map((version) => ({
      id: `${text(spec["group"])}/${text(version["name"])}/${kind}`,
      schema: asObject(at(version, "schema", "openAPIV3Schema")),
    }));
}

/** Adds the types of a custom resource; returns the name of its own. */
export function addCustom(types: Types, { id, schema }: CustomVersion): string {
  const kind = id.split("/")[2] ?? "";
  const properties = asObject(schema["properties"]);
  const fields = new Map([
    ["apiVersion", "s"],
    ["kind", "s"],
    ["metadata", "meta.v1.ObjectMeta"],
  ]);
  for (const [name, property] of Object.entries(properties)) {
    if (!fields.has(name)) fields.set(name, encoded(types, asObject(property), `${kind}.${name}`));
  }
  types.set(id, fields);
  return id;
}

function encoded(types: Types, schema: JsonObject, path: string): string {
  if (untold.test(path) || schema["x-kubernetes-preserve-unknown-fields"] === true) return "x";
  if (
    schema["x-kubernetes-int-or-string"] === true ||
    (asArray(schema["anyOf"]).length > 0 && !schema["properties"])
  )
    return "q";
  if (schema["type"] === "array") return `[${encoded(types, asObject(schema["items"]), path)}`;
  if (schema["type"] === "string") {
    const allowed = asArray(schema["enum"]).map(text);
    return allowed.length > 0 ? `s=${allowed.join("|")}` : "s";
  }
  if (schema["type"] === "boolean") return "b";
  if (schema["type"] === "integer" || schema["type"] === "number") return "n";
  if (schema["properties"] === undefined) {
    const more = schema["additionalProperties"];
    return typeof more === "object" ? `{${encoded(types, asObject(more), path)}` : "x";
  }
  const fields = new Map<string, string>();
  types.set(path, fields);
  for (const [name, property] of Object.entries(asObject(schema["properties"])))
    fields.set(name, encoded(types, asObject(property), `${path}.${name}`));
  return path;
}
