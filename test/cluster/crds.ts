import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { expectSuccess } from "./api/answer.ts";
import { referenceTo, type Client } from "./api/client.ts";
import { at, conditionOf, nameOf, toObject, type KubernetesObject } from "./api/object.ts";
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

/** What an API server made of definitions. */
export interface InstalledCrds {
  /** Fields of theirs that the server is too old for and dropped: its warnings, without which version of which. */
  readonly dropped: readonly string[];
}

/** Installs custom resource definitions and returns when the API server serves all of them. */
export async function installCrds(admin: Client, names: readonly ModuleFilesName[]): Promise<InstalledCrds> {
  const definitions: KubernetesObject[] = [];
  for (const name of names) definitions.push(...(await readDefinitions(name)));
  const dropped: string[] = [];
  for (const definition of definitions) dropped.push(...(await install(admin, definition)));
  for (const definition of definitions)
    await admin.until(referenceTo(definition), (found) => conditionOf(found, "Established") === "True");
  return { dropped: [...new Set(dropped)].toSorted() };
}

/**
 * Applies a definition; one with fields that the server is too old for, such as selectableFields before 1.30, cannot be
 * applied and is created without them, as every client of that age did. Returns the server's words on what it dropped.
 */
async function install(admin: Client, definition: KubernetesObject): Promise<readonly string[]> {
  const { refusal } = await admin.apply(definition);
  if (refusal === undefined) return [];
  if (!refusal.includes("field not declared in schema")) throw new Error(`${nameOf(definition)}: ${refusal}`);
  const { status, body, warnings } = await admin.call({
    method: "POST",
    path: `/apis/${definition.apiVersion}/customresourcedefinitions?fieldValidation=Warn`,
    body: definition,
  });
  expectSuccess(status, body);
  return warnings.map((warning) => warning.replace(/^unknown field "(?:.*\.)?(\w+)"$/u, "$1"));
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
