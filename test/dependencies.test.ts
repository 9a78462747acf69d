import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { asObject, type JsonObject } from "../src/kubernetes/manifest.ts";
import { repository } from "./repository.ts";

function packageFile(folder: string): JsonObject {
  const parsed: JsonObject = JSON.parse(readFileSync(join(repository, folder, "package.json"), "utf8"));
  return parsed;
}

const wanted = Object.entries({
  ...asObject(packageFile(".")["dependencies"]),
  ...asObject(packageFile(".")["devDependencies"]),
});

// npm under an old Node quietly takes a years-old version where a range allows it.
test.for(wanted)("%s is pinned exactly, and installed as pinned", ([name, version]) => {
  expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  expect(packageFile(join("node_modules", name))["version"]).toBe(version);
});

test("the tests run under the Node that is pinned", () => {
  expect(wanted).toContainEqual(["node", process.version.slice("v".length)]);
});
