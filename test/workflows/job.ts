import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { $ } from "zx";
import { asObject, type Json, type JsonObject } from "../../src/kubernetes/manifest.ts";
import { cacheRoot } from "../cluster/tools/cache.ts";
import { actions } from "./actions.ts";
import { interpolate, isWanted, type Status } from "./expressions.ts";
import type { World } from "./world.ts";
import type { Job, Step } from "./workflow.ts";

/** What happened in a step. */
export interface StepResult {
  readonly name: string;
  readonly outcome: "success" | "failure" | "skipped";
  /** Everything that it printed. */
  readonly log: string;
}

/** What happened in a job. */
export interface JobResult {
  readonly conclusion: "success" | "failure" | "skipped";
  readonly steps: readonly StepResult[];
  readonly outputs: Readonly<Record<string, string>>;
  /** Markdown on the page of the run. */
  readonly summary: string;
  /** Folder of the checkout. */
  readonly workspace: string;
}

/** What a job is run with, as GitHub would give it. */
export interface JobCall {
  readonly world: World;
  readonly job: Job;
  /** The contexts besides those that the steps make: github, inputs, vars, secrets, needs. */
  readonly contexts: JsonObject;
  /** Folder for this job's files; it does not exist yet. */
  readonly folder: string;
}

/** Runs a job's steps one after the other in a fresh folder, as GitHub's runner does. */
export async function runJob(call: JobCall): Promise<JobResult> {
  const { world, job, folder } = call;
  const workspace = join(folder, "workspace");
  mkdirSync(workspace, { recursive: true });
  const files = prepareFiles(folder);
  const token = world.github.issue({ permissions: job.permissions, login: "github-actions[bot]" });
  const github = { ...asObject(call.contexts["github"]), token, workspace };
  const base: JsonObject = { vars: {}, secrets: {}, inputs: {}, needs: {}, ...call.contexts, github };
  const skipped = { conclusion: "skipped", steps: [], outputs: {}, summary: "", workspace } as const;
  if (!isWanted(job.if, base, "success")) return skipped;

  const results: StepResult[] = [];
  const steps: Record<string, JsonObject> = {};
  let status: Status = "success";
  for (const step of job.steps) {
    const contexts: JsonObject = {
      ...base,
      steps,
      job: { status },
      runner: { os: "Linux", temp: folder },
      env: job.env,
    };
    const result: Ran = isWanted(step.if, contexts, status)
      ? await runStep({ call, step, contexts, status, files, workspace })
      : { outcome: "skipped", log: "", outputs: {} };
    if (result.outcome === "failure") status = "failure";
    results.push({ name: step.name, outcome: result.outcome, log: result.log });
    if (step.id !== undefined)
      steps[step.id] = { outcome: result.outcome, conclusion: result.outcome, outputs: result.outputs };
  }
  const contexts: JsonObject = { ...base, steps };
  const outputs = Object.entries(job.outputs).map(
    ([name, value]) => [name, interpolate(value, contexts)] as const,
  );
  return {
    conclusion: status === "success" ? "success" : "failure",
    steps: results,
    outputs: Object.fromEntries(outputs),
    summary: readFileSync(files.summary, "utf8"),
    workspace,
  };
}

interface Ran {
  readonly outcome: StepResult["outcome"];
  readonly log: string;
  readonly outputs: Readonly<Record<string, string>>;
}

interface StepCall {
  readonly call: JobCall;
  readonly step: Step;
  readonly contexts: JsonObject;
  readonly status: Status;
  readonly files: ReturnType<typeof prepareFiles>;
  readonly workspace: string;
}

async function runStep({ call, step, contexts, status, files, workspace }: StepCall): Promise<Ran> {
  const fill = (values: Readonly<Record<string, string>>): Record<string, string> =>
    Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, interpolate(value, contexts, status)]),
    );
  const github = asObject(contexts["github"]);
  const environment = {
    ...variables(call, github, files),
    ...fill(call.job.env),
    ...fill(step.env),
    PATH: [
      ...readFileSync(files.path, "utf8").split("\n").filter(Boolean).toReversed(),
      call.world.programs,
      process.env["PATH"] ?? "",
    ].join(":"),
  };
  if (step.uses !== undefined) {
    const name = step.uses.replace(/@.*/, "");
    const action = actions.get(name);
    if (!action) throw new Error(`${name}: no test stands for this action`);
    try {
      const outputs = await action({
        world: call.world,
        inputs: fill(step.with),
        contexts,
        workspace,
        pathFile: files.path,
      });
      return { outcome: "success", log: "", outputs };
    } catch (error) {
      return { outcome: "failure", log: String(error), outputs: {} };
    }
  }
  writeFileSync(files.output, "");
  const script = join(call.folder, "step.sh");
  writeFileSync(script, interpolate(step.run ?? "", contexts, status));
  // As GitHub starts bash: with pipefail where the workflow names the shell.
  const options = call.job.defaults === undefined ? ["-e"] : ["--noprofile", "--norc", "-eo", "pipefail"];
  const { exitCode, stdall } = await $({
    cwd: workspace,
    env: environment,
    quiet: true,
    nothrow: true,
  })`bash ${options} ${script}`;
  return { outcome: exitCode === 0 ? "success" : "failure", log: stdall, outputs: readOutputs(files.output) };
}

function variables(
  { world, job }: JobCall,
  github: JsonObject,
  files: ReturnType<typeof prepareFiles>,
): Record<string, string> {
  const text = (name: string): string => {
    const value = github[name];
    return typeof value === "string" ? value : "";
  };
  return {
    HOME: files.home,
    // The programs that the tests build are this user's: a new home would build Go's and the backups' in each job.
    XDG_CACHE_HOME: dirname(cacheRoot()),
    LANG: "C.UTF-8",
    CI: "true",
    GITHUB_ACTIONS: "true",
    GITHUB_API_URL: world.github.url,
    GITHUB_SERVER_URL: "https://github.com",
    GITHUB_REPOSITORY: world.github.repository,
    GITHUB_EVENT_NAME: text("event_name"),
    GITHUB_EVENT_PATH: writeEvent(files.event, github["event"]),
    GITHUB_SHA: text("sha"),
    GITHUB_REF: text("ref"),
    GITHUB_RUN_ID: text("run_id"),
    GITHUB_JOB: job.name,
    GITHUB_WORKSPACE: text("workspace"),
    GITHUB_OUTPUT: files.output,
    GITHUB_PATH: files.path,
    GITHUB_STEP_SUMMARY: files.summary,
  };
}

function prepareFiles(
  folder: string,
): Readonly<Record<"output" | "path" | "summary" | "event" | "home", string>> {
  const files = {
    output: join(folder, "output"),
    path: join(folder, "path"),
    summary: join(folder, "summary.md"),
    event: join(folder, "event.json"),
    home: join(folder, "home"),
  };
  mkdirSync(files.home);
  for (const file of [files.output, files.path, files.summary]) appendFileSync(file, "");
  return files;
}

function writeEvent(path: string, event: Json | undefined): string {
  writeFileSync(path, JSON.stringify(event ?? {}));
  return path;
}

function readOutputs(path: string): Record<string, string> {
  const lines = readFileSync(path, "utf8").split("\n").filter(Boolean);
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
  );
}
