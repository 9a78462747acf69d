import { appendFileSync, readFileSync } from "node:fs";
import process from "node:process";
import { z } from "zod";
import { UsageError } from "../errors.ts";

/** What GitHub tells a step by its environment; https://docs.github.com/actions/reference/variables-reference */
export interface Runner {
  readonly apiUrl: string;
  readonly repository: string;
  /** Empty for a step that needs no rights. */
  readonly token: string;
  /** Name of the event, such as `workflow_run`, and its payload. */
  readonly eventName: string;
  readonly event: unknown;
  /** Address of the run that this step belongs to. */
  readonly runUrl: string;
  /** Returns a variable that the workflow sets for the step; throws a UsageError where it is missing. */
  readonly input: (name: string) => string;
  /** Hands a value to later steps. Throws a UsageError for text of several lines: it could set other outputs. */
  readonly setOutput: (name: string, value: string) => void;
  /** Adds Markdown to the page of the run. */
  readonly summarize: (markdown: string) => void;
}

/** Returns what GitHub says of the run. Throws a UsageError outside a workflow. */
export function runner(environment: NodeJS.ProcessEnv = process.env): Runner {
  const input = (name: string): string => {
    const value = environment[name];
    if (value === undefined || value === "")
      throw new UsageError(`${name} is not set: this runs in a workflow`);
    return value;
  };
  return {
    apiUrl: input("GITHUB_API_URL"),
    repository: z.stringFormat("repository", /^[\w.-]+\/[\w.-]+$/).parse(input("GITHUB_REPOSITORY")),
    token: environment["GITHUB_TOKEN"] ?? "",
    eventName: input("GITHUB_EVENT_NAME"),
    event: JSON.parse(readFileSync(input("GITHUB_EVENT_PATH"), "utf8")),
    runUrl: `${input("GITHUB_SERVER_URL")}/${input("GITHUB_REPOSITORY")}/actions/runs/${input("GITHUB_RUN_ID")}`,
    input,
    setOutput: (name, value) => {
      if (/[\r\n]/.test(value)) throw new UsageError(`the output ${name} has more than one line`);
      appendFileSync(input("GITHUB_OUTPUT"), `${name}=${value}\n`);
    },
    summarize: (markdown) => appendFileSync(input("GITHUB_STEP_SUMMARY"), `${markdown}\n`),
  };
}
