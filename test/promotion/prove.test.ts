import { expect, test } from "vitest";
import { mainLine } from "../../src/promotion/history.ts";
import { prove, type Proof } from "../../src/promotion/prove.ts";
import { mainTip } from "../../src/promotion/sides.ts";
import { readPolicy } from "../../src/promotion/situation.ts";
import { now, policyFiles, releaseFiles, releaseOf, withScratch, type Scratch } from "./scratch.ts";

const day = 24;
const old = releaseOf("1.0.0");
const next = releaseOf("1.1.0", { source: "c0ffee".padEnd(40, "0"), origin: "promotion" });

function proofs(scratch: Scratch): readonly Proof[] {
  const tip = mainTip(scratch);
  const evidence = {
    git: scratch.git,
    line: mainLine(scratch.git, tip),
    policy: readPolicy(scratch, tip),
    signed: undefined,
    now,
  };
  return prove(evidence, "production");
}

const lines = (proof: Proof | undefined): string[] =>
  proof?.facts.map(({ known, text }) => `${known} ${text}`) ?? [];

test("each fact says how it is known", async () => {
  await withScratch(async (scratch) => {
    const first = scratch.commit(10 * day, {
      ...policyFiles(),
      ...releaseFiles("staging", old),
      ...releaseFiles("production", old),
    });
    scratch.commit(3 * day, releaseFiles("staging", next));
    const merged = scratch.commit(1 * day, releaseFiles("production", next), { message: "promote (#42)" });
    const message =
      "Promotion of production to 1.1.0\n\nPull-Request: 42\nHead: abc\nApproved-by: jane (abc at 2026-11-22T11:00:00Z)";
    scratch.run(["tag", "--annotate", "-m", message, "promotion/production/1", merged]);
    const tree = (commit: string): string => scratch.run(["rev-parse", `${commit}^{tree}`]);

    const [newest, oldest, ...others] = proofs(scratch);
    expect(others).toStrictEqual([]);
    expect([newest?.version, newest?.digest]).toStrictEqual(["1.1.0", next.digest]);
    expect(lines(newest)).toStrictEqual([
      `computed requested in git by commit ${merged} of main`,
      "claimed at 2026-11-22T12:00:00Z",
      "computed requested still: nothing replaced it on main",
      "claimed stood for 24 h",
      `computed its tree: ${tree(merged)}`,
      "claimed had stood in staging, unbroken, for 48 h",
      "claimed by pull request #42",
      "claimed origin promotion, migration none",
      `claimed built from commit ${"c0ffee".padEnd(40, "0")}`,
      "claimed tag promotion/production/1",
      "claimed promotion/production/1: Pull-Request: 42",
      "claimed promotion/production/1: Head: abc",
      "claimed promotion/production/1: Approved-by: jane (abc at 2026-11-22T11:00:00Z)",
    ]);
    expect(lines(oldest)).toStrictEqual([
      `computed requested in git by commit ${first} of main`,
      "claimed at 2026-11-13T12:00:00Z",
      `computed replaced by commit ${merged}`,
      "claimed stood for 216 h",
      `computed its tree: ${tree(first)}`,
      "absent its digest did not stand in staging when it was requested",
      "absent pull request: the commit names none",
      "claimed origin release, migration none",
      "absent commit of the application's repository",
      "absent approvals: no promotion tag points at the commit",
    ]);
  });
});

test("a digest that staging had lost by then is told as absent there", async () => {
  await withScratch(async (scratch) => {
    scratch.commit(10 * day, {
      ...policyFiles(),
      ...releaseFiles("staging", next),
      ...releaseFiles("production", old),
    });
    scratch.commit(3 * day, releaseFiles("staging", releaseOf("1.2.0")));
    scratch.commit(1 * day, releaseFiles("production", next));
    expect(lines(proofs(scratch)[0])).toContain(
      "absent its digest did not stand in staging when it was requested",
    );
  });
});
