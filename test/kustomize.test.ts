import { execFile } from "node:child_process";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { readFiles } from "../src/output/disk.ts";
import { repository } from "./repository.ts";
import { findKubectl } from "./setup/kubectl.ts";

const run = promisify(execFile);
const listing = "kustomization.yaml";
const files = await readFiles(repository, ["rendered", "argocd"]);
// An environment's tree, an installation, a deployer: what an Application points to.
const roots = [...files.keys()]
  .filter((path) => path.endsWith(listing))
  .map((path) => dirname(path))
  .filter((folder) => /^(rendered\/[^/]+|argocd\/[^/]+|argocd\/[^/]+\/deployer\/[^/]+)$/.test(folder));

async function built(folder: string): Promise<unknown[]> {
  const kubectl = await findKubectl();
  if (kubectl === undefined) throw new Error("no kubectl: npm test brings one");
  const { stdout } = await run(kubectl, ["kustomize", join(repository, folder)], { maxBuffer: 2 ** 26 });
  return parseAllDocuments(stdout).map((document): unknown => document.toJS());
}

function inFiles(folder: string): unknown[] {
  const belongs = (path: string): boolean =>
    path.startsWith(`${folder}/`) &&
    !path.endsWith(listing) &&
    (folder.includes("/deployer/") || !path.includes("/deployer/"));
  return [...files].filter(([path]) => belongs(path)).map(([, text]): unknown => parse(text));
}

/** Kustomize puts objects into an order of its own. */
function sorted(objects: readonly unknown[]): string[] {
  return objects.map((object) => JSON.stringify(object, sortKeys)).toSorted((a, b) => (a < b ? -1 : 1));
}

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

test("every environment, installation and deployer is a folder that kustomize builds", () => {
  expect(roots.filter((folder) => folder.startsWith("rendered/")).length).toBeGreaterThanOrEqual(4);
  expect(roots.filter((folder) => folder.includes("/deployer/")).length).toBeGreaterThanOrEqual(4);
});

test.each(roots)("kustomize makes of %s exactly the objects of its files", async (folder) => {
  const objects = sorted(inFiles(folder));
  expect(objects.length).toBeGreaterThan(0);
  expect(sorted(await built(folder))).toStrictEqual(objects);
});
