import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { readFiles } from "../src/output/disk.ts";
import { repository } from "./repository.ts";
import { findKubectl } from "./setup/kubectl.ts";

const run = promisify(execFile);

// What an Application points to, and the files below that are another Application's.
const folders = [
  ...["development", "onprem", "production", "staging"].map((name) => `rendered/${name}`),
  ...["customer", "laptop", "vendor"].map((name) => `argocd/${name}`),
  "argocd/vendor/deployer/production",
];

test.for(folders)("kustomize builds %s to exactly the objects of its files", async (folder) => {
  const kubectl = await findKubectl();
  if (kubectl === undefined) throw new Error("the set-up of npm test did not bring kubectl");
  const { stdout } = await run(kubectl, ["kustomize", join(repository, folder)], { maxBuffer: 64 * 2 ** 20 });
  const built = parseAllDocuments(stdout).map((document): unknown => document.toJS());
  const files = [...(await readFiles(repository, [folder]))]
    .filter(([path]) => !path.endsWith("/kustomization.yaml") && !path.startsWith(`${folder}/deployer/`))
    .map(([, text]): unknown => parse(text));
  expect(files.length).toBeGreaterThan(0);
  expect(sorted(built)).toStrictEqual(sorted(files));
});

/** Objects as text, in one order: kustomize has its own. */
function sorted(objects: readonly unknown[]): string[] {
  return objects.map((object) => canonical(object)).toSorted();
}

/** The object as text, whatever the order of its keys. */
function canonical(object: unknown): string {
  return JSON.stringify(object, (_key, value: unknown) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}
