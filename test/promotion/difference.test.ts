import { readFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { differencesOf, unaccepted, type EnvironmentTree } from "../../src/promotion/difference.ts";
import { policyFile } from "../../src/promotion/load.ts";
import { policySchema } from "../../src/promotion/policy.ts";
import { parseFile } from "../../src/values/parse-file.ts";
import { repository } from "../repository.ts";

const { value: policy } = parseFile(policySchema, policyFile, readFileSync(join(repository, policyFile)));
const followers = Object.entries(policy?.environments ?? {}).flatMap(([name, settings]) =>
  settings.after === undefined
    ? []
    : [{ name, earlier: settings.after, accepted: settings.differences ?? [] }],
);

async function treeOf(environment: string): Promise<EnvironmentTree> {
  const folder = join(repository, "rendered", environment);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const files = await Promise.all(paths.map(async (path) => [path, await readFile(path)] as const));
  return { environment, files: new Map(files) };
}

test.for(followers)("$name differs from $earlier only where promotion.yaml says so", async (follower) => {
  const found = differencesOf(await treeOf(follower.earlier), await treeOf(follower.name));
  expect(found.length).toBeGreaterThan(0);
  expect(unaccepted(found, follower.accepted)).toStrictEqual([]);
  // An entry that accepts nothing would accept whatever comes.
  const useless = follower.accepted.filter((entry) => unaccepted(found, [entry]).length === found.length);
  expect(useless).toStrictEqual([]);
});

const tree = (environment: string, text: string): EnvironmentTree => ({
  environment,
  files: new Map([["rendered/a.yaml", Buffer.from(text)]]),
});

test.for([
  ["the environment's own name", "host: staging.example.com", "host: production.example.com"],
  ["a mirror of the same image", "image: a.io/app:1@sha256:1", "image: mirror.example/x/app:1@sha256:1"],
  ["a checksum of configuration", "checksum/config: a", "checksum/config: b"],
] as const)("%s is no difference", ([, before, after]) => {
  const object = "kind: Thing\nmetadata: { name: a }\n";
  expect(
    differencesOf(tree("staging", `${object}${before}\n`), tree("production", `${object}${after}\n`)),
  ).toStrictEqual([]);
});

test.for([
  ["another image", "image: a.io/app:1@sha256:1", "image: a.io/app:1@sha256:2", "image"],
  ["the other environment's name, left where it was", "env: staging", "env: staged", "env"],
  ["a value that one of them lacks", "a: {}", "b: {}", "a"],
  ["the order of a list", "a: [1, 2]", "a: [2, 1]", "a[0]"],
] as const)("%s is one", ([, before, after, path]) => {
  const object = "kind: Thing\nmetadata: { name: a }\n";
  const [first] = differencesOf(
    tree("staging", `${object}${before}\n`),
    tree("production", `${object}${after}\n`),
  );
  expect(first?.path).toBe(path);
});
