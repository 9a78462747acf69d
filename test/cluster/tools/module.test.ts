import { expect, test } from "vitest";
import type { Program } from "./catalogue.ts";
import { isNewEnough } from "./go.ts";
import { goModFor } from "./module.ts";

const program: Program = {
  name: "server",
  module: "example.org/server",
  version: "1.2.3",
  package: "",
  tags: [],
  variables: {},
};
const goMod = [
  "module example.org/server",
  "go 1.26.0",
  "require example.org/api v0.0.0",
  "",
  "replace example.org/other v0.1.0 => example.org/fork v0.1.1",
  "replace (",
  "\texample.org/api => ./staging/api // published too",
  "\texample.org/yaml => example.org/yaml v2.4.0",
  ")",
  "replace example.org/old => ./FORBIDDEN_DEPENDENCY",
].join("\n");

test("a build repeats the module's own replacements, and takes folders from their published release", () => {
  expect(goModFor({ ...program, folderModules: "0.2.3" }, goMod).split("\n")).toEqual([
    "module build",
    "go 1.26.0",
    "require example.org/server v1.2.3",
    "replace example.org/other v0.1.0 => example.org/fork v0.1.1",
    "replace example.org/api => example.org/api v0.2.3",
    "replace example.org/yaml => example.org/yaml v2.4.0",
    "",
  ]);
});

test("a module whose requirements name published releases needs none for its folders", () => {
  expect(goModFor(program, goMod)).not.toContain("example.org/api");
});

test.for([
  ["go version go1.27.3 linux/amd64", true],
  ["go version go1.28.0 linux/amd64", true],
  ["go version go2.0 linux/amd64", true],
  ["go version go1.27.2 linux/amd64", false],
  ["go version go1.26.8 linux/amd64", false],
  ["", false],
] as const)("%s: new enough is %s", ([version, expected]) => {
  expect(isNewEnough(version)).toBe(expected);
});
