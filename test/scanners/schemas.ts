import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { at, objects, text } from "../../src/checks/read.ts";
import { asObject, type Json, type JsonObject } from "../../src/kubernetes/manifest.ts";
import { provideFiles } from "../cluster/tools/build.ts";
import { kubernetes, moduleFiles, type ModuleFilesName } from "../cluster/tools/catalogue.ts";

const definitions: readonly ModuleFilesName[] = [
  "argocdCrds",
  "certManagerCrds",
  "externalSecretsCrds",
  "kedaCrds",
  "prometheusOperatorCrds",
  "traefikCrds",
];

/** What the API server of the newest Kubernetes publishes about its own kinds. */
const openApi = {
  name: "kubernetes-openapi",
  module: "k8s.io/kubernetes",
  version: kubernetes.newest,
  paths: ["api/openapi-spec/v3"],
} as const;

/**
 * Writes one JSON schema for each kind, `<kind>_<group>_<version>.json` (the version again for the core group), from the API server's OpenAPI and the
 * controllers' CustomResourceDefinitions. Unknown fields are refused, as a strict server does.
 */
export async function writeSchemas(folder: string, say: (line: string) => void): Promise<void> {
  await mkdir(folder, { recursive: true });
  const specifications = await provideFiles(openApi, say);
  for (const file of (await readdir(specifications)).filter((name) => name.endsWith("_openapi.json"))) {
    const document: Json = JSON.parse(await readFile(join(specifications, file), "utf8"));
    const components = asObject(at(document, "components", "schemas"));
    const schemas = Object.fromEntries(
      Object.entries(components).map(([name, schema]) => [name, closed(schema)]),
    );
    for (const [name, schema] of Object.entries(components)) {
      for (const { group, version, kind } of objects(asObject(schema)["x-kubernetes-group-version-kind"]))
        await write(folder, [text(kind), text(group), text(version)], {
          $ref: `#/components/schemas/${name}`,
          components: { schemas },
        });
    }
  }
  for (const name of definitions) {
    const files = await provideFiles(moduleFiles[name], say);
    for (const file of (await readdir(files)).filter((entry) => /\.ya?ml$/.test(entry))) {
      for (const document of parseAllDocuments(await readFile(join(files, file), "utf8"))) {
        const definition: Json = document.toJS();
        const spec = asObject(at(definition, "spec"));
        if (at(definition, "kind") !== "CustomResourceDefinition") continue;
        for (const version of objects(spec["versions"])) {
          const identity = [
            text(at(spec, "names", "kind")),
            text(spec["group"]),
            text(version["name"]),
          ] as const;
          await write(
            folder,
            identity,
            asObject(closed(at(version, "schema", "openAPIV3Schema") ?? {}, true)),
          );
        }
      }
    }
  }
}

async function write(
  folder: string,
  [kind, group, version]: readonly [kind: string, group: string, version: string],
  schema: JsonObject,
): Promise<void> {
  await writeFile(
    join(folder, `${kind.toLowerCase()}_${group || version}_${version}.json`),
    JSON.stringify(schema),
  );
}

/** Refuses unknown fields wherever the schema names the known ones, and says both types of an int-or-string. */
function closed(value: Json, root = false): Json {
  if (Array.isArray(value)) return value.map((item: Json) => closed(item));
  if (typeof value !== "object" || value === null) return value;
  const {
    format,
    nullable: _nullable,
    ...schema
  } = Object.fromEntries(Object.entries(value).map(([key, child]) => [key, closed(child)]));
  if (schema["x-kubernetes-int-or-string"] === true || format === "int-or-string")
    return { type: ["integer", "string"] };
  const open =
    schema["x-kubernetes-preserve-unknown-fields"] === true || schema["additionalProperties"] !== undefined;
  if (schema["properties"] === undefined || open || schema["type"] !== "object") return schema;
  // The server knows the metadata of every object; a definition says only that there is some.
  const properties = root
    ? { apiVersion: {}, kind: {}, ...asObject(schema["properties"]), metadata: { type: "object" } }
    : schema["properties"];
  return { ...schema, properties, additionalProperties: false };
}
