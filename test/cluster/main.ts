import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { startVitest } from "vitest/node";
import { $ } from "zx";
import { proofFile, readProofs, readRuns, suiteOf, type Proof, type SuiteRun } from "./proof.ts";
import { report } from "./report.ts";
import { moduleFiles, programs, quickPrograms, type Program } from "./tools/catalogue.ts";
import { provideFiles, provideProgram } from "./tools/build.ts";
import { preparePrerequisites } from "./tools/prerequisites.ts";
import { repositoryRoot } from "./tree.ts";

const usage = `npm run test:cluster [-- --quick] [-- [--write] SUITE...]

Runs the rendered trees against real programs: etcd, the API server, Kubernetes' controllers, KWOK nodes, Argo CD.
What is missing of them is built first (npm run test:cluster:tools). A run of all suites writes docs/proof.md.
  --quick   admission of every environment on the newest Kubernetes, the guide's refusals, one sync of production
  SUITE     only the suites whose file name contains one of these words
  --write   replaces what docs/proof.md says about these suites
`;

// With their folder: random-admission and random-sync, whose names end alike, take long.
const quickSuites = ["suites/admission.proof", "suites/guide.proof", "suites/sync.proof"];

const say = (line: string): void => void process.stderr.write(`${line}\n`);

const { values, positionals } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
  allowPositionals: true,
});
if (values.help) process.stdout.write(usage);
else process.exitCode = await main(values, positionals);

async function main(
  { quick, write }: { readonly quick: boolean; readonly write: boolean },
  suites: readonly string[],
): Promise<number> {
  if (!(await preparePrerequisites(say))) return 2;
  for (const program of programsOf(quick, suites)) await provideProgram(program, say);
  for (const files of Object.values(moduleFiles)) await provideFiles(files, say);
  const folder = await mkdtemp(join(tmpdir(), "cluster-proofs-"));
  const proofs = join(folder, "proofs");
  await writeFile(proofs, "");
  process.env[proofFile] = proofs;
  const failures = await runSuites(quick ? [...quickSuites, ...suites] : suites);
  // A test adds its claim when it has passed, and the page names those that have not.
  const isFull = !quick && suites.length === 0;
  if (isFull || write) await writeReport(readProofs(await readFile(proofs, "utf8")), failures, isFull);
  await rm(folder, { recursive: true });
  return [...failures.values()].every((names) => names.length === 0) ? 0 : 1;
}

/** What is built beforehand; single suites build what they need when they need it. */
function programsOf(quick: boolean, suites: readonly string[]): readonly Program[] {
  if (quick) return quickPrograms.map((name) => programs[name]);
  return suites.length === 0 ? Object.values(programs) : [];
}

/** Runs the suites and returns the names of the tests that failed, by suite. */
async function runSuites(wanted: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
  const config = join(repositoryRoot, "test", "cluster", "vitest.config.ts");
  const vitest = await startVitest("test", [...wanted], { config, root: repositoryRoot, watch: false });
  const modules = vitest.state.getTestModules();
  const failed = modules.map((module): readonly [string, readonly string[]] => {
    const tests = [...module.children.allTests("failed")].map(({ fullName }) => fullName);
    return [suiteOf(module.moduleId), tests.length > 0 || module.ok() ? tests : ["the suite itself"]];
  });
  const unhandled = vitest.state.getUnhandledErrors().map(String);
  await vitest.close();
  if (modules.length === 0) return new Map([["none", ["no suite was found"]]]);
  return new Map([...failed, ...(unhandled.length > 0 ? [["the run", unhandled] as const] : [])]);
}

async function writeReport(
  proofs: ReadonlyMap<string, readonly Proof[]>,
  failures: ReadonlyMap<string, readonly string[]>,
  isFull: boolean,
): Promise<void> {
  const { stdout: commit } = await $({ cwd: repositoryRoot, quiet: true })`git rev-parse --short HEAD`;
  const data = join(repositoryRoot, "docs", "proof.json");
  const earlier = isFull || !existsSync(data) ? {} : readRuns(await readFile(data, "utf8"));
  const now = [...failures].map(([suite, names]): readonly [string, SuiteRun] => [
    suite,
    {
      commit: commit.trim(),
      date: new Date().toISOString().slice(0, 10),
      failures: names,
      proofs: proofs.get(suite) ?? [],
    },
  ]);
  const runs = Object.fromEntries(
    [...new Map([...Object.entries(earlier), ...now])].toSorted(([one], [other]) => (one < other ? -1 : 1)),
  );
  await writeFile(data, `${JSON.stringify(runs, undefined, 2)}\n`);
  await writeFile(join(repositoryRoot, "docs", "proof.md"), report(runs));
}
