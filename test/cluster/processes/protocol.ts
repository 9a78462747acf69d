import { z } from "zod";

const programStart = z.object({
  name: z.string(),
  command: z.string(),
  arguments: z.array(z.string()).readonly(),
  environment: z.record(z.string(), z.string()).readonly(),
  cwd: z.string(),
  /** File that standard output and error are appended to. */
  log: z.string(),
});

/** How a program is started: what runs, where its output goes. */
export type ProgramStart = z.infer<typeof programStart>;

/** One line from the test to the guard. */
export const guardRequest = z.union([z.object({ start: programStart }), z.object({ stop: z.string() })]);
export type GuardRequest = z.infer<typeof guardRequest>;

/** One line from the guard to the test. */
export const guardEvent = z.union([
  z.object({ started: z.string(), pid: z.number() }),
  z.object({ ended: z.string(), how: z.string() }),
]);
export type GuardEvent = z.infer<typeof guardEvent>;
