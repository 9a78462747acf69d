import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { InputError } from "../../src/errors.ts";
import { begin, day, judge, next, promote, soaked, stopped } from "./scenario.ts";
import { releaseFiles, type Scratch, withScratch } from "./scratch.ts";

interface Untrusted {
  readonly what: string;
  readonly message: RegExp;
  readonly check: "checkRepository" | "checkDates";
  readonly build: (scratch: Scratch) => void;
}

const untrusted: readonly Untrusted[] = [
  {
    what: "shallow: the clone has no history before the release",
    message: /the clone is shallow/,
    check: "checkRepository",
    build: (scratch) => {
      soaked(scratch);
      promote(scratch);
      writeFileSync(join(scratch.root, ".git/shallow"), `${scratch.run(["rev-parse", "main"])}\n`);
    },
  },
  {
    what: "a replace ref shows another commit",
    message: /replace refs/,
    check: "checkRepository",
    build: (scratch) => {
      soaked(scratch);
      scratch.run(["replace", "main~1", "main"]);
      promote(scratch);
    },
  },
  {
    what: "a graft hides history",
    message: /grafts/,
    check: "checkRepository",
    build: (scratch) => {
      soaked(scratch);
      writeFileSync(join(scratch.root, ".git/info/grafts"), `${scratch.run(["rev-parse", "main"])}\n`);
      promote(scratch);
    },
  },
  {
    what: "force-push: main no longer holds what a promotion tag points at",
    message: /the commit of the tag promotion\/production\/1 is not on the main branch/,
    check: "checkRepository",
    build: (scratch) => {
      begin(scratch);
      const merged = scratch.commit(1, releaseFiles("staging", next));
      scratch.run(["tag", "--annotate", "-m", "promotion", "promotion/production/1", merged]);
      // The same commit again, as if it had been there for days.
      scratch.run(["reset", "--quiet", "--hard", "HEAD~1"]);
      scratch.commit(3 * day, releaseFiles("staging", next));
      promote(scratch);
    },
  },
  {
    what: "backdating: the release is dated before the commit that it follows",
    message: /before the commit that it follows on main/,
    check: "checkDates",
    build: (scratch) => {
      begin(scratch);
      scratch.commit(1, { "base/values.yaml": "a: 2\n" });
      scratch.commit(3 * day, releaseFiles("staging", next));
      promote(scratch);
    },
  },
  {
    what: "a commit of main is dated tomorrow",
    message: /is dated 2026-11-24T12:00:00Z, which is in the future/,
    check: "checkDates",
    build: (scratch) => {
      soaked(scratch);
      scratch.commit(-day, { "base/values.yaml": "a: 2\n" });
      promote(scratch);
    },
  },
];

test.for(untrusted)(
  "it is refused as input, and would pass otherwise: $what",
  async ({ build, message, check }) => {
    await withScratch(async (scratch) => {
      build(scratch);
      await expect(judge(scratch)).rejects.toThrow(InputError);
      await expect(judge(scratch)).rejects.toThrow(message);
      expect(stopped(await judge(scratch, { [check]: () => undefined }))).toStrictEqual([]);
    });
  },
);
