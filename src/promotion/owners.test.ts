import { expect, test } from "vitest";
import { parseOwners } from "./owners.ts";

const owners = parseOwners(`
# all
*            @all
*.js         @scripts  # beside it
/build/      @build
docs/*       docs@example.com
apps/        @apps
/apps/github @none
**/logs      @logs
/scripts/**  @a @b
/free/
`);

test.for([
  ["README", ["@all"]],
  ["deep/in/app.js", ["@scripts"]],
  ["build/logs/a", ["@logs"]],
  ["build/a/b", ["@build"]],
  ["other/build/a", ["@all"]],
  ["docs/a.md", ["docs@example.com"]],
  ["docs/deeper/a.md", ["@all"]],
  ["x/apps/y", ["@apps"]],
  ["apps/github", ["@none"]],
  ["apps/github/z", ["@none"]],
  ["apps/githubx", ["@apps"]],
  ["scripts/a/b", ["@a", "@b"]],
  ["free/a", []],
] as const)("%s belongs to %j: the last line that matches decides", ([path, expected]) => {
  expect(owners(path)).toStrictEqual(expected);
});
