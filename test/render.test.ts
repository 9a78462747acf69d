import { spawn } from "node:child_process";
import { appendFile, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { compareFiles, readFiles } from "../src/output/disk.ts";
import { repository, run, withCopy } from "./repository.ts";

const folders = ["rendered", "argocd"];
const committed = await readFiles(repository, folders);

test("the committed tree is what the values ask for", async () => {
  expect(await run(repository, ["check"])).toMatchObject({ code: 0 });
});

test("another time zone, locale and order of the file system change no byte", async () => {
  await withCopy(async (folder) => {
    await rm(join(folder, "rendered"), { recursive: true });
    const { code } = await run(folder, ["render"], {
      TZ: "Pacific/Kiritimati",
      LANG: "tr_TR.UTF-8",
      LC_ALL: "tr_TR.UTF-8",
    });
    expect(code).toBe(0);
    expect(compareFiles(committed, await readFiles(folder, folders))).toStrictEqual({
      missing: [],
      extra: [],
      different: [],
    });
  });
});

test("a second render touches nothing", async () => {
  await withCopy(async (folder) => {
    const paths = [...committed.keys()];
    const times = async () =>
      Promise.all(paths.map(async (path) => (await stat(join(folder, path))).mtimeMs));
    const before = await times();
    const { stdout } = await run(folder, ["render"]);
    expect(stdout).toContain(`0 files written, 0 removed, ${paths.length} unchanged`);
    expect(await times()).toStrictEqual(before);
  });
});

test("one environment is rendered without touching the others", async () => {
  await withCopy(async (folder) => {
    await rm(join(folder, "rendered/staging/kustomization.yaml"));
    await rm(join(folder, "rendered/production/kustomization.yaml"));
    await run(folder, ["render", "--environment", "staging"]);
    const { missing } = compareFiles(committed, await readFiles(folder, folders));
    expect(missing).toStrictEqual(["rendered/production/kustomization.yaml"]);
  });
});

test("check tells missing, extra and different files apart, names the command that mends them, and writes nothing", async () => {
  await withCopy(async (folder) => {
    await rm(join(folder, "rendered/onprem/kustomization.yaml"));
    await writeFile(join(folder, "rendered/onprem/stray.yaml"), "a: 1\n");
    await appendFile(join(folder, "rendered/staging/kustomization.yaml"), "# edited by hand\n");
    const before = await readFiles(folder, folders);
    const { code, stdout } = await run(folder, ["check"]);
    expect(code).toBe(1);
    expect(stdout).toBe(
      [
        "rendered/onprem/kustomization.yaml: missing, the values ask for this object",
        "rendered/onprem/stray.yaml: extra, no value asks for this file",
        "rendered/staging/kustomization.yaml: different from what the values ask for",
        "3 findings; to mend them: npm run render",
        "",
      ].join("\n"),
    );
    expect([...(await readFiles(folder, folders))]).toStrictEqual([...before]);
  });
});

test("a render that is killed leaves each file old or new, and the next one mends the rest", async () => {
  await withCopy(async (folder) => {
    await writeFile(
      join(folder, "environments/staging/release.yaml"),
      (await readFile(join(folder, "environments/staging/release.yaml"), "utf8")).replace("1.0.0", "1.1.0"),
    );
    await rm(join(folder, "rendered/production"), { recursive: true });
    const before = await readFiles(folder, folders);
    await withCopy(async (other) => {
      await writeFile(
        join(other, "environments/staging/release.yaml"),
        await readFile(join(folder, "environments/staging/release.yaml")),
      );
      await run(other, ["render"]);
      const after = await readFiles(other, folders);
      for (let written = 1; written <= 3; written += 1) {
        await killAfter(folder, written * 15);
        const torn = [...(await readFiles(folder, folders))].filter(
          ([path, text]) => !path.endsWith(".tmp") && text !== before.get(path) && text !== after.get(path),
        );
        expect(torn).toStrictEqual([]);
      }
      await run(folder, ["render"]);
      expect(compareFiles(after, await readFiles(folder, folders))).toStrictEqual({
        missing: [],
        extra: [],
        different: [],
      });
    });
  });
});

test("every file means the same to readers of YAML 1.1 and 1.2, and none is a Secret", () => {
  for (const [path, text] of committed) {
    const object: unknown = parse(text, { version: "1.2" });
    expect({ path, object: parse(text, { version: "1.1" }) }).toStrictEqual({ path, object });
    expect({ path, object }).not.toMatchObject({ object: { kind: "Secret" } });
  }
});

/** Starts a render and kills it as soon as it has written so many files. */
async function killAfter(folder: string, files: number): Promise<void> {
  const count = async () => (await readdir(join(folder, "rendered"), { recursive: true })).length;
  const present = await count();
  const child = spawn(process.execPath, [join(repository, "src/cli.ts"), "render"], { cwd: folder });
  const ended = new Promise<void>((done) => child.once("exit", () => done()));
  while (child.exitCode === null && (await count()) < present + files) {
    await new Promise((next) => setImmediate(next));
  }
  child.kill("SIGKILL");
  await ended;
}
