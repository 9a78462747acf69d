import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Manifest, seal, type Json } from "../src/kubernetes/manifest.ts";
import { system } from "../src/system.ts";
import { namespaceName } from "../src/system/context.ts";
import { readBaseFiles } from "../src/values/folders.ts";
import { mergeNodes } from "../src/values/merge.ts";
import { releaseSchema } from "../src/values/release.ts";
import { type Values, valuesSchema } from "../src/values/schema.ts";
import { toPlain, type SourceNode } from "../src/values/source-node.ts";
import { parseYaml } from "../src/values/yaml-source.ts";
import { repository } from "./repository.ts";

const { value: files } = await readBaseFiles(repository);

/** Values as plain data that a test may change before they are parsed. */
export type PlainValues = { [key: string]: Json | PlainValues };

/** Returns the merged values of an environment as plain data, a fresh copy. */
export async function plainValues(environment: string): Promise<PlainValues> {
  const [base, own] = await Promise.all([
    tree("base/values.yaml"),
    tree(`environments/${environment}/values.yaml`),
  ]);
  return JSON.parse(JSON.stringify(toPlain(mergeNodes(base, own))));
}

/** Sets the value at a path of keys; a number is a place in a list. Maps on the way are made where they are absent. */
export function setAt(values: PlainValues, path: readonly string[], value: Json): void {
  const [first = "", ...rest] = path;
  values[first] = rest.length === 0 ? value : changed(values[first], rest, value);
}

function changed(
  below: Json | PlainValues | undefined,
  path: readonly string[],
  value: Json,
): Json | PlainValues {
  const [first = "", ...rest] = path;
  if (Array.isArray(below)) {
    return below.map((item: Json, place) =>
      place === Number(first) ? asJson(rest.length === 0 ? value : changed(item, rest, value)) : item,
    );
  }
  const copy: PlainValues = isPlain(below) ? { ...below } : {};
  setAt(copy, path, value);
  return copy;
}

function asJson(value: Json | PlainValues): Json {
  return JSON.parse(JSON.stringify(value));
}

/** Returns the manifests of plain values; throws where they do not fit the schema. */
export function manifestsOf(plain: PlainValues): Manifest[] {
  const values: Values = valuesSchema.parse(plain);
  const release = releaseSchema.parse({
    version: "1.0.0",
    digest: `sha256:${"0".repeat(64)}`,
    migration: "none",
  });
  return system({ values, release, files }).components.flatMap(({ name: component, wave, models }) =>
    models.map((model) => seal(model, { component, namespace: namespaceName, wave })),
  );
}

function isPlain(value: Json | PlainValues | undefined): value is PlainValues {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

async function tree(path: string): Promise<SourceNode> {
  const { node } = parseYaml(path, await readFile(join(repository, path), "utf8"));
  if (node === undefined) throw new Error(`${path} is no YAML`);
  return node;
}
