import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { UsageError } from "../errors.ts";
import { newestMinor, oldestMinor } from "./argocd/settings.ts";
import { minorOf } from "./argocd/settings.ts";
import { computePlan } from "./compute.ts";
import { LimitError, limits } from "./read/limits.ts";
import { resolveSides } from "./read/sides.ts";
import { toJson } from "./report/json.ts";
import { toMarkdown } from "./report/markdown.ts";
import { schemaVersion, verdicts, type Plan, type Verdict } from "./report/model.ts";
import { toTerminal } from "./report/terminal.ts";

/** Where a command prints: results to one, messages to the other. */
export interface Output {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  /** Whether stdout shows colours, and how many columns it has. */
  readonly color: boolean;
  readonly width: number;
}

const formats = ["terminal", "markdown", "json"] as const;
type Format = (typeof formats)[number];
const failLevels = ["restarts", "data-loss", "refused"] as const;

/** What `--help` prints. */
export const planUsage = `npm run plan -- [--base REF|DIR] [--head REF|DIR] [--environment NAME] [--kubernetes 1.NN]
              [--format ${formats.join("|")}] [--output FILE] [--fail-on ${failLevels.join("|")}]

Says what the head will do to each cluster that the base describes: what the API server refuses, what is deleted,
which pods restart. Compares rendered/ and argocd/ of two commits or folders; never renders.

  --base         default: the merge base with the main branch
  --head         default: the working copy
                 a name with a slash, or of a folder, is a folder; git:NAME is always a commit
  --environment  only this one
  --kubernetes   minor version whose rules apply, 1.${oldestMinor} to 1.${newestMinor}; default: what the Application says
  --fail-on      exit with 1 when the verdict is this or worse (${verdicts.join(" < ")})

Exit codes: 0 computed, 1 the verdict reached --fail-on, 2 wrong usage or unreadable input, 3 a bug.
`;

/** Runs the command in a folder and returns its exit code. Throws a UsageError for arguments that make no sense. */
export function plan(args: readonly string[], cwd: string, output: Output): number {
  const options = parse(args);
  if (options.help) {
    output.stdout(planUsage);
    return 0;
  }
  const computed = compute(options, cwd);
  const text = print(computed, options.format, output);
  if (options.output === undefined) output.stdout(text);
  else writeFileSync(options.output, text);
  const reached =
    options.failOn !== undefined && verdicts.indexOf(computed.verdict) >= verdicts.indexOf(options.failOn);
  if (reached)
    output.stderr(`plan: the verdict is ${computed.verdict}, and --fail-on is ${options.failOn}\n`);
  return reached ? 1 : 0;
}

function compute(options: Options, cwd: string): Plan {
  try {
    const sides = resolveSides({ base: options.base, head: options.head, cwd }, limits);
    const texts = options.format === "json";
    const computed = computePlan(
      sides,
      { environment: options.environment, minor: options.minor, texts },
      limits,
    );
    if (options.environment !== undefined && computed.environments.length === 0) {
      throw new UsageError(
        `--environment ${options.environment}: neither side has an environment of this name`,
      );
    }
    return computed;
  } catch (error) {
    if (error instanceof LimitError) return unreadable(options, error.message);
    throw error;
  }
}

// A tree beyond the limits has no effects that could be listed, but it has a verdict.
function unreadable({ base, head }: Options, reason: string): Plan {
  const totals = { refused: 0, deleted: 0, recreated: 0, rolls: 0, live: 0, created: 0, "no-effect-yet": 0 };
  const nothing = {
    permissions: [],
    configuration: [],
    images: [],
    alerts: [],
    certificates: [],
    secrets: [],
    hooks: [],
  };
  return {
    schemaVersion,
    base: base ?? "(default)",
    head: head ?? "working copy",
    kubernetes: [],
    verdict: "refused",
    totals,
    environments: [],
    effects: [],
    ...nothing,
    pipeline: { changed: 0, renderedChanged: false },
    objects: [],
    omitted: [{ environment: "(all)", what: "the trees", reason }],
  };
}

function print(computed: Plan, format: Format, { color, width }: Output): string {
  switch (format) {
    case "terminal":
      return toTerminal(computed, { color, width });
    case "markdown":
      return toMarkdown(computed);
    case "json":
      return toJson(computed);
  }
}

interface Options {
  readonly help: boolean;
  readonly base: string | undefined;
  readonly head: string | undefined;
  readonly environment: string | undefined;
  readonly minor: number | undefined;
  readonly format: Format;
  readonly output: string | undefined;
  readonly failOn: Verdict | undefined;
}

function parse(args: readonly string[]): Options {
  const text = { type: "string" } as const;
  const options = {
    base: text,
    head: text,
    environment: text,
    kubernetes: text,
    format: text,
    output: text,
    "fail-on": text,
  } as const;
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { ...options, help: { type: "boolean" } },
      strict: true,
      allowPositionals: false,
    });
    return {
      help: values.help ?? false,
      base: values.base,
      head: values.head,
      environment: values.environment,
      minor: parseMinor(values.kubernetes),
      format: oneOf("--format", values.format ?? "terminal", formats),
      output: values.output,
      failOn: values["fail-on"] === undefined ? undefined : oneOf("--fail-on", values["fail-on"], failLevels),
    };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function parseMinor(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const minor = minorOf(value);
  if (minor !== undefined && minor >= oldestMinor && minor <= newestMinor) return minor;
  throw new UsageError(
    `--kubernetes ${value}: a version from 1.${oldestMinor} to 1.${newestMinor} is known here`,
  );
}

function oneOf<Value extends string>(flag: string, value: string, allowed: readonly Value[]): Value {
  const found = allowed.find((one) => one === value);
  if (found === undefined) throw new UsageError(`${flag} ${value}: must be one of ${allowed.join(", ")}`);
  return found;
}
