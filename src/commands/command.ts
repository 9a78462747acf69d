import type { ParseArgsOptionsConfig } from "node:util";
import { UsageError } from "../errors.ts";

/** Where a command's results and messages go. */
export interface Output {
  /** Prints a result, on standard output. */
  readonly print: (text: string) => void;
  /** Prints a message, on standard error. */
  readonly warn: (text: string) => void;
}

/** What a command is called with. */
export interface Call {
  /** Folder of the repository. */
  readonly root: string;
  readonly options: Readonly<Record<string, unknown>>;
  /** As many as the command names. */
  readonly positionals: readonly string[];
  readonly output: Output;
  /** Returns the time, in milliseconds since 1970: only what ends or lasts asks for it. */
  readonly now: () => number;
}

/** One verb of the command line. */
export interface Command {
  /** Printed for --help, and after a mistake in the options. */
  readonly usage: string;
  readonly options: ParseArgsOptionsConfig;
  /** What stands on the command line without a name, in its order; absent: nothing. */
  readonly positionals?: readonly string[];
  /** Returns the exit code: 0 fine, 1 findings or a stale tree. Throws InputError or UsageError for 2. */
  readonly run: (call: Call) => Promise<number>;
}

/** Option that limits a command to one environment. */
export const environmentOption = { environment: { type: "string" } } as const;

/** Returns the value of a text option, or undefined where it was not given. */
export function textOption({ options }: Pick<Call, "options">, name: string): string | undefined {
  const value = options[name];
  return typeof value === "string" ? value : undefined;
}

/** Returns the value where it is one of those allowed; throws a UsageError that names the flag and all of them. */
export function oneOf<Value extends string>(flag: string, value: string, allowed: readonly Value[]): Value {
  const found = allowed.find((one) => one === value);
  if (found === undefined) throw new UsageError(`${flag} ${value}: must be one of ${allowed.join(", ")}`);
  return found;
}
