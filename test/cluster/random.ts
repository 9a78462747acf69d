import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parse } from "yaml";
import { argocdFiles } from "../../src/argocd/files.ts";
import { layOut } from "../../src/output/layout.ts";
import { argocdEnvironment } from "../../src/system/argocd.ts";
import { renderedInMemory } from "../properties/judge.ts";
import { randomEnvironment } from "../properties/values.ts";
import { toObject, type KubernetesObject } from "./api/object.ts";
import { inOrderOfWaves } from "./tree.ts";

/** A random environment as the pipeline renders it. */
export interface RandomTree {
  /** Its files, by path relative to the repository. */
  readonly files: ReadonlyMap<string, string>;
  readonly objects: readonly KubernetesObject[];
  /** What `argocd/` would have for it. */
  readonly project: KubernetesObject;
  readonly application: KubernetesObject;
  readonly deployer: readonly KubernetesObject[];
}

/** Renders the random environment of a seed; undefined where the schema refuses its values. */
export function randomTree(seed: number): RandomTree | undefined {
  // Argo CD looks at a name that it has just forgotten with the eyes of before.
  const name = `random-${seed}`;
  const rendered = renderedInMemory(name, randomEnvironment(seed));
  if (rendered === undefined) return undefined;
  const files = layOut(`rendered/${name}`, rendered.manifests);
  const control = argocdFiles([argocdEnvironment(rendered, { freezes: [], policy: { environments: {} } })]);
  const [project, application] = [`/projects/${name}.yaml`, `/applications/${name}.yaml`].map((end) =>
    only(
      objectsOf(control, (path) => path.endsWith(end)),
      end,
    ),
  );
  if (project === undefined || application === undefined) throw new Error("no project or no Application");
  return {
    files,
    objects: inOrderOfWaves(objectsOf(files, () => true)),
    project,
    application,
    deployer: objectsOf(control, (path) => path.includes("/deployer/")),
  };
}

/** Writes the tree into a repository's folder, beside what is there. */
export async function writeTree(repository: string, { files }: RandomTree): Promise<void> {
  for (const [path, text] of files) {
    await mkdir(dirname(join(repository, path)), { recursive: true });
    await writeFile(join(repository, path), text);
  }
}

function objectsOf(
  files: ReadonlyMap<string, string>,
  wanted: (path: string) => boolean,
): readonly KubernetesObject[] {
  return [...files]
    .filter(([path]) => wanted(path) && !path.endsWith("/kustomization.yaml"))
    .map(([, text]) => toObject(parse(text)));
}

function only(objects: readonly KubernetesObject[], what: string): KubernetesObject {
  const [object, ...others] = objects;
  if (object === undefined || others.length > 0) throw new Error(`${objects.length} files end in ${what}`);
  return object;
}
