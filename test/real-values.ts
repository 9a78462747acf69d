import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import type { Json } from "../src/kubernetes/manifest.ts";
import { mergeNodes } from "../src/values/merge.ts";
import { releaseSchema } from "../src/values/release.ts";
import { valuesSchema } from "../src/values/schema.ts";
import { toPlain, type SourceNode } from "../src/values/source-node.ts";
import { parseYaml } from "../src/values/yaml-source.ts";

const root = join(import.meta.dirname, "..");

/** What every environment must fit. */
export const schemas = { values: valuesSchema, release: releaseSchema };

/** Returns the values of production with every default, as the text of a base that needs no override. */
export async function completeBase(): Promise<string> {
  const [base, production] = await Promise.all([
    tree("base/values.yaml"),
    tree("environments/production/values.yaml"),
  ]);
  return stringify(toPlain(mergeNodes(base, production)), { version: "1.1" });
}

/** Returns the defaults alone, as plain data. */
export async function defaults(): Promise<Json> {
  return toPlain(await tree("base/values.yaml"));
}

/** A release that every environment accepts. */
export const goodRelease = `version: 1.4.0\ndigest: sha256:${"0123456789abcdef".repeat(4)}\nmigration: none\n`;

async function tree(file: string): Promise<SourceNode> {
  const { node } = parseYaml(file, await readFile(join(root, file), "utf8"));
  if (node === undefined) throw new Error(`${file} is not YAML`);
  return node;
}
