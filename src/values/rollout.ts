import type { Problem } from "../errors.ts";
import { baseFolder, readYaml, type BaseFiles } from "./folders.ts";
import { mergeNodes } from "./merge.ts";
import { nodeAt, positionOf, type SourceNode } from "./source-node.ts";
import { closest } from "./spelling.ts";
import type { YamlSource } from "./yaml-source.ts";

/** Folder below `base/` that holds a folder for each change which enters environment by environment. */
const rolloutFolder = "rollout";

/** The base as one environment has it. */
export interface Base {
  readonly source: YamlSource;
  readonly files: BaseFiles;
}

/**
 * Returns the base with the changes that an environment takes: `base/rollout/<name>/` lies over `base/`, in the order of
 * its value `rollout`. Values merge as an environment's do, files replace or come new. A change that nobody has is a
 * problem, at the place of its name.
 */
export async function baseFor(
  root: string,
  { source, files }: Base,
  override: YamlSource,
): Promise<Base & { readonly problems: readonly Problem[] }> {
  const problems: Problem[] = [];
  let merged = source;
  const own = new Map([...files].filter(([path]) => !path.startsWith(`${rolloutFolder}/`)));
  for (const { name, node } of namesIn(override.node)) {
    const prefix = `${rolloutFolder}/${name}/`;
    const changed = [...files].filter(([path]) => path.startsWith(prefix));
    if (changed.length === 0) problems.push(unknown(name, node, files));
    for (const [path, text] of changed) {
      const place = path.slice(prefix.length);
      if (place !== "values.yaml") own.set(place, text);
    }
    if (!files.has(`${prefix}values.yaml`)) continue;
    const over = await readYaml(root, `${baseFolder}/${prefix}values.yaml`);
    problems.push(...over.problems);
    if (over.node && merged.node) merged = { ...merged, node: mergeNodes(merged.node, over.node) };
  }
  return { source: merged, files: own, problems };
}

/** What else stands in the list is the schema's to refuse. */
function namesIn(
  override: SourceNode | undefined,
): readonly { readonly name: string; readonly node: SourceNode }[] {
  const list = override && nodeAt(override, ["rollout"]);
  if (list?.kind !== "list") return [];
  return list.items.flatMap((node) =>
    node.kind === "scalar" && typeof node.value === "string" ? [{ name: node.value, node }] : [],
  );
}

function unknown(name: string, node: SourceNode, files: BaseFiles): Problem {
  const present = [...files.keys()].flatMap((path) => /^rollout\/([^/]+)\//.exec(path)?.[1] ?? []);
  const meant = closest(name, [...new Set(present)]);
  const hint =
    meant === undefined
      ? `expected a folder ${baseFolder}/${rolloutFolder}/${name}/`
      : `did you mean ${meant}?`;
  return {
    ...positionOf(node),
    path: "rollout",
    message: `"${name}" is no change that is rolled out; ${hint}`,
  };
}
