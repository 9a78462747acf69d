import { z } from "zod";
import { startApi } from "./api.ts";
import { keepIssue } from "./issue.ts";
import type { Task } from "./task.ts";

/** What Argo CD's notification sends; each text is matched whole, since it comes from outside. */
const payload = z.object({
  action: z.enum(["argocd-out-of-sync", "argocd-in-sync"]),
  client_payload: z.strictObject({
    application: z.stringFormat("name of an Application", /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/),
    revision: z.stringFormat("commit", /^(?:[0-9a-f]{40})?$/),
    since: z.iso.datetime({ offset: true }),
  }),
});

/** Keeps an issue about an Application that Argo CD reports as out of sync for too long, until it is in sync again. */
export const reportDelivery: Task = async ({ runner, output }) => {
  const { action, client_payload: told } = payload.parse(runner.event);
  const body =
    `Argo CD reports \`${told.application}\` out of sync since ${told.since}; revision \`${told.revision || "unknown"}\`.\n\n` +
    `\`argocd app diff ${told.application}\` shows by what. [Runbook](../blob/main/docs/runbooks/apgdeliveryoutofsync.md). ` +
    "A freeze keeps an Application out of sync on purpose.\n";
  const done = await keepIssue(startApi(runner), {
    subject: `out-of-sync-${told.application}`,
    title: `${told.application} is out of sync`,
    body: action === "argocd-out-of-sync" ? body : undefined,
  });
  output.print(`the issue about ${told.application}: ${done}`);
  return 0;
};
