import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { afterEach, beforeEach, expect, test } from "vitest";
import { address, cached } from "./cache.ts";

let root = "";
beforeEach(async () => void (root = await mkdtemp(join(tmpdir(), "cache-"))));
afterEach(async () => await rm(root, { recursive: true }));

test("what is there is not made again", async () => {
  const folder = await cached(root, "thing", async (unfinished) => {
    await writeFile(join(unfinished, "program"), "made once");
  });
  await cached(root, "thing", async () => await Promise.reject(new Error("made twice")));
  expect(await readFile(join(folder, "program"), "utf8")).toBe("made once");
});

test("a failed build leaves nothing", async () => {
  const fail = cached(root, "thing", async (folder) => {
    await writeFile(join(folder, "half"), "");
    throw new Error("no such module");
  });
  await expect(fail).rejects.toThrow("no such module");
  expect(await readdir(root)).toEqual([]);
});

test("what a killed build left is removed by the next one, what a running build makes is not", async () => {
  const killed = spawn("true");
  await once(killed, "exit");
  await mkdir(join(root, `.unfinished-${killed.pid}-abc`));
  await mkdir(join(root, `.unfinished-${process.ppid}-abc`));
  await cached(root, "thing", async () => await Promise.resolve());
  expect(await readdir(root)).toEqual([`.unfinished-${process.ppid}-abc`, "thing"]);
});

test("any difference in a recipe is another address", () => {
  expect(address("etcd", { version: "1", tags: [] })).not.toBe(
    address("etcd", { version: "1", tags: ["x"] }),
  );
  expect(address("etcd", { version: "1" })).toMatch(/^etcd-[0-9a-f]{16}$/u);
});
