import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Task } from "./task.ts";

/** Bytes of a summary, below GitHub's 1 MiB a step. */
const mostBytes = 1_000_000;

/** Shows the text of the file that FILE names, whole, on the page of the run. */
export const summary: Task = ({ root, runner }) => {
  runner.summarize(fenced(readFileSync(resolve(root, runner.input("FILE")), "utf8"), mostBytes));
  return Promise.resolve(0);
};

/**
 * Returns text in a Markdown fence that is longer than any run of backticks in it, so that nothing in it is read as
 * Markdown; cut after a line where it is longer than the limit, and then says so.
 */
export function fenced(text: string, limit: number): string {
  const runs = text.match(/`+/g) ?? [];
  const fence = "`".repeat(Math.max(3, ...runs.map((run) => run.length + 1)));
  const kept: string[] = [];
  let bytes = 0;
  const lines = text.trimEnd().split("\n");
  for (const line of lines) {
    bytes += Buffer.byteLength(line) + 1;
    if (bytes > limit) break;
    kept.push(line);
  }
  const left = lines.length - kept.length;
  return [fence, ...kept, fence, ...(left > 0 ? ["", `${left} more lines are in the artifact.`] : [])].join(
    "\n",
  );
}
