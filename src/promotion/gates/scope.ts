import { compareFiles } from "../../output/disk.ts";
import type { Release } from "../../values/release.ts";
import { releaseFile } from "../history.ts";
import { freezeFile, policyFile } from "../load.ts";
import { failed, notApplicable, passed, type Gate, type Situation } from "./gate.ts";

const policyPaths: readonly string[] = [policyFile, freezeFile];
const isPolicy = (path: string): boolean =>
  policyPaths.includes(path) ||
  path.startsWith(".github/") ||
  path === "CODEOWNERS" ||
  path === "docs/CODEOWNERS";
const isRelease = (path: string): boolean => /^environments\/[^/]+\/release\.yaml$/.test(path);

/** One release.yaml changes, not two. */
export const oneEnvironment: Gate = {
  name: "one-environment",
  judge: ({ releases }) => {
    const names = releases.map(({ environment }) => environment);
    if (names.length === 0) return notApplicable("no release changes");
    const half = releases.find(({ before, after }) => !before || !after);
    if (half)
      return failed(
        `the release of ${half.environment} ${half.after ? "appears" : "disappears"} while environments/promotion.yaml names the environment; that changes first, by a pull request of its own`,
      );
    return names.length === 1
      ? passed(`only ${names.join()} changes`)
      : failed(`the releases of ${names.join(" and ")} change together; each is a pull request of its own`);
  },
};

/** Beside release.yaml only the tree of its environment changes. Policies have a gate of their own. */
export const nothingElse: Gate = {
  name: "nothing-else",
  judge: ({ changed, releases }) => {
    if (releases.length === 0) return notApplicable("no release changes");
    const trees = releases.map(({ environment }) => `rendered/${environment}/`);
    const others = changed.filter(
      (path) => !isRelease(path) && !isPolicy(path) && !trees.some((tree) => path.startsWith(tree)),
    );
    return others.length === 0
      ? passed("nothing changes but the release and its rendered tree", changed)
      : failed(`${others.length} other files change; they are a pull request of their own`, others);
  },
};

/** The rendered tree is what this program renders from the release, so that nothing hides in it. */
export const reRender: Gate = {
  name: "re-render",
  judge: async ({ releases, tree, rendered }) => {
    const found: string[] = [];
    for (const { environment, after } of releases) {
      if (!after) continue;
      const present = new Map(
        [...tree("head", environment).files].map(([path, bytes]) => [path, bytes.toString("utf8")]),
      );
      const { missing, extra, different } = compareFiles(await rendered(environment), present);
      found.push(
        ...missing.map((path) => `${path}: missing`),
        ...extra.map((path) => `${path}: extra`),
        ...different.map((path) => `${path}: different`),
      );
    }
    if (releases.length === 0) return notApplicable("no release changes");
    return found.length === 0
      ? passed("the rendered tree is what the release and the values ask for")
      : failed(`the rendered tree is not what the release and the values ask for; run npm run render`, found);
  },
};

/** Policy and a release never change together; a rollback may add a hold. */
export const policyApart: Gate = {
  name: "policy-apart",
  judge: (situation) => {
    const { changed, releases } = situation;
    if (releases.length === 0) return notApplicable("no release changes");
    const policies = changed.filter(isPolicy);
    if (policies.length > 0)
      return failed("policy and a release change together; each is a pull request of its own", policies);
    const mixed = releases.filter(({ before, after }) => before && after && mixesHold(before, after));
    return mixed.length === 0
      ? passed("no policy changes with the release")
      : failed(
          "a hold is lifted or changed together with the release; that is a pull request of its own",
          mixed.map(({ environment }) => releaseFile(environment)),
        );
  },
};

function mixesHold(before: Release, after: Release): boolean {
  if (JSON.stringify(before.hold) === JSON.stringify(after.hold)) return false;
  if (before.digest === after.digest && before.version === after.version) return false;
  if (after.origin !== "rollback" || !after.hold) return true;
  if (!before.hold) return false;
  // A hold on everything stays one; a hold on digests may only grow.
  if (!before.hold.digests) return after.hold.digests !== undefined;
  return !before.hold.digests.every((digest) => after.hold?.digests?.includes(digest) ?? true);
}

/** Everything that changes has owners, whom the server asks; whether they agreed is not in git before the merge. */
export const owners: Gate = {
  name: "owners",
  judge: ({ changed, owners: ownersOf }: Situation) => {
    if (changed.length === 0) return notApplicable("nothing changes");
    const unowned = changed.filter((path) => ownersOf(path).length === 0);
    const asked = [...new Set(changed.flatMap((path) => ownersOf(path)))].toSorted();
    return unowned.length === 0
      ? passed(`the server has to ask ${asked.join(", ")}`, [
          "whether they agreed is not in git before the merge",
        ])
      : failed(`${unowned.length} changed files have no owner in the base's CODEOWNERS`, unowned);
  },
};

/** Returns the environments whose cluster a change reaches: by their rendered tree, or by the charts that they need. */
export function reachedBy(changed: readonly string[]): readonly string[] {
  const names = changed.flatMap((path) => {
    const rendered = /^rendered\/([^/]+)\//.exec(path)?.[1];
    const platform = /^argocd\/[^/]+\/platform\/(.+)\.yaml$/.exec(path)?.[1];
    return rendered ?? platform ?? [];
  });
  return [...new Set(names)].toSorted();
}
