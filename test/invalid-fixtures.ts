import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** A mistake, with the messages that it must cause. */
export interface InvalidFixture {
  /** Also the name of its environment. */
  readonly name: string;
  /** Every message, in order, as the command prints it. */
  readonly expected: readonly string[];
  /** Path relative to a repository, with `/` as separator, to bytes. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

const invalidFolder = join(import.meta.dirname, "fixtures/invalid");

const expectation = "# expect: ";

/** What every environment of a fixture has unless the fixture says otherwise: a `{}` that changes nothing, a good release. */
export interface GoodFiles {
  readonly values: string;
  readonly release: string;
}

/**
 * Reads the fixtures of one kind: a file that takes the place of `values.yaml` or `release.yaml` and begins with its
 * messages, each in a comment, or has them beside it where its first bytes are the mistake.
 */
export async function readFileFixtures(
  kind: "values" | "release",
  good: GoodFiles,
): Promise<readonly InvalidFixture[]> {
  const folder = join(invalidFolder, kind);
  const fixtures: InvalidFixture[] = [];
  for (const file of (await readdir(folder)).filter((name) => name.endsWith(".yaml")).toSorted()) {
    const name = `${kind}-${file.replace(/\.yaml$/, "")}`;
    const bytes = await readFile(join(folder, file));
    const beside = await readFile(join(folder, `${file}.expected`), "utf8").catch(() => undefined);
    const lines = beside?.split("\n") ?? messagesAtTheStart(bytes.toString("utf8"));
    const files = new Map<string, Uint8Array>([
      [`environments/${name}/values.yaml`, Buffer.from(good.values)],
      [`environments/${name}/release.yaml`, Buffer.from(good.release)],
      [`environments/${name}/${kind}.yaml`, bytes],
    ]);
    fixtures.push({ name, files, expected: inEnvironment(name, lines) });
  }
  return fixtures;
}

/** Reads the fixtures of environments' folders: each is such a folder, with its messages in `expected.txt`. */
export async function readFolderFixtures(): Promise<readonly InvalidFixture[]> {
  const folder = join(invalidFolder, "environment");
  const fixtures: InvalidFixture[] = [];
  for (const name of (await readdir(folder)).toSorted()) {
    const found = await readTree(join(folder, name), `environments/${name}`);
    fixtures.push({ name, ...withoutExpectation(found, `environments/${name}/expected.txt`, name) });
  }
  return fixtures;
}

/** Reads the fixtures of the base: each lies over `base/`, with its messages, paths in full, in `expected.txt`. */
export async function readBaseFixtures(): Promise<readonly InvalidFixture[]> {
  const folder = join(invalidFolder, "base");
  const fixtures: InvalidFixture[] = [];
  for (const name of (await readdir(folder)).toSorted()) {
    const found = await readTree(join(folder, name), "base");
    const expected = (found.get("base/expected.txt") ?? Buffer.from(""))
      .toString()
      .split("\n")
      .filter(Boolean);
    fixtures.push({
      name,
      expected,
      files: new Map([...found].filter(([path]) => path !== "base/expected.txt")),
    });
  }
  return fixtures;
}

/** Writes files below a folder. */
export async function writeTree(
  root: string,
  files: ReadonlyMap<string, Uint8Array | string>,
): Promise<void> {
  for (const [path, content] of files) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
}

/** Reads every file below a folder, as path (with the prefix in place of the folder) to bytes. */
export async function readTree(folder: string, prefix: string): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isDirectory()) continue;
    const path = join(entry.parentPath, entry.name);
    files.set(`${prefix}${path.slice(folder.length).replaceAll("\\", "/")}`, await readFile(path));
  }
  return files;
}

function withoutExpectation(
  files: ReadonlyMap<string, Buffer>,
  path: string,
  name: string,
): Pick<InvalidFixture, "expected" | "files"> {
  const lines = (files.get(path) ?? Buffer.from("")).toString().split("\n");
  return {
    expected: inEnvironment(name, lines),
    files: new Map([...files].filter(([other]) => other !== path)),
  };
}

function messagesAtTheStart(text: string): readonly string[] {
  const lines = text.split(/\r?\n/);
  const end = lines.findIndex((line) => !line.startsWith(expectation));
  return lines.slice(0, end === -1 ? lines.length : end).map((line) => line.slice(expectation.length));
}

function inEnvironment(name: string, lines: readonly string[]): readonly string[] {
  return lines.filter(Boolean).map((line) => `environments/${name}${line.startsWith(":") ? "" : "/"}${line}`);
}
