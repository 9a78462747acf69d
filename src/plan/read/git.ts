import { execFile, spawnSync } from "node:child_process";
import { InputError, UsageError } from "../../errors.ts";
import { LimitError } from "./limits.ts";

// What the plan says must depend on the objects alone: no replace refs or grafts, no configuration of whoever runs it,
// no fetch of missing objects in the middle of reading, and no question at a terminal.
const settings = ["-c", "protocol.allow=never", "-c", "core.fsmonitor=false", "-c", "core.quotePath=false"];
const surroundings = {
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_GRAFT_FILE: "/dev/null",
  GIT_NO_LAZY_FETCH: "1",
  GIT_NO_REPLACE_OBJECTS: "1",
  GIT_OPTIONAL_LOCKS: "0",
  GIT_TERMINAL_PROMPT: "0",
  LC_ALL: "C",
};

/** Runs git and returns the bytes of its output, at most 1 GiB or as said, or undefined where it failed. */
export type Git = (args: readonly string[], input?: string, most?: number) => Buffer | undefined;
/** The same without waiting: a plan asks for much that does not depend on each other. */
export type SoonGit = (args: readonly string[], input?: string, most?: number) => Promise<Buffer | undefined>;

interface Invocation {
  readonly before: readonly string[];
  readonly options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv; readonly maxBuffer: number };
}

function invocationIn(root: string): Invocation {
  return {
    // safe.directory: with the user's configuration shut out, a checkout that belongs to another user (a container's
    // mount) would be refused; only commands that read objects are run here.
    before: [...settings, "-c", `safe.directory=${root}`],
    options: { cwd: root, env: { PATH: process.env["PATH"], ...surroundings }, maxBuffer: 2 ** 30 },
  };
}

/** Returns a function that runs git in the folder with nothing of the user's surroundings. */
export function gitIn(root: string): Git {
  const { before, options } = invocationIn(root);
  return (args, input = "", most = options.maxBuffer) => {
    const { status, stdout, error } = spawnSync("git", [...before, ...args], {
      ...options,
      input,
      maxBuffer: most,
    });
    if (error) throw failure(args, error, most);
    return status === 0 ? stdout : undefined;
  };
}

/** Returns a function that starts git in the folder as `gitIn` does, and answers when it has ended. */
export function soonGitIn(root: string): SoonGit {
  const { before, options } = invocationIn(root);
  return (args, input, most = options.maxBuffer) =>
    new Promise((resolve, reject) => {
      const how = { ...options, maxBuffer: most, encoding: "buffer" } as const;
      const { stdin } = execFile("git", [...before, ...args], how, (error, stdout) => {
        // A number is git's own exit code; anything else says that git was not run to its end.
        if (error !== null && typeof error.code !== "number") reject(failure(args, error, most));
        else resolve(error === null ? stdout : undefined);
      });
      // Where git ends before it has read everything, its exit code says so.
      stdin?.on("error", () => undefined);
      if (input === undefined) stdin?.end();
      else stdin?.end(input);
    });
}

// What Node.js calls an answer that is longer than may be read, where it waits for it and where it does not.
const tooLong = new Set<unknown>(["ENOBUFS", "ERR_CHILD_PROCESS_STDIO_MAXBUFFER"]);

function failure([verb = ""]: readonly string[], cause: Error, most: number): Error {
  if ("code" in cause && tooLong.has(cause.code))
    return new LimitError(`git ${verb}: its answer has more than ${most} bytes, they are not read`);
  // Without git nothing can be read at all: that is the machine's to mend, not a limit of the plan.
  if ("code" in cause && cause.code === "ENOENT")
    return new InputError([{ file: "git", message: "is not on the PATH; install it" }]);
  return new LimitError(`git ${verb}: ${cause.message}`, { cause });
}

/** Returns the text of what git answers without the last line end, or undefined where it failed. */
export async function gitText(git: SoonGit, args: readonly string[]): Promise<string | undefined> {
  return (await git(args))?.toString("utf8").trimEnd();
}

/** Returns the paths that git answers, which have to be asked for by `-z`. */
export async function gitPaths(git: SoonGit, args: readonly string[]): Promise<readonly string[]> {
  return pathsIn(await git(args));
}

function pathsIn(answer: Buffer | undefined): readonly string[] {
  return (answer ?? Buffer.alloc(0)).toString("utf8").split("\0").filter(Boolean);
}

const verify = (name: string): readonly string[] => [
  "rev-parse",
  "--verify",
  "--quiet",
  "--end-of-options",
  `${name}^{commit}`,
];

function verified(name: string, found: string | undefined): string {
  if (found === undefined) throw new UsageError(`${name}: neither a folder nor a commit that git knows here`);
  return found;
}

/** Returns the full id of the commit that the name stands for. Throws a UsageError where there is none. */
export function commitOf(git: Git, name: string): string {
  return verified(name, git(verify(name))?.toString("utf8").trimEnd());
}

/** As `commitOf`, without waiting; rejects with a UsageError. */
export async function soonCommitOf(git: SoonGit, name: string): Promise<string> {
  return verified(name, await gitText(git, verify(name)));
}

/** Two commits, and the folders in which they are compared. */
interface Comparison {
  readonly base: string;
  readonly head: string;
  readonly below: readonly string[];
}

const compare = ({ base, head, below }: Comparison): readonly string[] => [
  "diff-tree",
  "-r",
  "-z",
  "--no-renames",
  "--name-only",
  base,
  head,
  "--",
  ...below,
];

/** Returns the paths that differ between two commits below the folders; a rename is two paths. */
export function changedPaths(git: Git, comparison: Comparison): readonly string[] {
  return pathsIn(git(compare(comparison)));
}

/** As `changedPaths`, without waiting. */
export function soonChangedPaths(git: SoonGit, comparison: Comparison): Promise<readonly string[]> {
  return gitPaths(git, compare(comparison));
}
