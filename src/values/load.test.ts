import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { z } from "zod";
import { formatProblem, InputError } from "../errors.ts";
import { readEnvironments } from "./load.ts";

const size = z.strictObject({ size: z.string().regex(/^\d+Gi$/, "must be a size such as 10Gi") });
const schemas = {
  values: z.strictObject({
    app: z
      .strictObject({
        minimum: z.int().min(1).max(50),
        maximum: z.int().min(1).max(50),
        share: z.number().min(0).lt(1).optional(),
        level: z.enum(["debug", "info"]),
        port: z.union([z.int(), z.enum(["http", "https"])]).optional(),
      })
      .refine(({ minimum, maximum }) => minimum <= maximum, {
        path: ["maximum"],
        message: "must not be below app.minimum",
      }),
    labels: z.record(z.string().regex(/^[a-z]+$/, "must be lower-case letters"), z.string()).optional(),
    hosts: z.array(z.string()).min(1),
    disks: z
      .discriminatedUnion("kind", [
        z.strictObject({ kind: z.literal("cloud"), zone: z.string() }),
        z.strictObject({ kind: z.literal("local"), disk: size }),
      ])
      .optional(),
  }),
  release: z.strictObject({ version: z.string(), digest: z.string() }),
};

const good = {
  "base/values.yaml": "app:\n  minimum: 1\n  maximum: 3\n  level: info\n",
  "base/redis/redis.conf": "appendonly yes\n",
  "environments/one/values.yaml": "hosts: [one.example]\n",
  "environments/one/release.yaml": 'version: "1.0.0"\ndigest: sha256:0\n',
};

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

async function repository(changes: Readonly<Record<string, string | undefined>> = {}): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), "values-"));
  folders.push(root);
  for (const [path, text] of Object.entries({ ...good, ...changes })) {
    if (text === undefined) continue;
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  return root;
}

async function problems(root: string, names?: readonly string[]): Promise<readonly string[]> {
  const outcome = readEnvironments(root, { schemas, ...(names && { names }) });
  const error: unknown = await outcome.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof InputError)) throw new Error("expected an InputError", { cause: error });
  return error.problems.map(formatProblem);
}

const rejects = async (changes: Readonly<Record<string, string | undefined>>): Promise<readonly string[]> =>
  problems(await repository(changes));

const rejectsDisks = async (disks: string): Promise<readonly string[]> =>
  rejects({ "environments/one/values.yaml": `hosts: [a.example]\ndisks: ${disks}\n` });

test("an environment is its own values over the base's, with its release and the files that pods mount", async () => {
  const environment = (await readEnvironments(await repository(), { schemas })).get("one");
  expect(environment?.values).toStrictEqual({
    app: { minimum: 1, maximum: 3, level: "info" },
    hosts: ["one.example"],
  });
  expect(environment?.release).toStrictEqual({ version: "1.0.0", digest: "sha256:0" });
  expect([...(environment?.files ?? [])]).toStrictEqual([["redis/redis.conf", "appendonly yes\n"]]);
});

test("every value knows the file that it came from", async () => {
  const environment = (await readEnvironments(await repository(), { schemas })).get("one");
  expect(environment?.locate("app.maximum")).toStrictEqual({ file: "base/values.yaml", line: 3, column: 12 });
  expect(environment?.locate("hosts[0]")).toStrictEqual({
    file: "environments/one/values.yaml",
    line: 1,
    column: 9,
  });
  expect(environment?.locate("app.share")).toBeUndefined();
});

test("one environment is loaded without the mistakes of others, but not without its own", async () => {
  const root = await repository({
    "environments/two/values.yaml": "hosts: []\n",
    "environments/two/release.yaml": "{}\n",
  });
  const loaded = await readEnvironments(root, { names: ["one"], schemas });
  expect(loaded.get("one")?.values.hosts).toStrictEqual(["one.example"]);
  await expect(readEnvironments(root, { names: ["two"], schemas })).rejects.toThrow(
    "hosts: is a list of 0; expected at least 1 item",
  );
});

test("all problems of all files of all environments come at once, each once, in order", async () => {
  const found = await rejects({
    "base/values.yaml": "app:\n  minimum: 0\n  maximum: 3\n  level: inof\n",
    "environments/two/values.yaml": "hosts: []\nhost: two.example\n",
    "environments/two/release.yaml": "version: 1.10\n",
    "environments/one/notes.txt": "",
  });
  expect(found).toMatchInlineSnapshot(`
    [
      "base/values.yaml:2:12: app.minimum: is 0; expected 1 to 50",
      "base/values.yaml:4:10: app.level: is "inof"; expected one of debug, info (did you mean info?)",
      "environments/one/notes.txt: does not belong here: an environment is release.yaml and values.yaml",
      "environments/two/release.yaml:1:1: digest: is missing; expected text",
      "environments/two/release.yaml:1:10: version: is the number 1.10; expected text, in quotes: "1.10"",
      "environments/two/values.yaml:1:1: hosts: is a list of 0; expected at least 1 item",
      "environments/two/values.yaml:2:1: host: is no known key; did you mean "hosts"?",
    ]
  `);
});

test("a mistake in the base that only an override causes is blamed on the override", async () => {
  const found = await rejects({
    "environments/one/values.yaml": "hosts: [a.example]\napp:\n  share: 0.5\n  minimum: 9\n",
  });
  expect(found).toMatchInlineSnapshot(`
    [
      "environments/one/values.yaml:4:12: app.maximum: is 3; it must not be below app.minimum",
    ]
  `);
});

test("a mistake in the base alone stays there, whatever the environment overrides", async () => {
  const found = await rejects({
    "base/values.yaml": "app:\n  minimum: 9\n  maximum: 3\n  level: info\n",
    "environments/one/values.yaml": "hosts: [a.example]\napp:\n  share: 0.5\n",
  });
  expect(found).toMatchInlineSnapshot(`
    [
      "base/values.yaml:3:12: app.maximum: is 3; it must not be below app.minimum",
    ]
  `);
});

test("a missing key is reported at the nearest parent that exists", async () => {
  const found = await rejects({
    "base/values.yaml": "app:\n  minimum: 1\n  maximum: 3\n",
    "environments/one/values.yaml": "{}\n",
  });
  expect(found).toMatchInlineSnapshot(`
    [
      "base/values.yaml:1:1: app.level: is missing; expected one of debug, info",
      "environments/one/values.yaml:1:1: hosts: is missing; expected a list",
    ]
  `);
});

test("a wrong type says what stands there and how it would be right", async () => {
  const found = await rejects({
    "base/values.yaml": 'app:\n  minimum: "1"\n  maximum:\n  level: [info]\n  share: 1\n  port: 1.5\n',
    "environments/one/values.yaml": "hosts:\n  - 1.10\n  - true\n  - {}\nlabels: { A: b, c: 2 }\n",
  });
  expect(found).toMatchInlineSnapshot(`
    [
      "base/values.yaml:2:12: app.minimum: is the text "1"; expected a whole number, without quotes",
      "base/values.yaml:3:3: app.maximum: has no value; expected a whole number, or leave the key out",
      "base/values.yaml:4:3: app.level: is a list; expected one of debug, info",
      "base/values.yaml:5:10: app.share: is 1; expected at least 0 and below 1",
      "base/values.yaml:6:9: app.port: is 1.5; expected one of http, https or a whole number",
      "environments/one/values.yaml:2:5: hosts[0]: is the number 1.10; expected text, in quotes: "1.10"",
      "environments/one/values.yaml:3:5: hosts[1]: is the truth value true; expected text, in quotes: "true"",
      "environments/one/values.yaml:4:5: hosts[2]: is an empty map; expected text",
      "environments/one/values.yaml:5:11: labels.A: is no key that this map accepts: it must be lower-case letters",
      "environments/one/values.yaml:5:20: labels.c: is the number 2; expected text, in quotes: "2"",
    ]
  `);
});

test("alternatives are judged by the one that was meant", async () => {
  expect(await rejectsDisks("{ kind: clowd, zone: a }")).toMatchInlineSnapshot(`
    [
      "environments/one/values.yaml:2:16: disks.kind: is "clowd"; expected one of cloud, local (did you mean cloud?)",
    ]
  `);
  expect(await rejectsDisks("{ kind: local, disk: { size: 10 } }")).toMatchInlineSnapshot(`
    [
      "environments/one/values.yaml:2:37: disks.disk.size: is the number 10; expected text, in quotes: "10"",
    ]
  `);
  expect(await rejectsDisks("{ kind: local, disk: { size: 10GB, zone: a } }")).toMatchInlineSnapshot(`
    [
      "environments/one/values.yaml:2:37: disks.disk.size: is "10GB"; it must be a size such as 10Gi",
      "environments/one/values.yaml:2:43: disks.disk.zone: is no known key; expected size",
    ]
  `);
  expect(await rejectsDisks("{ zone: a }")).toMatchInlineSnapshot(`
    [
      "environments/one/values.yaml:2:1: disks.kind: is missing; expected one of cloud, local",
    ]
  `);
});

test("a problem of the file itself is not repeated by the schema", async () => {
  const found = await rejects({
    "environments/one/values.yaml": "hosts: &h [a.example]\napp: { level: *h, minimum: 1e0 }\n",
  });
  expect(found).toMatchInlineSnapshot(`
    [
      "environments/one/values.yaml:1:11: hosts: has the anchor &h; remove it, anchors and aliases are not accepted",
      "environments/one/values.yaml:2:15: app.level: is the alias *h; write the value out, aliases are not accepted",
      "environments/one/values.yaml:2:28: app.minimum: 1e0 is a number to YAML 1.1 readers; write a plain decimal number, or "1e0" for text",
    ]
  `);
});

test("an environment that does not exist is named, with the one that was meant", async () => {
  expect(await problems(await repository(), ["onee", "../one"])).toMatchInlineSnapshot(`
    [
      "environments/onee: there is no such environment; did you mean one?",
      "environments/../one: there is no such environment; expected one of one",
    ]
  `);
});

test("what does not belong into base/ or environments/ is reported, links too", async () => {
  const root = await repository({
    "base/notes.md": "",
    "environments/README.md": "",
    "environments/Two/release.yml": "",
    "base/redis/broken.conf": "a\0b",
  });
  await symlink("redis.conf", join(root, "base/redis/link.conf"));
  expect(await problems(root)).toMatchInlineSnapshot(`
    [
      "base/notes.md: does not belong here: expected values.yaml and a folder for each component",
      "base/redis/broken.conf:1:2: holds the control character U+0000; remove it",
      "base/redis/link.conf: is no regular file; expected a file, not a link or a folder",
      "environments/README.md: is no folder; expected one folder for each environment, freeze.yaml and promotion.yaml",
      "environments/Two: "Two" is no DNS label; expected lower-case letters, digits and hyphens, at most 63",
      "environments/Two/release.yaml: is missing; every environment needs it",
      "environments/Two/release.yml: does not belong here: an environment is release.yaml and values.yaml; did you mean release.yaml?",
      "environments/Two/values.yaml: is missing; every environment needs it",
    ]
  `);
});

test("a repository without environments is a mistake, not an empty success", async () => {
  const root = await repository();
  await rm(join(root, "environments"), { recursive: true });
  expect(await problems(root)).toMatchInlineSnapshot(`
    [
      "environments: holds no environment; expected a folder with values.yaml and release.yaml for each",
    ]
  `);
});

test("the environments are the folders, by name", async () => {
  const root = await repository(
    Object.fromEntries(
      ["two", "b", "b-1"].flatMap((name) => [
        [`environments/${name}/values.yaml`, "hosts: [a.example]\n"],
        [`environments/${name}/release.yaml`, 'version: "1.0.0"\ndigest: sha256:0\n'],
      ]),
    ),
  );
  expect([...(await readEnvironments(root, { schemas })).keys()]).toStrictEqual(["b", "b-1", "one", "two"]);
  await writeFile(join(root, "environments/notes"), "");
  await expect(readEnvironments(root, { schemas })).rejects.toThrow("environments/notes: is no folder");
});
