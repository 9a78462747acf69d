import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { formatProblem, InputError, type Problem } from "../src/errors.ts";
import { readEnvironments } from "../src/values/load.ts";
import {
  readBaseFixtures,
  readFileFixtures,
  readFolderFixtures,
  readTree,
  writeTree,
  type InvalidFixture,
} from "./invalid-fixtures.ts";
import { completeBase, goodRelease, schemas } from "./real-values.ts";

// The base of every fixture is complete, so that each holds nothing but its mistake.
const base = await completeBase();
const good = { values: "{}\n", release: goodRelease };

const inEnvironments: readonly InvalidFixture[] = [
  ...(await readFileFixtures("values", good)),
  ...(await readFileFixtures("release", good)),
  ...(await readFolderFixtures()),
];
const inBase = await readBaseFixtures();

const cli = join(import.meta.dirname, "../src/cli.ts");

let root = "";
let before: ReadonlyMap<string, Buffer> = new Map();
let problems: readonly Problem[] = [];

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "invalid-"));
  await writeTree(root, new Map([["base/values.yaml", base]]));
  for (const { files } of inEnvironments) await writeTree(root, files);
  // What an earlier render left must stay as it is, too.
  await writeTree(root, new Map([["rendered/production/kustomization.yaml", "stale\n"]]));
  before = await readTree(root, "");
  problems = await problemsOf(root);
});

afterAll(async () => rm(root, { recursive: true }));

async function problemsOf(repository: string): Promise<readonly Problem[]> {
  const error: unknown = await readEnvironments(repository, { schemas }).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof InputError)) throw new Error("expected an InputError", { cause: error });
  return error.problems;
}

interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(
  program: string,
  args: readonly string[],
  options: { readonly cwd: string },
): Promise<Outcome> {
  const child = spawn(program, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close"),
  ]);
  return { code: typeof code === "number" ? code : null, stdout, stderr };
}

test("there are enough fixtures, each with a message of its own", () => {
  expect(inEnvironments.length).toBeGreaterThanOrEqual(100);
  expect([...inEnvironments, ...inBase].filter(({ expected }) => expected.length === 0)).toStrictEqual([]);
});

// All fixtures lie in one repository, as environments: that each finds its messages proves that all are reported at once.
test.for(inEnvironments)("$name is refused with its messages and no others", ({ name, expected }) => {
  const folder = `environments/${name}`;
  const found = problems.filter(({ file }) => file === folder || file.startsWith(`${folder}/`));
  expect(found.map(formatProblem)).toStrictEqual(expected);
});

test("nothing but the fixtures is reported", () => {
  const expected = inEnvironments.flatMap((fixture) => fixture.expected).toSorted();
  expect(problems.map(formatProblem).toSorted()).toStrictEqual(expected);
});

test.for(["render", "check"])(
  "%s ends with exit code 2 and every message, and changes nothing",
  async (verb) => {
    const { code, stdout, stderr } = await run(process.execPath, [cli, verb], { cwd: root });
    expect({ code, stdout }).toStrictEqual({ code: 2, stdout: "" });
    expect(stderr).toBe(`${problems.map(formatProblem).join("\n")}\n`);
    expect(await readTree(root, "")).toStrictEqual(before);
  },
);

test.for(inBase)("base: $name is refused with its messages and no others", async ({ expected, files }) => {
  const repository = await mkdtemp(join(tmpdir(), "invalid-base-"));
  try {
    await writeTree(repository, new Map([["base/values.yaml", base]]));
    await writeTree(repository, files);
    await writeTree(
      repository,
      new Map(Object.entries(good).map(([kind, content]) => [`environments/one/${kind}.yaml`, content])),
    );
    const untouched = await readTree(repository, "");
    expect((await problemsOf(repository)).map(formatProblem)).toStrictEqual(expected);
    expect(await readTree(repository, "")).toStrictEqual(untouched);
  } finally {
    await rm(repository, { recursive: true });
  }
});
