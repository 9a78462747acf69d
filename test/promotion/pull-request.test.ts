import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { which } from "zx";
import type { Json } from "../../src/kubernetes/manifest.ts";
import { digest, enter, withClone, type Clone } from "./clone.ts";
import { withGitHubHost, type Answer } from "./github-host.ts";

const address = "https://github.com/datacraft/apg/pull/7";
const apg: Json = {
  id: "R_apg",
  name: "apg",
  owner: { login: "datacraft" },
  hasIssuesEnabled: true,
  description: "",
  hasWikiEnabled: false,
  viewerPermission: "WRITE",
  defaultBranchRef: { name: "main" },
  parent: null,
  mergeCommitAllowed: false,
  rebaseMergeAllowed: false,
  squashMergeAllowed: true,
};

/** What GitHub answers gh: its repository, that the branch has no pull request yet, and the one that it makes. */
const answer: Answer = ({ query }) => {
  if (query.includes("mutation PullRequestCreate"))
    return { createPullRequest: { pullRequest: { id: "PR_7", url: address } } };
  if (query.includes("query RepositoryInfo")) return { repository: apg };
  if (query.includes("pullRequests(")) return { repository: { pullRequests: { nodes: [], totalCount: 0 } } };
  return undefined;
};

/** Gives the work a clone whose origin is GitHub's to read, and a folder to push to; returns what that holds then. */
async function withOrigin(work: (clone: Clone) => Promise<void>): Promise<readonly string[]> {
  const origin = mkdtempSync(join(tmpdir(), "origin-"));
  try {
    await withClone(async (clone) => {
      execFileSync("git", ["init", "--quiet", "--bare", "--initial-branch=main", origin]);
      clone.git(["remote", "add", "origin", "https://github.com/datacraft/apg.git"]);
      clone.git(["remote", "set-url", "--push", "origin", origin]);
      clone.git(["push", "--quiet", "origin", "main"]);
      await work(clone);
    });
    const refs = execFileSync("git", ["for-each-ref", "--format=%(refname:short)"], { cwd: origin });
    return refs.toString("utf8").trim().split("\n");
  } finally {
    rmSync(origin, { recursive: true });
  }
}

test("--pull-request pushes the branch, opens the pull request with gh and prints its address", async () => {
  const branches = await withOrigin(async ({ commandWith }) => {
    await withGitHubHost(answer, async ({ asked, environment }) => {
      const ended = await commandWith(environment, ...enter, "--commit", "--pull-request");
      expect([ended.code, ended.stderr]).toStrictEqual([0, ""]);
      expect(ended.stdout).toMatch(new RegExp(`committed on release/staging/1\\.4\\.0\n${address}\n$`));
      const made = asked.find(({ query }) => query.includes("mutation"));
      expect([made?.authorization, made?.variables["input"]]).toStrictEqual([
        "token a-token",
        expect.objectContaining({
          repositoryId: "R_apg",
          baseRefName: "main",
          headRefName: "release/staging/1.4.0",
          title: "release(staging): 1.4.0",
          body: `Environment: staging\nVersion: 1.4.0\nDigest: ${digest}`,
        }),
      ]);
    });
  });
  expect(branches).toStrictEqual(["main", "release/staging/1.4.0"]);
});

test("what GitHub refuses is one message, with what is left to do", async () => {
  const branches = await withOrigin(async ({ commandWith }) => {
    await withGitHubHost(
      () => undefined,
      async ({ environment }) => {
        const { code, stderr } = await commandWith(environment, ...enter, "--commit", "--pull-request");
        expect([code, stderr]).toStrictEqual([
          2,
          "gh pr: GraphQL: not expected; release/staging/1.4.0 is pushed: gh pr create --head release/staging/1.4.0\n",
        ]);
      },
    );
  });
  expect(branches).toStrictEqual(["main", "release/staging/1.4.0"]);
});

test.for([
  ["gh", ["git"], "--pull-request needs gh, GitHub's command line"],
  ["git", [], "git: is not on the PATH; install it"],
] as const)("without %s nothing is written, and one message says so", async ([, present, message]) => {
  const programs = mkdtempSync(join(tmpdir(), "programs-"));
  try {
    for (const name of present) symlinkSync(await which(name), join(programs, name));
    const branches = await withOrigin(async ({ commandWith, git }) => {
      const ended = await commandWith({ PATH: programs }, ...enter, "--commit", "--pull-request");
      expect(ended).toStrictEqual({ code: 2, stdout: "", stderr: `${message}\n` });
      expect(git(["status", "--porcelain"])).toBe("?? node_modules");
    });
    expect(branches).toStrictEqual(["main"]);
  } finally {
    rmSync(programs, { recursive: true });
  }
});
