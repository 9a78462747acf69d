import { expect, test } from "vitest";
import type { Judgement } from "../../src/promotion/judge.ts";
import {
  begin,
  day,
  filesOf,
  freeze,
  hold,
  judge,
  next,
  old,
  promote,
  promoteForGood,
  promoteOneWay,
  propose,
  soaked,
  stopped,
} from "./scenario.ts";
import { policy, policyFiles, releaseFiles, releaseOf, type Scratch, withScratch } from "./scratch.ts";

interface Passing {
  readonly what: string;
  readonly build: (scratch: Scratch) => void;
  readonly verdict: Judgement["verdict"];
}

const passing: readonly Passing[] = [
  {
    what: "a release that soaked",
    build: (scratch) => {
      soaked(scratch);
      promote(scratch);
    },
    verdict: "passed",
  },
  {
    what: "a new release in the first environment",
    build: (scratch) => {
      begin(scratch);
      propose(scratch, releaseFiles("staging", releaseOf("2.0.0", { origin: "release" })));
    },
    verdict: "passed",
  },
  {
    what: "a hotfix without its soak time",
    build: (scratch) => {
      begin(scratch);
      scratch.commit(0, releaseFiles("staging", next));
      promote(scratch, { ...next, hotfix: { reason: "payments are lost now", owner: "ops" } });
    },
    verdict: "passed",
  },
  {
    what: "a rollback in a freeze, with its hold",
    build: (scratch) => {
      soaked(scratch);
      scratch.commit(1, { ...releaseFiles("production", next), ...policyFiles(policy, [freeze]) });
      const back = { ...old, origin: "rollback", hold: { ...hold, digests: [next.digest] } };
      propose(scratch, releaseFiles("production", back));
    },
    verdict: "passed",
  },
  {
    what: "a hold, placed in a freeze",
    build: (scratch) => {
      begin(scratch, policyFiles(policy, [freeze]));
      propose(scratch, releaseFiles("production", { ...old, hold }));
    },
    verdict: "passed",
  },
  {
    what: "a hold on another digest stays while a release passes",
    build: (scratch) => {
      const held = { ...hold, digests: [releaseOf("0.9.0").digest] };
      begin(scratch, filesOf("production", { ...old, hold: held }));
      scratch.commit(3 * day, releaseFiles("staging", next));
      promote(scratch, { ...next, hold: held });
    },
    verdict: "passed",
  },
  {
    what: "a one-way migration that its owners accepted before",
    build: (scratch) => promoteOneWay(scratch, "2026-12-01"),
    verdict: "passed",
  },
  {
    what: "larger claims that their owners accepted before",
    build: (scratch) => promoteForGood(scratch, "6.1.0", "claim-templates"),
    verdict: "passed",
  },
  {
    what: "a definition's new version that its owners accepted before, though the way back is refused",
    build: (scratch) => promoteForGood(scratch, "7.2.0", "crd-versions"),
    verdict: "passed",
  },
  {
    what: "a change of a value",
    build: (scratch) => {
      begin(scratch);
      propose(scratch, { "base/values.yaml": "a: 2\n" });
    },
    verdict: "not a promotion",
  },
];

test.for(passing)("$what may be merged", async ({ build, verdict }) => {
  await withScratch(async (scratch) => {
    build(scratch);
    const judgement = await judge(scratch);
    expect([stopped(judgement), judgement.verdict]).toStrictEqual([[], verdict]);
  });
});
