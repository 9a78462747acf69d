import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import { rules } from "../../src/checks/rules.ts";
import { formatReport, runRules } from "../../src/checks/run.ts";
import { InputError } from "../../src/errors.ts";
import { seal } from "../../src/kubernetes/manifest.ts";
import { aboveCeiling, subjectOf, type RenderedEnvironment } from "../../src/render.ts";
import { system } from "../../src/system.ts";
import { namespaceName } from "../../src/system/context.ts";
import { readBaseFiles } from "../../src/values/folders.ts";
import { mergeNodes } from "../../src/values/merge.ts";
import { formatPath } from "../../src/values/path.ts";
import { parseNode } from "../../src/values/problems.ts";
import { releaseSchema } from "../../src/values/release.ts";
import { valuesSchema } from "../../src/values/schema.ts";
import type { SourceNode } from "../../src/values/source-node.ts";
import { parseYaml } from "../../src/values/yaml-source.ts";
import { repository } from "../repository.ts";
import type { RandomEnvironment } from "./values.ts";

const base = parsed("base/values.yaml", await readFile(join(repository, "base/values.yaml"), "utf8"));
const { value: files } = await readBaseFiles(repository);

/** What the pipeline says about one environment. */
export interface Problems {
  /** What the schema or the ceiling refuses: `render` would end with 2. */
  readonly refused: readonly string[];
  /** What the rules report as an error: it would end with 1. */
  readonly findings: readonly string[];
}

/**
 * Takes an environment through the whole pipeline in memory, from the text of its two files to the findings: parse, merge,
 * schema, components, seal, checks. Files and folders are left out, which other tests cover.
 */
export function problemsOf({ values, release }: RandomEnvironment): Problems {
  return judge(stringify(values, { version: "1.1" }), stringify(release));
}

/** Returns how `render` would end over the text of a file of values, with what it would print. */
export function judgeText(values: string): { readonly code: number; readonly message: string } {
  const release = stringify({ version: "1.0.0", digest: `sha256:${"0".repeat(64)}`, migration: "none" });
  try {
    const { refused, findings } = judge(values, release);
    if (refused.length > 0) return { code: 2, message: refused.join("\n") };
    return { code: findings.length > 0 ? 1 : 0, message: findings.join("\n") };
  } catch (error) {
    if (error instanceof InputError) return { code: 2, message: error.message };
    return { code: 3, message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

function judge(valuesText: string, releaseText: string): Problems {
  const { refused, rendered } = renderedFrom(valuesText, releaseText);
  if (!rendered) return { refused, findings: [] };
  const findings = runRules(rules, subjectOf(rendered)).filter(({ severity }) => severity === "error");
  return { refused, findings: findings.map(formatReport) };
}

/** Renders a random environment in memory; returns undefined where the schema refuses it, which discards it. */
export function renderedInMemory(
  name: string,
  { values, release }: RandomEnvironment,
): RenderedEnvironment | undefined {
  const { rendered } = renderedFrom(stringify(values, { version: "1.1" }), stringify(release));
  return rendered && { ...rendered, name };
}

interface Rendered {
  readonly refused: readonly string[];
  readonly rendered?: RenderedEnvironment;
}

function renderedFrom(valuesText: string, releaseText: string): Rendered {
  const tree = mergeNodes(base, parsed("environments/random/values.yaml", valuesText));
  const values = parseNode(valuesSchema, tree, () => undefined);
  const release = parseNode(
    releaseSchema,
    parsed("environments/random/release.yaml", releaseText),
    () => undefined,
  );
  const refused = [...values.mistakes, ...release.mistakes].map(
    ({ path, message }) => `${formatPath(path)}: ${message}`,
  );
  if (!values.value || !release.value) return { refused };
  const input = {
    values: values.value,
    release: release.value,
    files,
    locate: nowhere,
    locateRelease: nowhere,
  };
  const { components, quota } = system(input);
  const ceiling = aboveCeiling(input, quota).map(({ path, message }) => `${path ?? ""}: ${message}`);
  const manifests = components.flatMap(({ name: component, wave, models }) =>
    models.map((model) => seal(model, { component, namespace: namespaceName, wave })),
  );
  return { refused: ceiling, rendered: { ...input, name: "random", manifests } };
}

function parsed(file: string, text: string): SourceNode {
  const { node, problems } = parseYaml(file, text);
  if (node === undefined || problems.length > 0) throw new InputError(problems);
  return node;
}

function nowhere(): undefined {
  return undefined;
}
