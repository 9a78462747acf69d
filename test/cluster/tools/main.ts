import process from "node:process";
import { parseArgs } from "node:util";
import { moduleFiles, programs, quickPrograms } from "./catalogue.ts";
import { provideFiles, provideProgram } from "./build.ts";
import { preparePrerequisites } from "./prerequisites.ts";

const usage = `npm run test:cluster:tools [-- --quick]

Builds what the cluster tests run (etcd, Kubernetes, KWOK, kustomize, Argo CD) from the Go module proxy into the
user's cache folder, and copies the custom resource definitions there. What is there already is not built again.
  --quick   only what "npm run test:cluster -- --quick" needs
`;

const say = (line: string): void => void process.stderr.write(`${line}\n`);

const { values } = parseArgs({ options: { quick: { type: "boolean" }, help: { type: "boolean" } } });
if (values.help === true) process.stdout.write(usage);
else process.exitCode = await main(values.quick === true);

async function main(quick: boolean): Promise<number> {
  if (!(await preparePrerequisites(say))) return 2;
  const wanted = quick ? quickPrograms.map((name) => programs[name]) : Object.values(programs);
  for (const program of wanted)
    process.stdout.write(`${program.name} ${program.version}: ${await provideProgram(program, say)}\n`);
  for (const files of Object.values(moduleFiles))
    process.stdout.write(`${files.name}: ${await provideFiles(files, say)}\n`);
  return 0;
}
