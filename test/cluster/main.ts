import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { $ } from "zx";
import { moduleFiles, programs, quickPrograms } from "./tools/catalogue.ts";
import { provideFiles, provideProgram } from "./tools/build.ts";
import { preparePrerequisites } from "./tools/prerequisites.ts";

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
  for (const program of quick ? quickPrograms.map((name) => programs[name]) : Object.values(programs))
    await provideProgram(program, say);
  for (const files of Object.values(moduleFiles)) await provideFiles(files, say);
  const root = fileURLToPath(new URL("../..", import.meta.url));
  const wanted = quick ? [...quickSuites, ...suites] : suites;
  const run = $({ cwd: root, stdio: "inherit", nothrow: true });
  const { exitCode } = await run`vitest run --config test/cluster/vitest.config.ts ${wanted}`;
  return exitCode === 0 ? 0 : 1;
}
