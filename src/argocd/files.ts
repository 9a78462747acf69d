import { seal, type Manifest, type Model } from "../kubernetes/manifest.ts";
import { compareText } from "../kubernetes/text.ts";
import type { Files } from "../output/layout.ts";
import { toYaml } from "../output/yaml.ts";
import {
  bootstrapApplication,
  chartApplication,
  environmentApplication,
  rootApplication,
} from "./application.ts";
import { charts } from "./charts.ts";
import { deployer } from "./deployer.ts";
import type { ArgoCdEnvironment } from "./environment.ts";
import { clashes } from "./installation.ts";
import { argocdNamespace, deployerFolder, installationFolder } from "./names.ts";
import { bootstrapProject, environmentProject, platformProject, rootProject } from "./project.ts";

/** Waves of the objects that a root syncs: each needs those before it. */
const waves = { projects: -30, bootstrap: 0, environment: 10 } as const;

/**
 * Returns everything below argocd/: for each installation its root, and for each of its environments the projects,
 * Applications, platform charts and the deployer. Throws an Error where environments of an installation clash.
 */
export function argocdFiles(environments: readonly ArgoCdEnvironment[]): Files {
  const files = Object.entries(Object.groupBy(environments, ({ installation }) => installation)).flatMap(
    ([installation, members = []]) => installationFiles(installation, members),
  );
  return new Map(files.toSorted(([a], [b]) => compareText(a, b)));
}

/** Returns the AppProject under which an environment's tree is synced: what the rules compare with the tree. */
export function projectManifest(environment: ArgoCdEnvironment): Manifest {
  return sealed(environmentProject(environment), waves.projects);
}

function installationFiles(
  installation: string,
  environments: readonly ArgoCdEnvironment[],
): (readonly [string, string])[] {
  const { repository, revision } = sharedSource(installation, environments);
  const keys = environments.flatMap((environment) => environment.signatureKeys);
  const signatureKeys = [...new Set(keys)].toSorted(compareText);
  const control: [string, Manifest][] = [
    ["root.yaml", sealed(rootApplication(installation, repository, revision), waves.environment)],
    ["projects/root.yaml", sealed(rootProject(repository, signatureKeys), waves.projects)],
    ...environments.flatMap(controlObjects),
  ];
  const folder = installationFolder(installation);
  return [
    ...filesOf(folder, control),
    ...environments.flatMap((environment) => deployerFiles(installation, environment)),
  ];
}

function controlObjects(environment: ArgoCdEnvironment): [string, Manifest][] {
  const { name, platform } = environment;
  return [
    [`projects/${name}.yaml`, projectManifest(environment)],
    [`projects/${name}-bootstrap.yaml`, sealed(bootstrapProject(environment), waves.projects)],
    [`projects/${name}-platform.yaml`, sealed(platformProject(environment), waves.projects)],
    [`applications/${name}.yaml`, sealed(environmentApplication(environment), waves.environment)],
    [`applications/${name}-bootstrap.yaml`, sealed(bootstrapApplication(environment), waves.bootstrap)],
    ...charts(platform).map((chart): [string, Manifest] => [
      `platform/${name}-${chart.name}.yaml`,
      sealed(chartApplication(environment, chart), chart.wave),
    ]),
  ];
}

function deployerFiles(installation: string, environment: ArgoCdEnvironment): (readonly [string, string])[] {
  const { name, namespace, manifests } = environment;
  const objects = deployer({ environment: name, namespace, manifests }).map((model): [string, Manifest] => {
    const manifest = seal(model, { component: "argocd", namespace, wave: 0 });
    return [`${manifest.kind.toLowerCase()}.yaml`, manifest];
  });
  return filesOf(deployerFolder(installation, name), objects);
}

function sealed(model: Model, wave: number): Manifest {
  return seal(model, { component: "argocd", namespace: argocdNamespace, wave });
}

/** The files of one folder, with the kustomization.yaml that lists them and nothing else. */
function filesOf(
  folder: string,
  objects: readonly (readonly [string, Manifest])[],
): (readonly [string, string])[] {
  const paths = objects.map(([path]) => path);
  const twice = paths.find((path, index) => paths.indexOf(path) !== index);
  if (twice !== undefined) throw new Error(`${folder}/${twice}: two environments have names that collide`);
  const kustomization = toYaml({
    apiVersion: "kustomize.config.k8s.io/v1beta1",
    kind: "Kustomization",
    resources: paths.toSorted(compareText),
  });
  return [
    [`${folder}/kustomization.yaml`, kustomization],
    ...objects.map(([path, { body }]) => [`${folder}/${path}`, toYaml(body)] as const),
  ];
}

function sharedSource(
  installation: string,
  environments: readonly ArgoCdEnvironment[],
): Pick<ArgoCdEnvironment, "repository" | "revision"> {
  const [first] = environments;
  if (!first) throw new Error(`argocd/${installation} has no environment`);
  const [clash] = clashes(environments);
  if (clash) throw new Error(`${clash.environment}: ${clash.path ?? "it"} ${clash.message}`);
  return first;
}
