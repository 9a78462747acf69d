import { begin, day, filesOf, hold, next, old, promote, propose, soaked } from "./scenario.ts";
import { policy, policyFiles, releaseFiles, releaseOf, type Scratch } from "./scratch.ts";

/** A change that one gate alone stops. */
export interface Attack {
  readonly what: string;
  /** The gate that stops it, and the only one. */
  readonly gate: string;
  readonly build: (scratch: Scratch) => void;
}

/** Attacks on the history, and on what a pull request may hold. */
export const historyAttacks: readonly Attack[] = [
  {
    what: "merge: the release stood for days, but on a branch that was merged an hour ago",
    gate: "soak",
    build: (scratch) => {
      begin(scratch);
      scratch.run(["switch", "--quiet", "--create", "feature"]);
      scratch.commit(5 * day, releaseFiles("staging", next));
      scratch.run(["switch", "--quiet", "main"]);
      scratch.run(["merge", "--quiet", "--no-ff", "-m", "merge", "feature"], 1);
      promote(scratch);
    },
  },
  {
    what: "squash: the author's date is old, the merge is not",
    gate: "soak",
    build: (scratch) => {
      begin(scratch);
      scratch.commit(1, releaseFiles("staging", next), { message: "release (#7)", authorHours: 9 * day });
      promote(scratch);
    },
  },
  {
    what: "queue: the release of staging is the entry before in the same queue",
    gate: "soak",
    build: (scratch) => {
      begin(scratch);
      scratch.commit(0, releaseFiles("staging", next), { message: "queued (#8)" });
      promote(scratch);
    },
  },
  {
    what: "revert: the digest stood for days, was replaced, and came back by a revert",
    gate: "soak",
    build: (scratch) => {
      begin(scratch);
      scratch.commit(5 * day, releaseFiles("staging", next));
      scratch.commit(2, releaseFiles("staging", releaseOf("1.2.0")));
      scratch.run(["revert", "--no-edit", "HEAD"], 1);
      promote(scratch);
    },
  },
  {
    what: "re-promotion: a digest that was replaced in production comes again under a new version",
    gate: "not-older",
    build: (scratch) => {
      begin(scratch);
      const again = releaseOf("1.2.0", { digest: old.digest });
      scratch.commit(8 * day, releaseFiles("staging", next));
      scratch.commit(6 * day, releaseFiles("production", next));
      scratch.commit(4 * day, releaseFiles("staging", again));
      promote(scratch, again);
    },
  },
  {
    what: "an older version that staging went back to",
    gate: "not-older",
    build: (scratch) => {
      begin(scratch, filesOf("production", next));
      const older = releaseOf("1.0.5");
      scratch.commit(4 * day, releaseFiles("staging", older));
      promote(scratch, older);
    },
  },
  {
    what: "two environments at once: the second takes whatever it wants",
    gate: "one-environment",
    build: (scratch) => {
      begin(scratch);
      scratch.commit(8 * day, releaseFiles("staging", next));
      scratch.commit(6 * day, releaseFiles("production", next));
      propose(scratch, {
        ...releaseFiles("onprem", { ...next, origin: "promotion" }),
        ...releaseFiles("production", releaseOf("6.6.6", { origin: "promotion" })),
      });
    },
  },
  {
    what: "a value changes along with the release",
    gate: "nothing-else",
    build: (scratch) => {
      soaked(scratch);
      promote(scratch, next, { "base/values.yaml": "a: 2\n" });
    },
  },
  {
    what: "something hides in the rendered tree",
    gate: "re-render",
    build: (scratch) => {
      soaked(scratch);
      promote(scratch, next, {
        "rendered/production/namespace.yaml":
          "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: sleeper }\n",
      });
      const added = { object: "ConfigMap/sleeper", path: "*", reason: "nobody would agree to this" };
      const { production } = policy.environments;
      const lax = {
        ...policy,
        environments: {
          ...policy.environments,
          production: { ...production, differences: [...production.differences, added] },
        },
      };
      scratch.run(["switch", "--quiet", "main"]);
      scratch.commit(2 * day, policyFiles(lax));
      scratch.run(["switch", "--quiet", "change"]);
    },
  },
  {
    what: "the soak time is shortened along with the release",
    gate: "policy-apart",
    build: (scratch) => {
      soaked(scratch);
      const { staging: _, ...others } = policy.environments;
      promote(scratch, next, policyFiles({ ...policy, environments: { staging: {}, ...others } }));
    },
  },
  {
    what: "a hold on another digest is lifted along with the release",
    gate: "policy-apart",
    build: (scratch) => {
      begin(
        scratch,
        filesOf("production", { ...old, hold: { ...hold, digests: [releaseOf("0.9.0").digest] } }),
      );
      scratch.commit(3 * day, releaseFiles("staging", next));
      promote(scratch);
    },
  },
];
