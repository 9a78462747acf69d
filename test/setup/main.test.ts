import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";

// A path without apt-get and git: a Fedora or a Mac, as far as the set-up can tell.
const emptyPath = mkdtempSync(join(tmpdir(), "empty-path-"));
chmodSync(emptyPath, 0o755);
afterAll(() => rmSync(emptyPath, { recursive: true }));

test("without apt-get the set-up installs nothing, prints one command per system, and ends with 2", () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(import.meta.dirname, "main.ts")], {
    env: { PATH: emptyPath },
    encoding: "utf8",
  });
  expect(stderr).toMatch(/^The tests need git, /);
  expect(stderr).toMatch(/^ {2}Debian: sudo apt-get install /m);
  expect(stderr).toMatch(/^ {2}Fedora: sudo dnf install /m);
  expect(stderr).toMatch(/^ {2}macOS: brew install /m);
  expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
});
