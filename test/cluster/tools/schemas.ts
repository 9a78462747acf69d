import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { $ } from "zx";
import type { KubernetesObject } from "../api/object.ts";
import { address, cached, cacheRoot } from "./cache.ts";

/** PyPI's package with the published schemas of every minor release from 1.25 on, and what it needs. */
const requirements = [
  "attrs==26.1.0",
  "importlib_resources==7.1.0",
  "jsonschema==4.26.0",
  "jsonschema-specifications==2025.9.1",
  "kubernetes-validate==1.37.0",
  "packaging==26.3",
  "PyYAML==6.0.3",
  "referencing==0.37.0",
  "rpds-py==2026.9.1",
  "typing_extensions==4.16.0",
] as const;

/** What the schemas of one minor release say about objects. */
export interface SchemaVerdict {
  /** How many objects fit. */
  readonly valid: number;
  /** One line per object that does not, with the place. */
  readonly invalid: readonly string[];
  /** Kinds that are not Kubernetes' own, so that there is no schema of them. */
  readonly unknown: readonly string[];
}

/** Validates objects against the strict schemas of a minor release such as 1.25: an unknown field is an error. */
export async function validate(
  objects: readonly KubernetesObject[],
  kubernetesVersion: string,
): Promise<SchemaVerdict> {
  const python = await provideValidator();
  const folder = await mkdtemp(join(tmpdir(), "schemas-"));
  const file = join(folder, "objects.yaml");
  // YAML 1.1 is what its parser reads.
  await writeFile(file, objects.map((object) => stringify(object, { version: "1.1" })).join("---\n"));
  const { stdout, stderr } = await new Promise<{ stdout: string; stderr: string }>((resolve) => {
    const list = ["-m", "kubernetes_validate", "--strict", "--kubernetes-version", kubernetesVersion, file];
    // An object that does not fit ends it with 1; what it printed is what counts.
    execFile(python, list, (_, out, errors) => resolve({ stdout: out, stderr: errors }));
  });
  await rm(folder, { recursive: true });
  const lines = stdout.split("\n").map((line) => line.replaceAll(file, "").replaceAll(/ +/gu, " "));
  const valid = lines.filter(
    (line) => line.startsWith("INFO") && line.endsWith(` against version ${kubernetesVersion}`),
  ).length;
  const invalid = lines.filter((line) => /^(?:ERROR|FATAL)/u.test(line));
  const unknown = lines.flatMap((line) => {
    const [, kind, apiVersion] = /schema for kind (\S+) with api version (\S+)/u.exec(line) ?? [];
    return kind === undefined ? [] : [`${kind} of ${apiVersion}`];
  });
  if (valid + invalid.length + unknown.length !== objects.length)
    throw new Error(`kubernetes-validate answered for too few of ${objects.length} objects: ${stderr}`);
  return { valid, invalid, unknown };
}

/** Python of a virtual environment that holds the validator, made once in the cache. */
async function provideValidator(): Promise<string> {
  const recipe = address("kubernetes-validate", requirements);
  const folder = await cached(cacheRoot(), recipe, async (unfinished) => {
    const run = $({ cwd: unfinished, quiet: true });
    await run`python3 -m venv venv`;
    await run`venv/bin/pip install --quiet --disable-pip-version-check --no-deps ${requirements}`;
  });
  return join(folder, "venv", "bin", "python");
}
