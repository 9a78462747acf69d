import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { UsageError } from "../../src/errors.ts";
import { computePlan } from "../../src/plan/compute.ts";
import { LimitError, limits } from "../../src/plan/read/limits.ts";
import { resolveSides } from "../../src/plan/read/sides.ts";
import type { Plan } from "../../src/plan/report/model.ts";
import { configMap, deployment } from "./fixtures.ts";
import { planOf, verbsOf } from "./trees.ts";

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

function folderWith(files: Readonly<Record<string, string>> = {}): string {
  const root = mkdtempSync(join(tmpdir(), "plan-"));
  folders.push(root);
  write(root, files);
  return root;
}

function write(root: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

function git(root: string, ...args: readonly string[]): string {
  const author = {
    GIT_AUTHOR_NAME: "a",
    GIT_AUTHOR_EMAIL: "a@example",
    GIT_COMMITTER_NAME: "a",
    GIT_COMMITTER_EMAIL: "a@example",
  };
  const env = { PATH: process.env["PATH"], HOME: root, GIT_CONFIG_NOSYSTEM: "1", ...author };
  return execFileSync("git", args, {
    cwd: root,
    env,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  }).trim();
}

function commit(root: string, files: Readonly<Record<string, string>>): string {
  write(root, files);
  git(root, "add", "--all");
  git(root, "commit", "--quiet", "--allow-empty", "--message", "a");
  return git(root, "rev-parse", "HEAD");
}

async function plan(cwd: string, base?: string, head?: string): Promise<Plan> {
  return computePlan(
    await resolveSides({ base, head, cwd }, limits),
    { environment: undefined, minor: undefined, texts: false },
    limits,
  );
}

const map = (name: string, value: string): string => JSON.stringify(configMap(name, { value }));

describe("two sides in a git repository", () => {
  const root = folderWith();
  git(root, "init", "--quiet", "--initial-branch", "main");
  const first = commit(root, { "rendered/dev/a/map.yaml": map("a", "1"), "src/x.ts": "1" });
  git(root, "checkout", "--quiet", "-b", "feature/x");
  const second = commit(root, { "rendered/dev/a/map.yaml": map("a", "2") });

  test("are read as objects, by any name of a commit", async () => {
    for (const base of [first, "main", "git:main", "HEAD~1"]) {
      expect(verbsOf(await plan(root, base, second))).toEqual(["ConfigMap/a live"]);
    }
    expect(verbsOf(await plan(root, "main", "git:feature/x"))).toEqual(["ConfigMap/a live"]);
  });

  test("are by default the merge base with main and the working copy, committed or not", async () => {
    expect(verbsOf(await plan(root))).toEqual(["ConfigMap/a live"]);
    write(root, { "rendered/dev/a/new.yaml": map("b", "1") });
    expect(verbsOf(await plan(root))).toEqual(["ConfigMap/a live", "ConfigMap/b created"]);
    rmSync(join(root, "rendered/dev/a/new.yaml"));
    expect((await plan(root, "HEAD")).verdict).toBe("nothing");
  });

  test("are for a pull request's merge commit its first parent and itself", async () => {
    git(root, "checkout", "--quiet", "--detach", "main");
    git(root, "merge", "--quiet", "--no-ff", "--message", "merge", "feature/x");
    expect(verbsOf(await plan(root))).toEqual(["ConfigMap/a live"]);
    git(root, "checkout", "--quiet", "feature/x");
  });

  test("do not follow replace refs", async () => {
    git(root, "replace", second, first);
    expect((await plan(root, first, second)).verdict).toBe("safe");
    git(root, "replace", "--delete", second);
  });

  test("say when the pipeline changed and nothing rendered did", async () => {
    git(root, "checkout", "--quiet", "-b", "pipeline", "main");
    const pipeline = commit(root, { "src/x.ts": "2" });
    expect((await plan(root, "main", pipeline)).pipeline).toMatchObject({
      changed: 1,
      renderedChanged: false,
    });
    git(root, "checkout", "--quiet", "feature/x");
    expect((await plan(root, "main", second)).pipeline.note).toBeUndefined();
  });

  test("that are unknown are a usage error, and a name with a slash is a folder", async () => {
    await expect(plan(root, "nowhere", "HEAD")).rejects.toThrow(UsageError);
    await expect(plan(root, "feature/x", "HEAD")).rejects.toThrow("written git:feature/x");
    await expect(plan(root, "--upload-pack=x", "HEAD")).rejects.toThrow(UsageError);
  });

  test("without a common commit in a shallow clone name the command that fetches it", async () => {
    const clone = folderWith();
    execFileSync(
      "git",
      ["clone", "--quiet", "--depth", "1", "--branch", "feature/x", `file://${root}`, clone],
      { stdio: "ignore" },
    );
    await expect(plan(clone)).rejects.toThrow("git fetch --unshallow");
  });

  test("do not contain a new symbolic link or submodule in silence", async () => {
    symlinkSync("/etc/hostname", join(root, "rendered/dev/a/link.yaml"));
    expect((await plan(root, "HEAD")).verdict).toBe("refused");
    const linked = commit(root, {});
    expect(await plan(root, second, linked)).toMatchObject({
      verdict: "refused",
      environments: [
        { problems: ["rendered/dev/a/link.yaml: a symbolic link is not followed, and it is new or changed"] },
      ],
    });
    expect(
      verbsOf(await plan(root, linked, commit(root, { "rendered/dev/a/map.yaml": map("a", "3") }))),
    ).toEqual(["ConfigMap/a live"]);
    git(root, "update-index", "--add", "--cacheinfo", `160000,${first},rendered/dev/sub`);
    git(root, "commit", "--quiet", "--message", "submodule");
    expect((await plan(root, "HEAD~1", "HEAD")).verdict).toBe("refused");
  });
});

describe("two folders", () => {
  test("are one environment named after the head's folder, or one for each subfolder with a kustomization", async () => {
    const [base, head] = [folderWith({ "a.yaml": map("a", "1") }), folderWith({ "a.yaml": map("a", "2") })];
    expect((await plan("/", base, head)).environments.map(({ name }) => name)).toEqual([
      head.slice(head.lastIndexOf("/") + 1),
    ]);
    const kustomization = "resources: [a.yaml]\n";
    const files = (value: string): Record<string, string> => ({
      "one/kustomization.yaml": kustomization,
      "one/a.yaml": map("a", value),
      "two/kustomization.yaml": kustomization,
      "two/a.yaml": map("a", "1"),
    });
    const overlays = await plan("/", folderWith(files("1")), folderWith(files("2")));
    expect(overlays.environments.map(({ name, verdict }) => [name, verdict])).toEqual([
      ["one", "safe"],
      ["two", "nothing"],
    ]);
  });
});

const pathOf = (name: string): string => `rendered/dev/a/${name}`;

describe("a file", () => {
  test("holds many documents, JSON, lists and comments", () => {
    const list = { apiVersion: "v1", kind: "List", items: [configMap("b", { v: "1" })] };
    const typed = {
      apiVersion: "v1",
      kind: "ConfigMapList",
      items: [{ metadata: { name: "c", namespace: "shop" }, data: { v: "1" } }],
    };
    const plain = planOf(
      {},
      {
        [pathOf("many.yaml")]:
          `# comment\n---\n${map("a", "1")}\n---\n# nothing\n---\n${JSON.stringify(list)}\n...\n`,
        [pathOf("typed.json")]: JSON.stringify(typed),
      },
    );
    expect(verbsOf(plain)).toEqual(["ConfigMap/a created", "ConfigMap/b created", "ConfigMap/c created"]);
  });

  test("that no kustomization lists is not applied", () => {
    const kustomization = (resources: string): Record<string, string> => ({
      "rendered/dev/kustomization.yaml": "resources: [a]\n",
      [pathOf("kustomization.yaml")]: `resources: ${resources}\n`,
    });
    const files = { [pathOf("one.yaml")]: map("one", "1"), [pathOf("two.yaml")]: map("two", "1") };
    const listed = { ...kustomization("[one.yaml, two.yaml]"), ...files };
    expect(verbsOf(planOf(listed, { ...kustomization("[one.yaml]"), ...files }))).toEqual([
      "ConfigMap/two deleted",
    ]);
    const patched = planOf(listed, {
      ...listed,
      [pathOf("kustomization.yaml")]: "resources: [one.yaml, two.yaml]\npatches: []\n",
    });
    expect(patched.omitted.map(({ reason }) => reason)).toEqual(["kustomize's patches are not computed"]);
  });

  test("that cannot be read is refused, and its text is not quoted", () => {
    const bad: Readonly<Record<string, string>> = {
      syntax: "a: [hunter2hunter2\n",
      duplicate: "a: hunter2hunter2\na: hunter2hunter2\n",
      bomb: `a: &a [x]\n${Array.from({ length: 12 }, (_, index) => `b${index}: &b${index} [${Array.from({ length: 9 }, () => (index === 0 ? "*a" : `*b${index - 1}`)).join(",")}]`).join("\n")}\n`,
      deep: "[".repeat(200_000),
      deeper: `${"a: {".repeat(500)}${"}".repeat(500)}`,
      alias: "a: *hunter2hunter2\n",
    };
    for (const [name, text] of Object.entries(bad)) {
      const found = planOf({}, { [pathOf("map.yaml")]: map("a", "1"), [pathOf(`${name}.yaml`)]: text });
      expect([name, found.verdict]).toEqual([name, "refused"]);
      expect(JSON.stringify(found)).not.toContain("hunter2");
    }
  });

  test("that was unreadable and did not change is no reason to refuse", () => {
    const broken = { [pathOf("broken.yaml")]: "a: [\n" };
    expect(
      planOf(
        { ...broken, [pathOf("map.yaml")]: map("a", "1") },
        { ...broken, [pathOf("map.yaml")]: map("a", "2") },
      ).verdict,
    ).toBe("safe");
  });

  test("of unknown content is never an error", () => {
    const odd = [
      "",
      "null",
      "3",
      "[]",
      "- 1",
      "kind: x",
      "apiVersion: 1\nkind: 2\nmetadata: 3",
      "metadata: {name: a}",
      "apiVersion: v1\nkind: ConfigMap\nmetadata: [a]",
      "apiVersion: a/b/c\nkind: X\nmetadata: {name: constructor}\n__proto__: {a: 1}\nspec: {__proto__: [1]}",
      "apiVersion: v1\nkind: List\nitems: [1, {kind: X}, null]",
      "\u0000",
      "a: 2026-01-01\nb: 12:30:45\nc: .nan\nd: 0o7\n? [x]\n: y",
    ];
    for (const text of odd)
      expect(() =>
        planOf({ [pathOf("odd.yaml")]: text }, { [pathOf("odd.yaml")]: `${text}\n# changed` }),
      ).not.toThrow();
  });
});

test("beyond a limit nothing is called safe", async () => {
  const head = { [pathOf("a.yaml")]: map("a", "1"), [pathOf("b.yaml")]: map("b", "1") };
  for (const limit of [{ fileBytes: 10 }, { totalBytes: 100 }, { objects: 1 }, { time: -1 }, { memory: 1 }]) {
    expect(() => planOf({}, head, { limits: { ...limits, ...limit } })).toThrow(LimitError);
  }
  await expect(
    resolveSides(
      { base: folderWith(), head: folderWith({ "a.yaml": "", "b.yaml": "", "c.yaml": "" }), cwd: "/" },
      { ...limits, files: 1 },
    ),
  ).rejects.toThrow(LimitError);
});

const custom = (data: string): string =>
  `apiVersion: example.com/v1\nkind: X\nmetadata: {name: x}\nspec: {${data}}\n`;

test("objects are read as Go reads YAML: yes is true, 0644 is octal, a time stays text", () => {
  const go = { [pathOf("x.yaml")]: custom("a: yes, b: 0644, c: 12:30:45") };
  const json = { [pathOf("x.yaml")]: custom('a: true, b: 420, c: "12:30:45"') };
  expect(planOf(go, json).verdict).toBe("nothing");
});

test("a null that both sides write changes nothing, though the server has a default in its place", () => {
  const job = JSON.stringify({
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name: "job" },
    spec: {
      completions: null,
      template: { spec: { restartPolicy: "Never", containers: [{ name: "job", image: "job:1" }] } },
    },
  });
  const [base, head] = [job, `${job}\n`].map((text) => ({ [pathOf("job.yaml")]: text }));
  expect(planOf(base ?? {}, head ?? {}).effects).toEqual([]);
});

test("an object may move to another file", () => {
  const base = { [pathOf("one.yaml")]: deployment(), [pathOf("two.yaml")]: configMap("a", {}) };
  expect(planOf(base, { [pathOf("both.yaml")]: [configMap("a", {}), deployment()] }).verdict).toBe("nothing");
});
