import type { Output } from "../commands/command.ts";
import type { Runner } from "./runner.ts";

/** What a task of a workflow is called with. */
export interface TaskCall {
  /** Folder of the checkout. */
  readonly root: string;
  readonly runner: Runner;
  readonly output: Output;
  /** Returns the time, in milliseconds since 1970. */
  readonly now: () => number;
}

/** One step of a workflow; returns its exit code. */
export type Task = (call: TaskCall) => Promise<number>;
