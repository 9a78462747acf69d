import type { Dirent } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Problem } from "../errors.ts";
import { compareText } from "../kubernetes/text.ts";
import { closest } from "./spelling.ts";
import { decodeText } from "./text-source.ts";
import { parseYaml, type YamlSource } from "./yaml-source.ts";

/** Files that pods mount: path relative to `base/`, with `/` as separator, to text. */
export type BaseFiles = ReadonlyMap<string, string>;

/** The folder that holds one folder for each environment. */
export const environmentsFolder = "environments";

/** The folder that holds what all environments share. */
export const baseFolder = "base";

const environmentFiles = ["release.yaml", "values.yaml"] as const;

/** Files beside the environments' folders: how releases move between them, and when nothing may move. */
export const policyFiles = ["freeze.yaml", "promotion.yaml"] as const;

// RFC 1123 label: the name becomes part of the names of Argo CD's objects.
const dnsLabel = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/;

/** Something read from disk, and what is wrong with it. */
export interface Found<Value> {
  readonly value: Value;
  readonly problems: readonly Problem[];
}

/** Returns the names of the folders below `environments/`, sorted; whatever else is there is a problem. */
export async function findEnvironments(root: string): Promise<Found<readonly string[]>> {
  const entries = await list(root, environmentsFolder);
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const problems: Problem[] = [];
  const besides: readonly string[] = policyFiles;
  for (const entry of entries) {
    const file = `${environmentsFolder}/${entry.name}`;
    if (!entry.isDirectory()) {
      if (entry.isFile() && besides.includes(entry.name)) continue;
      problems.push({
        file,
        message: `is no folder; expected one folder for each environment, ${policyFiles.join(" and ")}`,
      });
    } else if (!dnsLabel.test(entry.name)) {
      const message = `"${entry.name}" is no DNS label; expected lower-case letters, digits and hyphens, at most 63`;
      problems.push({ file, message });
    }
  }
  if (folders.length === 0) {
    const message = "holds no environment; expected a folder with values.yaml and release.yaml for each";
    problems.push({ file: environmentsFolder, message });
  }
  return { value: folders, problems };
}

/** Returns what does not belong into an environment's folder; a missing file is reported where it is read. */
export async function checkEnvironmentFolder(root: string, name: string): Promise<readonly Problem[]> {
  const folder = `${environmentsFolder}/${name}`;
  const known: readonly string[] = environmentFiles;
  return (await list(root, folder))
    .filter((entry) => !known.includes(entry.name))
    .map((entry) => {
      const meant = closest(entry.name, known);
      const question = meant === undefined ? "" : `; did you mean ${meant}?`;
      const message = `does not belong here: an environment is ${environmentFiles.join(" and ")}${question}`;
      return { file: `${folder}/${entry.name}`, message };
    });
}

/** Reads one YAML file, given by its path relative to the repository, with `/` as separator. */
export async function readYaml(root: string, file: string): Promise<YamlSource> {
  const folder = file.slice(0, file.lastIndexOf("/"));
  const entry = (await list(root, folder)).find(({ name }) => `${folder}/${name}` === file);
  if (!entry)
    return { node: undefined, problems: [{ file, message: "is missing; every environment needs it" }] };
  if (!entry.isFile()) return { node: undefined, problems: [{ file, message: notRegular }] };
  const { text, problems } = decodeText(file, await readFile(join(root, file)));
  if (text === undefined) return { node: undefined, problems };
  const source = parseYaml(file, text);
  return { node: source.node, problems: [...problems, ...source.problems] };
}

/** Reads everything below `base/<component>/`. Beside those folders `base/` holds values.yaml and nothing else. */
export async function readBaseFiles(root: string): Promise<Found<BaseFiles>> {
  const files = new Map<string, string>();
  const problems: Problem[] = [];
  const read = async (folder: string, inside: boolean): Promise<void> => {
    for (const entry of await list(root, `${baseFolder}${folder}`)) {
      const path = `${folder}/${entry.name}`;
      const file = `${baseFolder}${path}`;
      if (entry.isDirectory()) await read(path, true);
      else if (!entry.isFile()) problems.push({ file, message: notRegular });
      else if (inside) {
        const { text, problems: found } = decodeText(file, await readFile(join(root, file)));
        problems.push(...found);
        if (text !== undefined) files.set(path.slice(1), text);
      } else if (entry.name !== "values.yaml") {
        problems.push({
          file,
          message: "does not belong here: expected values.yaml and a folder for each component",
        });
      }
    }
  };
  await read("", false);
  return { value: new Map([...files].toSorted(([a], [b]) => compareText(a, b))), problems };
}

const notRegular = "is no regular file; expected a file, not a link or a folder";

/** The entries of a folder, sorted; none when it does not exist or is no folder. */
async function list(root: string, folder: string): Promise<Dirent[]> {
  try {
    const entries = await readdir(join(root, folder), { withFileTypes: true });
    return entries.toSorted((a, b) => compareText(a.name, b.name));
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR"))
      return [];
    throw error;
  }
}
