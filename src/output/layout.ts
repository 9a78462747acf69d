import { compareManifests, identity, type Manifest } from "../kubernetes/manifest.ts";
import { compareText } from "../kubernetes/text.ts";
import { toYaml } from "./yaml.ts";

/** A tree of files in memory: path relative to the repository, with `/` as separator, to text. */
export type Files = ReadonlyMap<string, string>;

/**
 * Lays the manifests of one environment out as files below `folder`: `<component>/<kind>-<name>.yaml`, and in each
 * component's folder and in `folder` itself a kustomization.yaml that lists resources and nothing else.
 * Throws an Error when two objects would have the same file or the same identity.
 */
export function layOut(folder: string, manifests: readonly Manifest[]): Files {
  const files = new Map<string, string>();
  const owners = new Map<string, Manifest>();
  const components = new Map<string, string[]>();
  for (const manifest of manifests.toSorted(compareManifests)) {
    const name = `${manifest.kind.toLowerCase()}-${manifest.name}.yaml`;
    const path = `${folder}/${manifest.component}/${name}`;
    for (const key of [path, identity(manifest)]) {
      const other = owners.get(key);
      if (other) throw new Error(`${path}: ${identity(other)} and ${identity(manifest)} collide`);
      owners.set(key, manifest);
    }
    files.set(path, toYaml(manifest.body));
    components.set(manifest.component, [...(components.get(manifest.component) ?? []), name]);
  }
  for (const [component, names] of components) {
    files.set(`${folder}/${component}/kustomization.yaml`, kustomization(names));
  }
  files.set(`${folder}/kustomization.yaml`, kustomization([...components.keys()]));
  return new Map([...files].toSorted(([a], [b]) => compareText(a, b)));
}

function kustomization(resources: readonly string[]): string {
  return toYaml({
    apiVersion: "kustomize.config.k8s.io/v1beta1",
    kind: "Kustomization",
    resources: resources.toSorted(compareText),
  });
}
