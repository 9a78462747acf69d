import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { asObject, type JsonObject } from "../src/kubernetes/manifest.ts";
import { repository, run, withCopy } from "./repository.ts";

const readme = readFileSync(join(repository, "README.md"), "utf8");
const packageFile: JsonObject = JSON.parse(readFileSync(join(repository, "package.json"), "utf8"));
const scripts = asObject(packageFile["scripts"]);

// `npm ci` and `npm test` are what runs this test.
const commands = [
  ...new Set([...readme.matchAll(/npm run [a-z:]+(?: -- [^`\n]+)?/g)].map(([command]) => command.trim())),
];

test("the README names commands", () => {
  expect(commands.length).toBeGreaterThan(4);
});

test.for(commands)("%s works as the README has it", async (command) => {
  const [, verb = "", rest = ""] = /^npm run ([a-z:]+)(?: -- (.*))?$/.exec(command) ?? [];
  expect(scripts[verb]).toEqual(expect.stringMatching(new RegExp(` src/cli.ts ${verb}$`)));
  const args = [verb, ...rest.split(" ").filter(Boolean)];
  let ended = -1;
  await withCopy(async (folder) => {
    // A plan reads git, which a copy has not; it writes nothing.
    const { code } =
      verb === "plan" ? await run(repository, [...args, "--base", "HEAD"]) : await run(folder, args);
    ended = code;
  });
  // The application's placeholder is a finding of images.
  expect(ended).toBe(verb === "images" ? 1 : 0);
});

test("every file that the README links to exists", () => {
  const links = [...readme.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, path = ""]) => path);
  expect(links.length).toBeGreaterThan(3);
  expect(links.filter((path) => !existsSync(join(repository, path)))).toStrictEqual([]);
});
