import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { oneOf, textOption, type Call, type Command } from "../commands/command.ts";
import { UsageError } from "../errors.ts";
import { minorOf, newestMinor, oldestMinor } from "./argocd/settings.ts";
import { computePlan } from "./compute.ts";
import { LimitError, limits } from "./read/limits.ts";
import { resolveSides } from "./read/sides.ts";
import { toHtml } from "./report/html/page.ts";
import { toJson } from "./report/json.ts";
import { toMarkdown } from "./report/markdown.ts";
import { schemaVersion, verdicts, type Plan, type Verdict } from "./report/model.ts";
import { toTerminal } from "./report/terminal.ts";
import { within } from "./within.ts";

const formats = ["terminal", "markdown", "json", "html"] as const;
type Format = (typeof formats)[number];
const failLevels = ["restarts", "data-loss", "refused"] as const;
const text = { type: "string" } as const;

/** Says what the head will do to each cluster that the base describes; see docs/plan.md. */
export const planCommand: Command = {
  usage: `usage: npm run plan -- [--base REF|DIR] [--head REF|DIR] [--environment NAME] [--kubernetes 1.NN]
                       [--format ${formats.join("|")}] [--output FILE]
                       [--fail-on ${failLevels.join("|")}]

Says what the head will do to each cluster that the base describes: what the API server refuses, what is deleted,
which pods restart. Compares rendered/ and argocd/ of two commits or folders; never renders.

  --base         default: the merge base with the main branch
  --head         default: the working copy
                 a name with a slash, or of a folder, is a folder; git:NAME is always a commit
  --environment  only this one
  --kubernetes   minor version whose rules apply, 1.${oldestMinor} to 1.${newestMinor}; default: what the Application says
  --fail-on      end with 1 when the verdict is this or worse (${verdicts.join(" < ")})`,
  options: {
    base: text,
    head: text,
    environment: text,
    kubernetes: text,
    format: text,
    output: text,
    "fail-on": text,
  },
  run,
};

async function run(call: Call): Promise<number> {
  const options = parse(call);
  const start = Date.now();
  const { computed, page } = limited(options, await compute(options, call.root), start);
  // The command line adds the last line end itself.
  if (options.output === undefined) call.output.print(page.trimEnd());
  else writeFileSync(resolve(call.root, options.output), page);
  const reached =
    options.failOn !== undefined && verdicts.indexOf(computed.verdict) >= verdicts.indexOf(options.failOn);
  if (reached) call.output.warn(`the verdict is ${computed.verdict}, and --fail-on is ${options.failOn}`);
  return reached ? 1 : 0;
}

// Printing is part of the time, and a page that is never finished is no pass.
function limited(
  options: Options,
  computed: Plan,
  start: number,
): { readonly computed: Plan; readonly page: string } {
  try {
    const left = limits.time - (Date.now() - start);
    return { computed, page: within(left, () => print(computed, options.format)) };
  } catch (error) {
    if (!(error instanceof LimitError)) throw error;
    const plan = unreadable(options, error.message);
    return { computed: plan, page: print(plan, options.format) };
  }
}

async function compute(options: Options, cwd: string): Promise<Plan> {
  try {
    const sides = await resolveSides({ base: options.base, head: options.head, cwd }, limits);
    const texts = options.format === "json" || options.format === "html";
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
    capacity: [],
    network: [],
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

function print(computed: Plan, format: Format): string {
  switch (format) {
    case "terminal":
      return toTerminal(computed, {
        // https://no-color.org: set and not empty.
        color: process.stdout.isTTY && !process.env["NO_COLOR"],
        width: process.stdout.isTTY ? process.stdout.columns : 120,
      });
    case "markdown":
      return toMarkdown(computed);
    case "json":
      return toJson(computed);
    case "html":
      return toHtml(computed);
  }
}

interface Options {
  readonly base: string | undefined;
  readonly head: string | undefined;
  readonly environment: string | undefined;
  readonly minor: number | undefined;
  readonly format: Format;
  readonly output: string | undefined;
  readonly failOn: Verdict | undefined;
}

function parse(call: Call): Options {
  const failOn = textOption(call, "fail-on");
  return {
    base: textOption(call, "base"),
    head: textOption(call, "head"),
    environment: textOption(call, "environment"),
    minor: parseMinor(textOption(call, "kubernetes")),
    format: oneOf("--format", textOption(call, "format") ?? "terminal", formats),
    output: textOption(call, "output"),
    failOn: failOn === undefined ? undefined : oneOf("--fail-on", failOn, failLevels),
  };
}

function parseMinor(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const minor = minorOf(value);
  if (minor !== undefined && minor >= oldestMinor && minor <= newestMinor) return minor;
  throw new UsageError(
    `--kubernetes ${value}: a version from 1.${oldestMinor} to 1.${newestMinor} is known here`,
  );
}
