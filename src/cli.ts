import { enableCompileCache } from "node:module";
import { parseArgs } from "node:util";
import type { Command } from "./commands/command.ts";
import { InputError, UsageError } from "./errors.ts";

// Types are stripped once and not at every call: half of the time of a short command.
enableCompileCache();

// Only the command that is called is loaded: rendering brings hundreds of models, which a plan never needs.
const commands: ReadonlyMap<string, () => Promise<Command>> = new Map([
  ["render", async () => (await import("./commands/render.ts")).renderCommand],
  ["check", async () => (await import("./commands/check.ts")).check],
  ["images", async () => (await import("./commands/images.ts")).images],
  ["rules", async () => (await import("./commands/rules.ts")).rulesCommand],
  ["capacity", async () => (await import("./commands/capacity.ts")).capacityCommand],
  ["matrix", async () => (await import("./commands/matrix.ts")).matrix],
  ["release", async () => (await import("./commands/release/release.ts")).releaseCommand],
  ["promote", async () => (await import("./commands/release/promote.ts")).promoteCommand],
  ["rollback", async () => (await import("./commands/release/rollback.ts")).rollbackCommand],
  ["hold", async () => (await import("./commands/release/hold.ts")).holdCommand],
  ["unhold", async () => (await import("./commands/release/hold.ts")).unholdCommand],
  ["prove", async () => (await import("./commands/release/prove.ts")).proveCommand],
  ["gates", async () => (await import("./commands/gates.ts")).gatesCommand],
  ["plan", async () => (await import("./plan/plan.ts")).planCommand],
  ["endpoints", async () => (await import("./commands/endpoints.ts")).endpoints],
  ["end-of-life", async () => (await import("./commands/end-of-life.ts")).endOfLife],
  ["github", async () => (await import("./github/command.ts")).githubCommand],
]);

/** Exit codes of every command: fine, findings or a stale tree, wrong input or usage, a bug in this program. */
const exit = { usage: 2, bug: 3 } as const;

const now = (): number => Date.now();

const output = {
  print: (text: string) => console.log(text),
  warn: (text: string) => console.error(text),
};

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const expected = error instanceof InputError || error instanceof UsageError;
  output.warn(
    expected ? error.message : `this is a bug in the program, please report it:\n${describe(error)}`,
  );
  process.exitCode = expected ? exit.usage : exit.bug;
}

async function main([verb, ...rest]: readonly string[]): Promise<number> {
  const load = commands.get(verb ?? "");
  if (!load) throw new UsageError(`usage: node src/cli.ts <${[...commands.keys()].join("|")}> [--help]`);
  const command = await load();
  const options = { ...command.options, help: { type: "boolean" } } as const;
  const { values, positionals } = parse(rest, { ...command, options });
  if (values["help"] === true) {
    output.print(command.usage);
    return 0;
  }
  const named = command.positionals ?? [];
  if (positionals.length !== named.length)
    throw new UsageError(`expected ${named.join(" and ") || "options alone"}\n${command.usage}`);
  return command.run({ root: process.cwd(), options: values, positionals, output, now });
}

function parse(
  args: string[],
  { options, positionals, usage }: Pick<Command, "options" | "positionals" | "usage">,
): ReturnType<typeof parseArgs> {
  try {
    return parseArgs({ args, options, allowPositionals: positionals !== undefined });
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n${usage}`, {
      cause: error,
    });
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
