import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { applied, referenceTo, type Client } from "./api/client.ts";
import { at, conditionOf, toObject, type KubernetesObject } from "./api/object.ts";
import { provideFiles } from "./tools/build.ts";
import { moduleFiles, type ModuleFilesName } from "./tools/catalogue.ts";

/** The custom resource definitions of everything that the rendered trees have objects of. */
export const platformCrds = [
  "argocdCrds",
  "prometheusOperatorCrds",
  "certManagerCrds",
  "externalSecretsCrds",
  "kedaCrds",
  "traefikCrds",
] as const satisfies readonly ModuleFilesName[];

/** Installs custom resource definitions and returns when the API server serves all of them. */
export async function installCrds(
  admin: Client,
  names: readonly ModuleFilesName[],
): Promise<readonly KubernetesObject[]> {
  const definitions: KubernetesObject[] = [];
  for (const name of names) definitions.push(...(await readDefinitions(name)));
  for (const definition of definitions) await applied(admin, definition);
  for (const definition of definitions)
    await admin.until(referenceTo(definition), (found) => conditionOf(found, "Established") === "True");
  return definitions;
}

async function readDefinitions(name: ModuleFilesName): Promise<readonly KubernetesObject[]> {
  const folder = await provideFiles(moduleFiles[name], () => undefined);
  const texts = await Promise.all(
    (await readdir(folder))
      .filter((file) => /\.ya?ml$/u.test(file))
      .map(async (file) => await readFile(join(folder, file), "utf8")),
  );
  return texts
    .flatMap((text) => parseAllDocuments(text).map((document): unknown => document.toJS()))
    .filter((value) => at(value, "kind") === "CustomResourceDefinition")
    .map((value) => toObject(value));
}
