import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { repository } from "../repository.ts";

const texts = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String));

const step = z.strictObject({
  name: z.string(),
  id: z.string().optional(),
  if: z.union([z.string(), z.boolean()]).transform(String).optional(),
  uses: z.string().optional(),
  with: texts.default({}),
  run: z.string().optional(),
  env: texts.default({}),
});

const job = z.strictObject({
  name: z.string(),
  if: z.string().optional(),
  needs: z.union([z.string().transform((one) => [one]), z.array(z.string())]).default([]),
  "runs-on": z.string(),
  "timeout-minutes": z.number(),
  environment: z.string().optional(),
  concurrency: z.unknown().optional(),
  permissions: z.record(z.string(), z.enum(["read", "write"])),
  container: z.unknown().optional(),
  defaults: z.strictObject({ run: z.strictObject({ shell: z.literal("bash") }) }).optional(),
  env: texts.default({}),
  outputs: texts.default({}),
  steps: z.array(step),
});

const workflow = z.strictObject({
  name: z.string(),
  on: z.record(z.string(), z.unknown()),
  permissions: z.strictObject({}),
  concurrency: z.strictObject({
    group: z.string(),
    "cancel-in-progress": z.union([z.string(), z.boolean()]),
  }),
  jobs: z.record(z.string(), job),
});

/** One step of a job: either a command or an action. */
export type Step = z.infer<typeof step>;

/** One job of a workflow. */
export type Job = z.infer<typeof job>;

/** A workflow, with nothing but keys that the tests know how to execute. */
export type Workflow = z.infer<typeof workflow>;

const folder = join(repository, ".github/workflows");

/** Names of the workflows' files, without the extension. */
export const workflowNames = readdirSync(folder).map((name) => name.replace(/\.yaml$/, ""));

/** Reads a workflow. Throws a ZodError for a key that these tests could not execute. */
export function readWorkflow(name: string): Workflow {
  return workflow.parse(parse(readFileSync(join(folder, `${name}.yaml`), "utf8")));
}
