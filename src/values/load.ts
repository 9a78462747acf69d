import type { z } from "zod";
import { InputError, type Problem } from "../errors.ts";
import { causesOf } from "./cause.ts";
import {
  baseFolder,
  checkEnvironmentFolder,
  environmentsFolder,
  findEnvironments,
  readBaseFiles,
  readYaml,
  type BaseFiles,
} from "./folders.ts";
import { explainGuideKey } from "./guide-keys.ts";
import { mergeNodes } from "./merge.ts";
import { locateIn } from "./parse-file.ts";
import { formatPath } from "./path.ts";
import { parseNode, sortProblems, type ExplainKey, type Mistake } from "./problems.ts";
import type { Position, SourceNode } from "./source-node.ts";
import { baseFor } from "./rollout.ts";
import { closest } from "./spelling.ts";
import type { YamlSource } from "./yaml-source.ts";

/** What the files of an environment must hold. */
export interface Schemas<Values, Release> {
  readonly values: z.ZodType<Values>;
  readonly release: z.ZodType<Release>;
}

/** One environment, read and proven to fit its schemas. */
export interface Environment<Values, Release> {
  readonly values: Values;
  readonly release: Release;
  readonly files: BaseFiles;
  /** Returns where a value stands, given its path such as `app.hosts[0]`; undefined when it is not set anywhere. */
  readonly locate: (path: string) => Position | undefined;
  /** The same for a value of the release. */
  readonly locateRelease: (path: string) => Position | undefined;
}

/** Which environments to read, and with which schemas. */
export interface Request<Values, Release> {
  /** Absent: all of them. */
  readonly names?: readonly string[];
  readonly schemas: Schemas<Values, Release>;
}

/**
 * Reads environments of the repository at `root`, by name, in the order of their names. Throws an InputError with
 * everything that is wrong with all of them, each mistake once.
 */
export async function readEnvironments<Values, Release>(
  root: string,
  { names, schemas }: Request<Values, Release>,
): Promise<ReadonlyMap<string, Environment<Values, Release>>> {
  const present = await findEnvironments(root);
  const unknown = (names ?? []).filter((name) => !present.value.includes(name));
  if (unknown.length > 0) throw new InputError(unknown.map((name) => noEnvironment(name, present.value)));
  const base = await readYaml(root, `${baseFolder}/values.yaml`);
  const files = await readBaseFiles(root);
  const problems: Problem[] = [...present.problems, ...base.problems, ...files.problems];
  const environments = new Map<string, Environment<Values, Release>>();
  for (const name of names ?? present.value) {
    const folder = `${environmentsFolder}/${name}`;
    problems.push(...(await checkEnvironmentFolder(root, name)));
    const override = await readYaml(root, `${folder}/values.yaml`);
    const releaseSource = await readYaml(root, `${folder}/release.yaml`);
    const own = await baseFor(root, { source: base, files: files.value }, override);
    problems.push(...override.problems, ...releaseSource.problems, ...own.problems);
    const values = judge(schemas.values, { base: own.source, override });
    const release = judge(schemas.release, { override: releaseSource });
    problems.push(...values.problems, ...release.problems);
    if (values.parsed && release.parsed) {
      const { tree, value } = values.parsed;
      environments.set(name, {
        values: value,
        release: release.parsed.value,
        files: own.files,
        locate: locateIn(tree),
        locateRelease: locateIn(release.parsed.tree),
      });
    }
  }
  if (problems.length > 0) throw new InputError(sortProblems(problems));
  return environments;
}

interface Judged<Value> {
  readonly parsed: { readonly value: Value; readonly tree: SourceNode } | undefined;
  readonly problems: readonly Problem[];
}

/** Merges and parses; what the files themselves already have a problem with at the same place is not reported again. */
function judge<Value>(
  schema: z.ZodType<Value>,
  { base, override }: { readonly base?: YamlSource; readonly override: YamlSource },
): Judged<Value> {
  if (!override.node || (base && !base.node)) return { parsed: undefined, problems: [] };
  const tree = base?.node ? mergeNodes(base.node, override.node) : override.node;
  const explain: ExplainKey = base ? explainGuideKey : () => undefined;
  const result = parseNode(schema, tree, explain);
  if (result.value !== undefined) return { parsed: { value: result.value, tree }, problems: [] };
  const causes =
    base?.node &&
    causesOf({
      base: base.node,
      override: override.node,
      mistakes: result.mistakes,
      judge: (merged) => parseNode(schema, merged, explain).mistakes,
    });
  const reported = new Set(
    [...(base?.problems ?? []), ...override.problems].map(({ file, path }) => `${file}: ${path}`),
  );
  const problems = result.mistakes
    .map((mistake) => asProblem(mistake, causes ? causes(mistake) : mistake.position))
    .filter(({ file, path }) => !reported.has(`${file}: ${path}`));
  return { parsed: undefined, problems };
}

function asProblem({ path, message }: Mistake, position: Position): Problem {
  return { ...position, path: formatPath(path), message };
}

function noEnvironment(name: string, present: readonly string[]): Problem {
  const meant = closest(name, present);
  const expected = meant === undefined ? `expected one of ${present.join(", ")}` : `did you mean ${meant}?`;
  return { file: `${environmentsFolder}/${name}`, message: `there is no such environment; ${expected}` };
}
