import { z } from "zod";
import type { Task } from "./task.ts";

const environment = z.stringFormat("name of an environment", /^[a-z][a-z0-9-]{0,30}$/);

/** What a release is asked for by, from a person's form or from the application's repository: each text is matched whole. */
const release = z.strictObject({
  version: z.stringFormat("version such as 1.4.0", /^\d{1,5}\.\d{1,5}\.\d{1,5}(?:-[0-9A-Za-z.-]{1,40})?$/),
  digest: z.stringFormat("digest such as sha256:…", /^sha256:[0-9a-f]{64}$/),
  migration: z.enum(["none", "reversible", "one-way"]),
  commit: z.stringFormat("source commit", /^[0-9a-f]{40}$/),
  environment,
});

const promotion = z.strictObject({ from: environment, to: environment });

/** Checks what a release is asked for by, and sets each part of it as an output. Ends with 1 for anything else. */
export const readRelease: Task = (call) => read(call, release);

/** Checks what a promotion is asked for by, and sets `from` and `to` as outputs. Ends with 1 for anything else. */
export const readPromotion: Task = (call) => read(call, promotion);

function read(
  { runner, output }: Parameters<Task>[0],
  schema: z.ZodType<Readonly<Record<string, string>>>,
): Promise<number> {
  const key = runner.eventName === "repository_dispatch" ? "client_payload" : "inputs";
  const event = z.looseObject({ [key]: z.unknown() }).parse(runner.event);
  const request = schema.safeParse(event[key]);
  if (!request.success) {
    // The values themselves are not repeated: they may be anybody's text.
    output.print(
      request.error.issues.map(({ path, message }) => `${path.join(".") || key}: ${message}`).join("\n"),
    );
    return Promise.resolve(1);
  }
  for (const [name, value] of Object.entries(request.data)) runner.setOutput(name, value);
  return Promise.resolve(0);
}
