import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { $, which } from "zx";
import type { JsonObject } from "../../src/kubernetes/manifest.ts";
import { repository } from "../repository.ts";
import { startGitHub, type GitHub } from "./github.ts";
import { runJob, type JobResult } from "./job.ts";
import { makeOrigin, type Origin } from "./origin.ts";
import { writeProgram } from "./programs.ts";
import { readWorkflow } from "./workflow.ts";

/** Everything outside a job: GitHub's repository and API, and what the jobs leave behind. */
export interface World {
  readonly github: GitHub;
  readonly origin: Origin;
  /** Folder of the artifacts, by their names. */
  readonly artifacts: string;
  /** Folder with programs that stand before the machine's own. */
  readonly programs: string;
  /** File that names the images with a signature, one a line. */
  readonly signed: string;
  /** Runs a job of a workflow in a fresh clone. */
  readonly run: (workflow: string, job: string, contexts: JsonObject) => Promise<JobResult>;
  readonly stop: () => Promise<void>;
}

/** The one test that stands for all of them in the step that runs the tests. */
export const selectedTest = "src/kubernetes/pod-resources.test.ts";

/** Starts a world; what it holds lies in a temporary folder until it is stopped. */
export async function startWorld(): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), "workflows-"));
  const programs = join(folder, "programs");
  writeProgram(programs, "npm", await npm());
  const github = await startGitHub("datacraft/apg");
  const world: World = {
    github,
    origin: await makeOrigin(folder),
    artifacts: join(folder, "artifacts"),
    programs,
    signed: join(folder, "signed"),
    run: async (workflow, name, contexts) => {
      const job = readWorkflow(workflow).jobs[name];
      if (!job) throw new Error(`${workflow} has no job ${name}`);
      const place = await mkdtemp(join(folder, "job-"));
      return await runJob({ world, job, contexts, folder: place });
    },
    stop: async () => {
      await github.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
  await mkdir(world.artifacts);
  await writeFile(world.signed, "");
  return world;
}

/**
 * npm, but `npm ci` links what is installed here already, provided that the lock is the same, `npm test` runs one test
 * instead of all, and the longest scripts are only named.
 */
async function npm(): Promise<string> {
  const real = await which("npm");
  return `#!/bin/sh
set -e
case "$1" in
ci)
  cmp package-lock.json '${repository}/package-lock.json'
  exec ln -s '${repository}/node_modules' node_modules ;;
run)
  # Hours, and these very tests: only that they are started counts here.
  case "$2" in test:cluster|test:concurrent|test:workflows) exec echo "started $2" ;; esac ;;
test)
  exec '${real}' test -- '${selectedTest}' ;;
esac
exec '${real}' "$@"
`;
}

/** Runs git in a folder, for a test to look at what a job made. */
export async function gitIn(folder: string, ...args: readonly string[]): Promise<string> {
  return (await $({ cwd: folder, quiet: true })`git ${args}`).stdout.trim();
}
