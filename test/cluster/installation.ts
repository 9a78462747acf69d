import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { at, toObject, type KubernetesObject } from "./api/object.ts";
import { readObjects, repositoryRoot } from "./tree.ts";

/** What the repository gives Argo CD for one environment. */
export interface Installation {
  /** Name of the environment's Application. */
  readonly application: string;
  /** AppProject and Application, pointed at the test's repository and at the cluster that Argo CD runs in. */
  readonly objects: readonly KubernetesObject[];
  /** The account that syncs impersonate, with its roles. */
  readonly deployer: readonly KubernetesObject[];
}

/** The cluster that Argo CD runs in, by the address that Argo CD knows it under. */
const ownCluster = "https://kubernetes.default.svc";

/** Reads what `argocd/` has for an environment. Throws when it has no Application for it. */
export async function readInstallation(environment: string, repositoryUrl: string): Promise<Installation> {
  const folder = await installationOf(environment);
  const read = async (kind: string): Promise<KubernetesObject> =>
    toObject(parse(await readFile(join(repositoryRoot, folder, kind, `${environment}.yaml`), "utf8")));
  const application = await read("applications");
  const objects = pointedAt(repositoryUrl, { project: await read("projects"), application });
  return { application: application.metadata.name, objects, deployer: await deployerOf(environment) };
}

/** AppProject and Application with the test's repository and cluster in place of their own. */
export function pointedAt(
  repositoryUrl: string,
  { project, application }: { readonly project: KubernetesObject; readonly application: KubernetesObject },
): readonly KubernetesObject[] {
  return [project, application].map((object) =>
    replaced(object, [
      [at(application, "spec", "source", "repoURL"), repositoryUrl],
      [at(application, "spec", "destination", "server"), ownCluster],
    ]),
  );
}

/** Each installation of Argo CD has a folder; an environment belongs to one. */
async function installationOf(environment: string): Promise<string> {
  const installations = await readdir(join(repositoryRoot, "argocd"));
  for (const name of installations) {
    const files: readonly string[] = await readdir(join(repositoryRoot, "argocd", name, "applications"));
    if (files.includes(`${environment}.yaml`)) return join("argocd", name);
  }
  throw new Error(`argocd/ has no Application for ${environment}`);
}

function replaced(
  object: KubernetesObject,
  pairs: readonly (readonly [unknown, string])[],
): KubernetesObject {
  const text = pairs.reduce(
    (json, [from, to]) => json.replaceAll(JSON.stringify(from), JSON.stringify(to)),
    JSON.stringify(object),
  );
  return toObject(JSON.parse(text));
}

/** The objects of the account that may apply an environment's tree. */
export async function deployerOf(environment: string): Promise<readonly KubernetesObject[]> {
  return await readObjects(join(await installationOf(environment), "deployer", environment));
}
