import { execFileSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { run, withCopy } from "../repository.ts";

const hold = '\nhold: { reason: payments were lost, owner: ops, end: "2020-01-01" }\n';

test("what has ended turns check red on the main branch, and is a message on others", async () => {
  await withCopy(async (folder) => {
    const file = join(folder, "environments/staging/release.yaml");
    await writeFile(file, `${await readFile(file, "utf8")}${hold}`);
    execFileSync("git", ["init", "--quiet", "--initial-branch=change"], { cwd: folder });
    const branch = await run(folder, ["check"]);
    expect([branch.code, branch.stderr]).toStrictEqual([
      0,
      expect.stringContaining("hold.end: the hold was expected until 2020-01-01; lift it"),
    ]);
    execFileSync("git", ["symbolic-ref", "HEAD", "refs/heads/main"], { cwd: folder });
    const main = await run(folder, ["check"]);
    expect([main.code, main.stdout]).toStrictEqual([
      1,
      expect.stringMatching(
        /^environments\/staging\/release\.yaml:\d+:\d+: hold\.end: the hold was expected/,
      ),
    ]);
  });
});
