import { z } from "zod";
import type { Head } from "./pull-request.ts";

/** Commit, as GitHub writes it. */
export const sha = z.stringFormat("commit", /^[0-9a-f]{40}$/);

/** The payload of `workflow_run`, as far as it is used. */
const workflowRun = z.object({
  action: z.enum(["requested", "in_progress", "completed"]),
  workflow_run: z.object({
    run_number: z.int().positive(),
    run_attempt: z.int().positive(),
    html_url: z.url(),
    head_sha: sha,
    head_branch: z.string(),
    head_repository: z.object({ full_name: z.string() }),
  }),
});

/** The run that caused this one. */
export interface CausingRun {
  readonly head: Head;
  readonly url: string;
  /**
   * Its place among the runs of its workflow: number, attempt, and whether it had ended. GitHub may handle events in
   * another order than they happened.
   */
  readonly order: readonly [number, number, number];
}

/** Returns the run that a `workflow_run` event tells of. */
export function causingRun(event: unknown): CausingRun {
  const { action, workflow_run: run } = workflowRun.parse(event);
  return {
    head: { repository: run.head_repository.full_name, branch: run.head_branch, sha: run.head_sha },
    url: run.html_url,
    order: [run.run_number, run.run_attempt, action === "completed" ? 1 : 0],
  };
}

/** Whether a run comes before another. */
export function isBefore(order: readonly number[], other: readonly number[]): boolean {
  const index = order.findIndex((part, place) => part !== other[place]);
  return index !== -1 && (order[index] ?? 0) < (other[index] ?? 0);
}
