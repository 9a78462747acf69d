/** One mistake in the input, with everything its reader needs to mend it. */
export interface Problem {
  /** Path of the file, relative to the repository, with `/` as separator. */
  readonly file: string;
  /** Line and column, both counted from 1; absent where a whole file is the problem. */
  readonly line?: number;
  readonly column?: number;
  /** Path of the value, such as `app.resources.limits.cpu`; absent where the file as a whole is the problem. */
  readonly path?: string;
  /** What is wrong and what would be right, in one sentence. */
  readonly message: string;
}

/** Mistakes in the input or the command line that their reader can mend: the command ends with exit code 2. */
export class InputError extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(formatProblem).join("\n"));
    this.name = "InputError";
    this.problems = problems;
  }
}

/** A mistake in how a command was called: the command ends with exit code 2. */
export class UsageError extends Error {
  override readonly name: string = "UsageError";
}

/** Returns `file:line:column: path: message`, leaving out what is not known. */
export function formatProblem({ file, line, column, path, message }: Problem): string {
  const position = line === undefined ? file : `${file}:${line}:${column ?? 1}`;
  return [position, ...(path ? [path] : []), message].join(": ");
}
