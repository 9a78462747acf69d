import { gitIn } from "../plan/read/git.ts";

const mainBranches = ["refs/heads/main", "refs/heads/master"];

/** Whether the main branch is checked out at `root`; false outside of a git repository. */
export function isOnMain(root: string): boolean {
  const branch = gitIn(root)(["symbolic-ref", "--quiet", "HEAD"])?.toString("utf8").trim();
  return branch !== undefined && mainBranches.includes(branch);
}
