import type { ArgoCdEnvironment } from "./environment.ts";

/** Why two environments cannot stand in one installation. */
export interface Clash {
  /** The environment to mend; the other is named in the message. */
  readonly environment: string;
  /** Path of the value that clashes; undefined where it is the environment's own name. */
  readonly path: string | undefined;
  readonly message: string;
}

type Placed = Pick<
  ArgoCdEnvironment,
  "name" | "installation" | "server" | "namespace" | "repository" | "revision"
>;

/**
 * Returns what keeps environments from standing in one installation: its root reads one repository, a namespace of a
 * cluster has one owner, and each object of Argo CD has a name of its own.
 */
export function clashes(environments: readonly Placed[]): Clash[] {
  return environments.flatMap((environment, index) => {
    const before = environments
      .slice(0, index)
      .filter(({ installation }) => installation === environment.installation);
    return [
      ...(environment.name === "root" ? [rootItself(environment)] : []),
      ...(before[0] ? differentSource(before[0], environment) : []),
      ...before.flatMap((other) => between(other, environment)),
    ];
  });
}

function rootItself({ name, installation }: Placed): Clash {
  const message = `is the name of ${installation}'s own project and Application; expected another`;
  return { environment: name, path: undefined, message };
}

function differentSource(first: Placed, { name, installation, ...own }: Placed): Clash[] {
  return (["repository", "revision"] as const)
    .filter((key) => own[key] !== first[key])
    .map((key) => ({
      environment: name,
      path: `argocd.${key}`,
      message: `is ${own[key]}, but the root of ${installation} reads one place for all its environments, and ${first.name} has ${first[key]}`,
    }));
}

function between(other: Placed, { name, server, namespace }: Placed): Clash[] {
  const shared = `the namespace ${namespace} on ${server}, which can be one environment's only`;
  return [
    ...(other.server === server && other.namespace === namespace
      ? [{ environment: name, path: "argocd.server", message: `${other.name} has ${shared}` }]
      : []),
    // Each environment has projects of these names besides its own.
    ...["bootstrap", "platform"].flatMap((suffix) =>
      name === `${other.name}-${suffix}` || other.name === `${name}-${suffix}`
        ? [
            {
              environment: name,
              path: undefined,
              message: `is a name that clashes with ${other.name}'s; expected another`,
            },
          ]
        : [],
    ),
  ];
}
