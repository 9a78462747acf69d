import { argocdFiles, projectManifest } from "./argocd/files.ts";
import { clashes } from "./argocd/installation.ts";
import { rules } from "./checks/rules.ts";
import { type Report, runRules, type Subject } from "./checks/run.ts";
import { quotaExcesses } from "./components/quota.ts";
import { InputError, type Problem } from "./errors.ts";
import { type Manifest, seal } from "./kubernetes/manifest.ts";
import { type Files, layOut } from "./output/layout.ts";
import { loadPolicies, type Policies } from "./promotion/load.ts";
import { system } from "./system.ts";
import { argocdEnvironment } from "./system/argocd.ts";
import { namespaceName } from "./system/context.ts";
import { type Environment, readEnvironments } from "./values/load.ts";
import { type Release, releaseSchema } from "./values/release.ts";
import { type Values, valuesSchema } from "./values/schema.ts";

/** One environment as it will stand in the tree. */
export interface RenderedEnvironment {
  readonly name: string;
  readonly values: Values;
  readonly release: Release;
  readonly manifests: readonly Manifest[];
  /** Returns where a value stands, given its key. */
  readonly locate: Environment<Values, Release>["locate"];
  readonly locateRelease: Environment<Values, Release>["locateRelease"];
}

/** Everything that a render makes, in memory. */
export interface Rendering {
  readonly environments: readonly RenderedEnvironment[];
  /** Every file below the folders, by path relative to the repository. */
  readonly files: Files;
  /** Folders that hold these files and nothing else. */
  readonly folders: readonly string[];
  /** How releases move; undefined where one environment is rendered, which does not depend on it. */
  readonly policies: Policies | undefined;
  /** What the rules found; with an error among them, nothing is written. */
  readonly findings: readonly Report[];
}

const renderedFolder = "rendered";
const argocdFolder = "argocd";

/**
 * values → typed objects → files, for the environments asked for, or all of them. Reads the repository at `root` and
 * writes nothing. Throws an InputError with all that is wrong with the input.
 */
export async function render(root: string, only?: string): Promise<Rendering> {
  const inputs = await readEnvironments(root, {
    ...(only === undefined ? {} : { names: [only] }),
    schemas: { values: valuesSchema, release: releaseSchema },
  });
  const problems: Problem[] = [];
  const environments = [...inputs].map(([name, environment]) => {
    const { components, quota } = system(environment);
    problems.push(...aboveCeiling(environment, quota));
    const manifests = components.flatMap(({ name: component, wave, models }) =>
      models.map((model) => seal(model, { component, namespace: namespaceName, wave })),
    );
    const { values, release, locate, locateRelease } = environment;
    return { name, values, release, locate, locateRelease, manifests };
  });
  if (problems.length > 0) throw new InputError(problems);
  const findings = environments.flatMap((environment) => runRules(rules, subjectOf(environment)));
  const trees = environments.flatMap(({ name, manifests }) => [
    ...layOut(`${renderedFolder}/${name}`, manifests),
  ]);
  // What Argo CD is told depends on all environments of an installation, so it is left alone when one is rendered.
  if (only !== undefined)
    return {
      environments,
      files: new Map(trees),
      folders: [`${renderedFolder}/${only}`],
      policies: undefined,
      findings,
    };
  const policies = await loadPolicies(root);
  const clashing = clashProblems(environments);
  if (clashing.length > 0) throw new InputError(clashing);
  const argocd = argocdFiles(environments.map((environment) => argocdEnvironment(environment, policies)));
  return {
    environments,
    files: new Map([...trees, ...argocd]),
    folders: [renderedFolder, argocdFolder],
    policies,
    findings,
  };
}

/** Returns where environments of one installation of Argo CD clash. */
export function clashProblems(environments: readonly RenderedEnvironment[]): Problem[] {
  const placed = environments.map(({ name, values }) => ({
    ...values.argocd,
    name,
    namespace: namespaceName,
  }));
  return clashes(placed).map(({ environment, path, message }) => ({
    ...((path === undefined
      ? undefined
      : environments.find(({ name }) => name === environment)?.locate(path)) ?? {
      file: `environments/${environment}`,
    }),
    ...(path === undefined ? {} : { path }),
    message,
  }));
}

/** Returns an environment as the rules and their exceptions see it: its objects, and the project that allows them. */
export function subjectOf(environment: RenderedEnvironment): Subject {
  const { name, values, manifests, locate } = environment;
  // Freezes and budgets change nothing of what the project allows.
  const project = projectManifest(
    argocdEnvironment(environment, { freezes: [], policy: { environments: {} } }),
  );
  return { environment: name, manifests: [...manifests, project], exceptions: values.exceptions, locate };
}

/** Returns where the quota that the components need exceeds the ceiling that the values set by hand. */
export function aboveCeiling(
  environment: Environment<Values, Release>,
  needed: Parameters<typeof quotaExcesses>[0],
): Problem[] {
  const ceiling = Object.fromEntries(
    Object.entries(environment.values.quota).filter((entry) => entry[1] !== undefined),
  );
  return quotaExcesses(needed, ceiling).map(({ resource, needed: amount, ceiling: allowed }) => {
    const path = `quota["${resource}"]`;
    return {
      ...(environment.locate(path) ?? environment.locate("quota") ?? { file: "base/values.yaml" }),
      path,
      message: `is ${allowed}, but the largest permitted state needs ${amount}; raise it, or lower replicas or requests`,
    };
  });
}
