import { z } from "zod";
import { startApi } from "./api.ts";
import { gitOf } from "./git.ts";
import type { Task } from "./task.ts";

/** Who commits: the name and address that GitHub gives to commits of workflows. */
const committer = [
  "-c",
  "user.name=github-actions[bot]",
  "-c",
  "user.email=41898282+github-actions[bot]@users.noreply.github.com",
];

const pull = z.object({ html_url: z.url() });

/** What a release or a promotion may change. */
const folders = ["environments", "rendered", "argocd"];

/**
 * Commits what the step before changed below environments/, rendered/ and argocd/, pushes it as the branch BRANCH, and
 * opens a pull request titled TITLE. The token is an App's: what GITHUB_TOKEN pushes starts no checks. Ends with 1 when
 * nothing changed; a branch that exists already is left as it is, since somebody may have reviewed it.
 */
export const propose: Task = async ({ root, runner, output }) => {
  const git = gitOf(root, runner);
  const branch = runner.input("BRANCH");
  await git.read("add", "--all", "--", ...folders);
  if ((await git.read("diff", "--cached", "--name-only")) === "") {
    output.print("nothing changes: the environment has this release already");
    return 1;
  }
  await git.read("switch", "--create", branch);
  await git.read(...committer, "commit", "--quiet", "--message", runner.input("TITLE"));
  // Refused where the branch exists with another commit, since this one does not descend from it.
  await git.read("push", "--quiet", "origin", `HEAD:refs/heads/${branch}`);
  const { html_url: address } = pull.parse(
    await startApi(runner).send("POST", "pulls", {
      title: runner.input("TITLE"),
      head: branch,
      base: runner.input("MAIN"),
      body: `Asked for by ${runner.input("ASKED_BY")}: ${runner.runUrl}\n\nThe plan and the gates follow below as checks and as a comment.\n`,
      maintainer_can_modify: false,
    }),
  );
  output.print(address);
  return 0;
};
