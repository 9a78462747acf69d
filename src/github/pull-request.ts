import { z } from "zod";
import type { Api } from "./api.ts";
import { sha } from "./run.ts";

const pullRequest = z.object({
  number: z.int().positive(),
  head: z.object({ sha, ref: z.string(), repo: z.object({ full_name: z.string() }).nullable() }),
  base: z.object({ sha, ref: z.string() }),
});

/** What is used of a pull request. Its branch's name and its title are an author's text. */
export type PullRequest = z.infer<typeof pullRequest>;

/** The head of a pull request, as the run that it caused names it. */
export interface Head {
  /** OWNER/NAME of the repository that the branch lies in: a fork's, or this one. */
  readonly repository: string;
  readonly branch: string;
  readonly sha: string;
}

/**
 * Returns the open pull request whose head is this commit of this branch of this repository; undefined where there is
 * none any more. The run itself names no pull request when the branch lies in a fork.
 */
export async function findPullRequest(api: Api, head: Head): Promise<PullRequest | undefined> {
  const owner = head.repository.split("/")[0] ?? "";
  const query = new URLSearchParams({ state: "open", head: `${owner}:${head.branch}` });
  const found = await api.list(`pulls?${query.toString()}`);
  return z
    .array(pullRequest)
    .parse(found)
    .find(
      (one) =>
        one.head.repo?.full_name === head.repository &&
        one.head.ref === head.branch &&
        one.head.sha === head.sha,
    );
}
/** Returns every open pull request. */
export async function openPullRequests(api: Api): Promise<readonly PullRequest[]> {
  return z.array(pullRequest).parse(await api.list("pulls?state=open"));
}
