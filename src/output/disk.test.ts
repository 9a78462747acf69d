import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { compareFiles, readFiles, writeFiles } from "./disk.ts";

let root = "";
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "disk-"));
});
afterEach(() => rm(root, { recursive: true }));

test("only files that differ are touched", async () => {
  await writeFiles(
    root,
    ["r"],
    new Map([
      ["r/a/x.yaml", "1\n"],
      ["r/a/y.yaml", "2\n"],
    ]),
  );
  const before = await stat(join(root, "r/a/x.yaml"));
  const written = await writeFiles(
    root,
    ["r"],
    new Map([
      ["r/a/x.yaml", "1\n"],
      ["r/a/y.yaml", "3\n"],
    ]),
  );
  const after = await stat(join(root, "r/a/x.yaml"));
  expect(written).toStrictEqual({ written: 1, removed: 0, unchanged: 1 });
  expect([after.ino, after.mtimeMs]).toStrictEqual([before.ino, before.mtimeMs]);
});

test("files of removed objects go, and the folders that they leave empty", async () => {
  await writeFiles(
    root,
    ["r"],
    new Map([
      ["r/a/b/x.yaml", "1\n"],
      ["r/y.yaml", "2\n"],
    ]),
  );
  expect(await writeFiles(root, ["r"], new Map([["r/y.yaml", "2\n"]]))).toMatchObject({
    removed: 1,
    unchanged: 1,
  });
  expect(await readdir(join(root, "r"))).toStrictEqual(["y.yaml"]);
});

test("what stands outside the folders is left alone", async () => {
  await mkdir(join(root, "other"));
  await writeFile(join(root, "other/mine.yaml"), "mine\n");
  await writeFiles(root, ["r"], new Map([["r/y.yaml", "2\n"]]));
  expect([...(await readFiles(root, ["other"]))]).toStrictEqual([["other/mine.yaml", "mine\n"]]);
});

test("a difference is told apart as missing, extra and different", () => {
  const wanted = new Map([
    ["a", "1"],
    ["b", "2"],
    ["c", "3"],
  ]);
  const present = new Map([
    ["b", "2"],
    ["c", "4"],
    ["d", "5"],
  ]);
  expect(compareFiles(wanted, present)).toStrictEqual({ missing: ["a"], extra: ["d"], different: ["c"] });
});
