import { z } from "zod";
import { startApi, type Api } from "./api.ts";
import { gitOf } from "./git.ts";
import { keepIssue } from "./issue.ts";
import type { Task } from "./task.ts";

/** How long an environment may be out of sync before an issue tells of it: the alert APGDeliveryOutOfSync waits as long. */
const patience = 30 * 60_000;

/** Commits of main that are looked at: an Application names the commit that it should have. */
const depth = "30";

/** What Argo CD's notifications set; anything else of that name is left alone. */
const context = /^argocd\/([a-z][a-z0-9-]{0,30})$/;

const status = z.object({
  context: z.string(),
  state: z.string(),
  created_at: z.iso.datetime({ offset: true }),
});

/** The newest that Argo CD said of an environment. */
interface Told {
  readonly commit: string;
  readonly state: string;
  /** Time in milliseconds since 1970. */
  readonly at: number;
}

/** Keeps an issue for each environment that Argo CD reports as out of sync for too long, until it is in sync again. */
export const reportDelivery: Task = async ({ root, runner, output, now }) => {
  const api = startApi(runner);
  const commits = (
    await gitOf(root, runner).read("rev-list", "--first-parent", `--max-count=${depth}`, "HEAD")
  ).split("\n");
  for (const [environment, { commit, state, at }] of await newest(api, commits)) {
    const isLate = state === "pending" && now() - at > patience;
    const since = new Date(at).toISOString();
    const done = await keepIssue(api, {
      subject: `out-of-sync-${environment}`,
      title: `${environment} is out of sync`,
      body: isLate
        ? `Argo CD reports \`${environment}\` out of sync since ${since}; it should have ${commit}.\n\n` +
          "docs/runbooks/apgdeliveryoutofsync.md says what to look at. A freeze keeps an environment out of sync on purpose.\n"
        : undefined,
    });
    output.print(`${environment}: ${state} since ${since}; issue: ${done}`);
  }
  return 0;
};

async function newest(api: Api, commits: readonly string[]): Promise<ReadonlyMap<string, Told>> {
  const found = new Map<string, Told>();
  for (const commit of commits) {
    for (const { context: name, state, created_at } of z
      .array(status)
      .parse(await api.list(`commits/${commit}/statuses`))) {
      const environment = context.exec(name)?.[1];
      const at = Date.parse(created_at);
      if (environment !== undefined && at > (found.get(environment)?.at ?? 0))
        found.set(environment, { commit, state, at });
    }
  }
  return found;
}
