import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument, Scalar, visit } from "yaml";
import { argocdFiles } from "../../src/argocd/files.ts";
import { rules } from "../../src/checks/rules.ts";
import { runRules } from "../../src/checks/run.ts";
import type { Json, Manifest } from "../../src/kubernetes/manifest.ts";
import { identity, seal } from "../../src/kubernetes/manifest.ts";
import { layOut, type Files } from "../../src/output/layout.ts";
import { loadPolicies } from "../../src/promotion/load.ts";
import { aboveCeiling, clashProblems, subjectOf, type RenderedEnvironment } from "../../src/render.ts";
import { system } from "../../src/system.ts";
import { argocdEnvironment } from "../../src/system/argocd.ts";
import { namespaceName } from "../../src/system/context.ts";
import { readBaseFiles } from "../../src/values/folders.ts";
import { mergeNodes } from "../../src/values/merge.ts";
import { releaseSchema } from "../../src/values/release.ts";
import { valuesSchema } from "../../src/values/schema.ts";
import { toPlain, type SourceNode } from "../../src/values/source-node.ts";
import { parseYaml } from "../../src/values/yaml-source.ts";
import { repository } from "../repository.ts";

// The render of src/render.ts from texts instead of files, and only of what differs from a tree that was made before:
// a whole render of each pair would take hours. What it makes of the repository is compared with rendered/ by a test,
// and `npm run check` itself judges what the pairs come to.

/** Where the values stand that all environments share. */
export const baseValues = "base/values.yaml";

const environments = readdirSync(join(repository, "environments"), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .toSorted();

const { value: baseFiles } = await readBaseFiles(repository);
const policies = await loadPolicies(repository);

/** The texts that changes are made to, by path, in the form that an edit leaves them in. */
export const inputs: Files = new Map(
  [baseValues, ...environments.flatMap((name) => [fileOf(name, "values"), fileOf(name, "release")])].map(
    (path) => [path, parseDocument(readFileSync(join(repository, path), "utf8")).toString({ lineWidth: 0 })],
  ),
);

function fileOf(environment: string, what: "values" | "release"): string {
  return `environments/${environment}/${what}.yaml`;
}

/** Returns a text with one value set and all else as it is; undefined where there is no such place. */
export function edited(text: string, path: readonly string[], value: Json): string | undefined {
  const document = parseDocument(text);
  const places = path.map((part) => (/^\d+$/.test(part) ? Number(part) : part));
  // A list replaces the base's as a whole, so an item is changed where its list stands.
  const item = places.findIndex((place) => typeof place === "number");
  if (item !== -1 && !document.hasIn(places.slice(0, item + 1))) return undefined;
  const node = document.createNode(value);
  // A reader of YAML 1.1 would take a day for a date.
  visit(node, {
    Scalar(_key, scalar) {
      if (/^\d{4}-\d\d-\d\d$/.test(String(scalar.value))) scalar.type = Scalar.QUOTE_DOUBLE;
    },
  });
  document.setIn(places, node);
  return document.toString({ lineWidth: 0 });
}

interface Built extends RenderedEnvironment {
  readonly files: Files;
}

// Most environments of a merge are those of one of its two changes, or of neither.
const built = new Map<string, Built | undefined>();
const argocd = new Map<string, Files>();

/** Returns everything that is rendered from the texts; undefined where they are no permitted values. */
export function renderTexts(texts: Files): Files | undefined {
  const keys: string[] = [];
  const made: Built[] = [];
  for (const name of environments) {
    const key = build(name, texts) ?? "";
    const environment = built.get(key);
    if (!environment) return undefined;
    keys.push(key);
    made.push(environment);
  }
  if (clashProblems(made).length > 0) return undefined;
  const place = keys.join("\n");
  const control =
    argocd.get(place) ?? argocdFiles(made.map((environment) => argocdEnvironment(environment, policies)));
  argocd.set(place, control);
  return new Map([...made.flatMap(({ files }) => [...files]), ...control]);
}

/** Makes an environment unless it was made before; returns its place among all that were made. */
function build(name: string, texts: Files): string | undefined {
  const [base, own, release] = [baseValues, fileOf(name, "values"), fileOf(name, "release")].map((path) =>
    nodeOf(path, texts.get(path) ?? ""),
  );
  if (!base || !own || !release) return undefined;
  const plain = { values: toPlain(mergeNodes(base, own)), release: toPlain(release) };
  const key = `${name} ${JSON.stringify(plain)}`;
  if (!built.has(key)) built.set(key, make(name, plain));
  return key;
}

function make(name: string, plain: { readonly values: Json; readonly release: Json }): Built | undefined {
  const values = valuesSchema.safeParse(plain.values);
  const release = releaseSchema.safeParse(plain.release);
  if (!values.success || !release.success) return undefined;
  const source = { values: values.data, release: release.data, files: baseFiles, ...unlocated };
  const { components, quota } = system(source);
  if (aboveCeiling(source, quota).length > 0) return undefined;
  const manifests = components.flatMap(({ name: component, wave, models }) =>
    models.map((model) => seal(model, { component, namespace: namespaceName, wave })),
  );
  const environment = { ...source, name, manifests };
  const findings = runRules(rules, subjectOf(environment));
  if (findings.some(({ severity }) => severity === "error")) return undefined;
  return { ...environment, files: filesOf(name, manifests) };
}

// Where a value stands matters to messages alone.
const unlocated = { locate: () => undefined, locateRelease: () => undefined };

interface Written {
  /** The objects' data by their identity. */
  readonly bodies: ReadonlyMap<string, string>;
  readonly files: Files;
}

const first = new Map<string, Written>();

/** Lays out only what differs from an environment's first tree: writing YAML takes most of the time of a render. */
function filesOf(name: string, manifests: readonly Manifest[]): Files {
  const folder = `rendered/${name}`;
  const bodies = new Map(manifests.map((manifest) => [identity(manifest), JSON.stringify(manifest.body)]));
  const before = first.get(name);
  const isSameSet =
    before?.bodies.size === bodies.size && [...bodies.keys()].every((key) => before.bodies.has(key));
  if (!before || !isSameSet) {
    const written = layOut(folder, manifests);
    if (!before) first.set(name, { bodies, files: written });
    return written;
  }
  const changed = manifests.filter(
    (manifest) => before.bodies.get(identity(manifest)) !== bodies.get(identity(manifest)),
  );
  const written = [...layOut(folder, changed)].filter(([path]) => !path.endsWith("/kustomization.yaml"));
  return new Map([...before.files, ...written]);
}

const nodes = new Map<string, SourceNode | undefined>();

function nodeOf(path: string, text: string): SourceNode | undefined {
  const key = `${path} ${text}`;
  if (!nodes.has(key)) {
    const { node, problems } = parseYaml(path, text);
    nodes.set(key, problems.length > 0 ? undefined : node);
  }
  return nodes.get(key);
}
