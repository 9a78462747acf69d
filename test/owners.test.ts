import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseOwners } from "../src/promotion/owners.ts";
import { repository } from "./repository.ts";

const text = readFileSync(join(repository, ".github/CODEOWNERS"), "utf8");
const ownersOf = parseOwners(text);
const files = execFileSync("git", ["-c", `safe.directory=${repository}`, "ls-files", "-z"], {
  cwd: repository,
})
  .toString()
  .split("\0")
  .filter(Boolean);

/** What a file is, by where it lies, and who has to be among its owners, or be its only one. */
const kinds = [
  {
    name: "decides what may be merged",
    path: /^(\.github|\.ci|src\/(promotion|github|checks|argocd))\/|^environments\/[^/]+\.yaml$/,
    only: "@datacraft/security",
  },
  {
    name: "is what Argo CD may do to production",
    path: /^(argocd\/(vendor|customer)\/(projects|deployer)|install)\//,
    only: "@datacraft/security",
  },
  { name: "is production", path: /^(environments|rendered)\/production\//, only: "@datacraft/on-call" },
  {
    name: "makes Argo CD follow production",
    path: /^argocd\/(vendor|customer)\/(root|applications|platform)/,
    only: "@datacraft/on-call",
  },
  {
    name: "is the pipeline",
    path: /^(src|base)\/|^(package(-lock)?|tsconfig)\.json$|^\.npmrc$/,
    only: undefined,
  },
] as const;

test.each(kinds)("every file that $name has its owners", ({ path, only }) => {
  const found = files.filter((file) => path.test(file));
  expect(found.length).toBeGreaterThan(0);
  const wrong = found.filter((file) => {
    const owners = ownersOf(file);
    if (only !== undefined) return owners.join(" ") !== only;
    return !owners.includes("@datacraft/on-call") && owners.join(" ") !== "@datacraft/security";
  });
  expect(wrong).toEqual([]);
});

test("no file is without an owner, and no pattern is without a file", () => {
  expect(files.filter((file) => ownersOf(file).length === 0)).toEqual([]);
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  const idle = lines.filter((line) => {
    const only = parseOwners(line);
    return !files.some((file) => only(file).length > 0);
  });
  expect(idle).toEqual([]);
});

test("a later and wider pattern that takes a file's owners away is found", () => {
  const weakened = parseOwners(`${text}\n/environments/ @datacraft/platform\n`);
  expect(weakened("environments/production/release.yaml")).toEqual(["@datacraft/platform"]);
});
