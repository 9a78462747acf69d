import { z } from "zod";
import { startApi, type Api } from "./api.ts";
import { gitOf } from "./git.ts";
import { sha } from "./run.ts";
import type { Task } from "./task.ts";

const push = z.object({ before: sha, after: sha });
const nothing = "0".repeat(40);
const login = z.stringFormat("login", /^[\w-]+(?:\[bot\])?$/);
const merged = z.object({
  number: z.int().positive(),
  merged_at: z.string().nullable(),
  head: z.object({ sha }),
});
const merger = z.object({ merged_by: z.object({ login }).nullish() });
const review = z.object({
  state: z.string(),
  commit_id: sha.nullable(),
  user: z.object({ login }).nullable(),
});
const tagObject = z.object({ sha });

/**
 * Records who approved each release of this push, in an annotated tag `promotion/ENVIRONMENT/PULL-REQUEST` at the commit
 * that brought it. Only approvals of the head that was merged count: what was approved before it is dismissed. A tag
 * that exists is left as it is. Git itself never knows who approved; `npm run prove` reads these tags.
 */
export const record: Task = async ({ root, runner, output }) => {
  const { before, after } = push.parse(runner.event);
  const git = gitOf(root, runner);
  const api = startApi(runner);
  const range = before === nothing ? after : `${before}..${after}`;
  const commits = (await git.read("rev-list", "--first-parent", "--reverse", range))
    .split("\n")
    .filter(Boolean);
  for (const commit of commits) {
    const changed = await git.read(
      "diff-tree",
      "-r",
      "-m",
      "--first-parent",
      "--no-commit-id",
      "--name-only",
      "--root",
      commit,
    );
    const environments = [...changed.matchAll(/^environments\/([a-z][a-z0-9-]*)\/release\.yaml$/gm)].map(
      ([, name = ""]) => name,
    );
    if (environments.length === 0) continue;
    const pull = z
      .array(merged)
      .parse(await api.list(`commits/${commit}/pulls`))
      .find(({ merged_at }) => merged_at !== null);
    if (!pull) {
      output.print(`${commit}: a release that no pull request brought: nobody approved it`);
      continue;
    }
    const message = await messageOf(api, pull);
    for (const environment of environments) {
      const name = `promotion/${environment}/${pull.number}`;
      if ((await git.read("tag", "--list", name)) === name) continue;
      const tag = tagObject.parse(
        await api.send("POST", "git/tags", {
          tag: name,
          message: `${environment}\n\n${message}`,
          object: commit,
          type: "commit",
        }),
      );
      await api.send("POST", "git/refs", { ref: `refs/tags/${name}`, sha: tag.sha });
      output.print(`${name}\n${message}`);
    }
  }
  return 0;
};

async function messageOf(api: Api, { number, head }: z.infer<typeof merged>): Promise<string> {
  // A list of pull requests leaves out who merged them.
  const { merged_by } = merger.parse(await api.get(`pulls/${number}`));
  const reviews = z.array(review).parse(await api.list(`pulls/${number}/reviews`));
  const approved = reviews.filter(({ state, commit_id }) => state === "APPROVED" && commit_id === head.sha);
  const names = new Set(approved.map(({ user }) => user?.login).filter((name) => name !== undefined));
  return [
    `Pull-Request: ${number}`,
    `Head: ${head.sha}`,
    ...(merged_by ? [`Merged-by: ${merged_by.login}`] : []),
    ...[...names].map((name) => `Approved-by: ${name}`),
  ].join("\n");
}
