import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { repository } from "./repository.ts";

// Bidirectional controls reorder what a reviewer reads (CVE-2021-42574); other controls hide in a terminal.
const hidden = /(?![\t\n\r])\p{Cc}|\p{Cf}/u;

/** Files that are wrong on purpose: the loader has to refuse them. */
const wrong = "test/fixtures/invalid/";

test("no tracked text holds a bidirectional, control or invisible character", () => {
  const files = execFileSync("git", ["ls-files", "-z"], { cwd: repository, encoding: "utf8" })
    .split("\0")
    .filter(Boolean)
    .filter((file) => !file.startsWith(wrong));
  expect(files.length).toBeGreaterThan(100);
  const found = files.filter((file) => hidden.test(textOf(readFileSync(join(repository, file)))));
  expect(found).toStrictEqual([]);
});

test("a right-to-left override is one", () => {
  expect(hidden.test("INFO\u202e")).toBe(true);
  expect(hidden.test("plain text,\twith a tab\r\n")).toBe(false);
});

/** Returns the text of a file; nothing of one that holds a zero byte, as git judges what is no text. */
function textOf(bytes: Buffer): string {
  return bytes.includes(0) ? "" : bytes.toString("utf8");
}
