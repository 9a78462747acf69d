import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { startVitest } from "vitest/node";
import { $ } from "zx";
import { proofFile, readProofs } from "./proof.ts";
import { report } from "./report.ts";
import { moduleFiles, programs, quickPrograms, type Program } from "./tools/catalogue.ts";
import { provideFiles, provideProgram } from "./tools/build.ts";
import { preparePrerequisites } from "./tools/prerequisites.ts";
import { repositoryRoot } from "./tree.ts";

const usage = `npm run test:cluster [-- --quick] [-- SUITE...]

Runs the rendered trees against real programs: etcd, the API server, Kubernetes' controllers, KWOK nodes, Argo CD.
What is missing of them is built first (npm run test:cluster:tools).
  --quick   admission of every environment on the newest Kubernetes, the guide's refusals, one sync of production
  SUITE     only the suites whose file name contains one of these words
`;

const quickSuites = ["admission.proof", "guide.proof", "sync.proof"];

const say = (line: string): void => void process.stderr.write(`${line}\n`);

const { values, positionals } = parseArgs({
  options: { quick: { type: "boolean", default: false }, help: { type: "boolean", default: false } },
  allowPositionals: true,
});
if (values.help) process.stdout.write(usage);
else process.exitCode = await main(values.quick, positionals);

async function main(quick: boolean, suites: readonly string[]): Promise<number> {
  if (!(await preparePrerequisites(say))) return 2;
  for (const program of programsOf(quick, suites)) await provideProgram(program, say);
  for (const files of Object.values(moduleFiles)) await provideFiles(files, say);
  const wanted = quick ? [...quickSuites, ...suites] : suites;
  const folder = await mkdtemp(join(tmpdir(), "cluster-proofs-"));
  const proofs = join(folder, "proofs");
  await writeFile(proofs, "");
  process.env[proofFile] = proofs;
  const failures = await runSuites(wanted);
  // Only a full run tells what holds. A test adds its claim when it has passed, and the page names those that have not.
  if (wanted.length === 0) await writeReport(await readFile(proofs, "utf8"), failures);
  await rm(folder, { recursive: true });
  return failures.length === 0 ? 0 : 1;
}

/** What is built beforehand; single suites build what they need when they need it. */
function programsOf(quick: boolean, suites: readonly string[]): readonly Program[] {
  if (quick) return quickPrograms.map((name) => programs[name]);
  return suites.length === 0 ? Object.values(programs) : [];
}

/** Runs the suites and returns the names of the tests and files that failed. */
async function runSuites(wanted: readonly string[]): Promise<readonly string[]> {
  const config = join(repositoryRoot, "test", "cluster", "vitest.config.ts");
  const vitest = await startVitest("test", [...wanted], { config, root: repositoryRoot, watch: false });
  const modules = vitest.state.getTestModules();
  const failed = modules.flatMap((module) => {
    const tests = [...module.children.allTests("failed")].map(({ fullName }) => fullName);
    return tests.length > 0 || module.ok() ? tests : [basename(module.moduleId)];
  });
  const unhandled = vitest.state.getUnhandledErrors().map(String);
  await vitest.close();
  return modules.length === 0 ? ["no suite was found"] : [...failed, ...unhandled];
}

async function writeReport(proofs: string, failures: readonly string[]): Promise<void> {
  const { stdout: commit } = await $({ cwd: repositoryRoot, quiet: true })`git rev-parse --short HEAD`;
  const date = new Date().toISOString().slice(0, 10);
  await writeFile(
    join(repositoryRoot, "docs", "proof.md"),
    report(readProofs(proofs), { commit: commit.trim(), date, failures }),
  );
}
