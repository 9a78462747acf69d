import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { InputError } from "../../src/errors.ts";
import type { Gate } from "../../src/promotion/gates/gate.ts";
import { gates } from "../../src/promotion/gates/gates.ts";
import { judgeChange, type Judgement } from "../../src/promotion/judge.ts";
import { mainTip, mergeResult } from "../../src/promotion/sides.ts";
import type { Tools } from "../../src/promotion/situation.ts";
import {
  now,
  policy,
  policyFiles,
  releaseFiles,
  releaseOf,
  render,
  withScratch,
  type PlainRelease,
  type Scratch,
} from "./scratch.ts";

const day = 24;
const old = releaseOf("1.0.0");
const next = releaseOf("1.1.0");
const freeze = {
  name: "year-end",
  environments: ["production"],
  timeZone: "Africa/Nairobi",
  reason: "the banks close their year",
  owner: "ops",
  start: "2026-11-20T00:00",
  end: "2026-11-30T00:00",
};
const hold = { reason: "payments were lost", owner: "ops", end: "2026-12-31" };
const owners = { ".github/CODEOWNERS": "* @all\n" };

/** A main branch with 1.0.0 everywhere, ten days ago. */
function begin(scratch: Scratch, files: Record<string, string> = {}): void {
  scratch.commit(10 * day, {
    ...owners,
    ...policyFiles(),
    ...releaseFiles("staging", old),
    ...releaseFiles("production", old),
    ...releaseFiles("onprem", old),
    "base/values.yaml": "a: 1\n",
    ...files,
  });
}

/** The usual way: 1.1.0 has stood in staging for three days. */
function soaked(scratch: Scratch, release: PlainRelease = next, files: Record<string, string> = {}): void {
  begin(scratch, files);
  scratch.commit(3 * day, releaseFiles("staging", release), { message: "release 1.1.0 (#7)" });
}

/** A branch that promotes; its own dates say nothing. */
function promote(
  scratch: Scratch,
  release: PlainRelease = next,
  more: Record<string, string | undefined> = {},
): void {
  scratch.run(["switch", "--quiet", "--create", "change"]);
  scratch.commit(9 * day, { ...releaseFiles("production", { ...release, origin: "promotion" }), ...more });
}

async function judge(
  scratch: Scratch,
  options: Partial<Omit<Tools, "signed">> & { readonly gates?: readonly Gate[] } = {},
): Promise<Judgement> {
  const base = mainTip(scratch);
  const head = mergeResult(scratch, base, "HEAD");
  return judgeChange(scratch, { base, head, now }, { render, ...options });
}

const stopped = ({ gates: results }: Judgement): string[] =>
  results.filter(({ status }) => status === "failed" || status === "waits").map(({ name }) => name);

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
      scratch.run(["switch", "--quiet", "--create", "change"]);
      scratch.commit(0, releaseFiles("staging", releaseOf("2.0.0", { origin: "release" })));
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
      scratch.run(["switch", "--quiet", "--create", "change"]);
      const back = { ...old, origin: "rollback", hold: { ...hold, digests: [next.digest] } };
      scratch.commit(0, releaseFiles("production", back));
    },
    verdict: "passed",
  },
  {
    what: "a hold, placed in a freeze",
    build: (scratch) => {
      begin(scratch, policyFiles(policy, [freeze]));
      scratch.run(["switch", "--quiet", "--create", "change"]);
      scratch.commit(0, releaseFiles("production", { ...old, hold }));
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
    build: (scratch) => {
      const release = { ...next, migration: "one-way" };
      const exception = {
        environment: "production",
        kind: "one-way-migration",
        digest: next.digest,
        reason: "restored from the backup of that night",
        owner: "data",
        end: "2026-12-01",
      };
      soaked(scratch, release, policyFiles({ ...policy, exceptions: [exception] }));
      promote(scratch, release);
    },
    verdict: "passed",
  },
  {
    what: "a change of a value",
    build: (scratch) => {
      begin(scratch);
      scratch.run(["switch", "--quiet", "--create", "change"]);
      scratch.commit(0, { "base/values.yaml": "a: 2\n" });
    },
    verdict: "not a promotion",
  },
];

function filesOf(environment: string, release: PlainRelease): Record<string, string> {
  return Object.fromEntries(
    Object.entries(releaseFiles(environment, release)).flatMap(([path, text]) =>
      text === undefined ? [] : [[path, text]],
    ),
  );
}

test.for(passing)("$what may be merged", async ({ build, verdict }) => {
  await withScratch(async (scratch) => {
    build(scratch);
    const judgement = await judge(scratch);
    expect([stopped(judgement), judgement.verdict]).toStrictEqual([[], verdict]);
  });
});

interface Attack {
  readonly what: string;
  /** The gate that stops it, and the only one. */
  readonly gate: string;
  readonly build: (scratch: Scratch) => void;
}

const attacks: readonly Attack[] = [
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
      scratch.run(["switch", "--quiet", "--create", "change"]);
      scratch.commit(0, {
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
  {
    what: "the digest of staging, but its one-way migration is called reversible",
    gate: "order",
    build: (scratch) => {
      soaked(scratch, { ...next, migration: "one-way" });
      promote(scratch, { ...next, migration: "reversible" });
    },
  },
  {
    what: "production is held",
    gate: "hold",
    build: (scratch) => {
      begin(scratch, filesOf("production", { ...old, hold }));
      scratch.commit(3 * day, releaseFiles("staging", next));
      promote(scratch, { ...next, hold });
    },
  },
  {
    what: "the digest is held where it comes from",
    gate: "hold",
    build: (scratch) => {
      begin(scratch);
      scratch.commit(
        3 * day,
        releaseFiles("staging", { ...next, hold: { ...hold, digests: [next.digest] } }),
      );
      promote(scratch);
    },
  },
  {
    what: "a release in a freeze",
    gate: "freeze",
    build: (scratch) => {
      soaked(scratch, next, policyFiles(policy, [freeze]));
      promote(scratch);
    },
  },
  {
    what: "no release, but production's tree changes in a freeze",
    gate: "freeze",
    build: (scratch) => {
      begin(scratch, policyFiles(policy, [freeze]));
      scratch.run(["switch", "--quiet", "--create", "change"]);
      scratch.commit(0, { "rendered/production/more.yaml": "apiVersion: v1\nkind: ConfigMap\n" });
    },
  },
  {
    what: "no release, but a chart of production changes in a freeze",
    gate: "freeze",
    build: (scratch) => {
      begin(scratch, policyFiles(policy, [freeze]));
      scratch.run(["switch", "--quiet", "--create", "change"]);
      scratch.commit(0, { "argocd/vendor/platform/production-traefik.yaml": "kind: Application\n" });
    },
  },
  {
    what: "the freeze is taken out by the change itself",
    gate: "freeze",
    build: (scratch) => {
      begin(scratch, policyFiles(policy, [freeze]));
      scratch.run(["switch", "--quiet", "--create", "change"]);
      scratch.commit(0, {
        ...policyFiles(),
        "rendered/production/more.yaml": "apiVersion: v1\nkind: ConfigMap\n",
      });
    },
  },
  {
    what: "a rollback to a digest that stood in production for an hour",
    gate: "rollback",
    build: (scratch) => {
      begin(scratch);
      scratch.commit(3, releaseFiles("production", releaseOf("1.0.9")));
      scratch.commit(2, releaseFiles("production", next));
      scratch.run(["switch", "--quiet", "--create", "change"]);
      const back = releaseOf("1.0.9", { origin: "rollback", hold: { ...hold, digests: [next.digest] } });
      scratch.commit(0, releaseFiles("production", back));
    },
  },
  {
    what: "a rollback that does not hold the bad digest back",
    gate: "rollback",
    build: (scratch) => {
      soaked(scratch);
      scratch.commit(1, releaseFiles("production", next));
      scratch.run(["switch", "--quiet", "--create", "change"]);
      scratch.commit(0, releaseFiles("production", { ...old, origin: "rollback" }));
    },
  },
  {
    what: "a release that deletes a volume",
    gate: "verdict",
    build: (scratch) => {
      const release = releaseOf("9.0.0");
      soaked(scratch, release);
      promote(scratch, release, { "rendered/production/claim-data.yaml": undefined });
      scratch.run(["switch", "--quiet", "main"]);
      scratch.run(["rm", "--quiet", "rendered/staging/claim-data.yaml"]);
      scratch.commit(3 * day, {});
      scratch.run(["switch", "--quiet", "change"]);
    },
  },
  {
    what: "a one-way migration",
    gate: "can-go-back",
    build: (scratch) => {
      soaked(scratch, { ...next, migration: "one-way" });
      promote(scratch, { ...next, migration: "one-way" });
    },
  },
  {
    what: "an exception for a one-way migration that has ended",
    gate: "can-go-back",
    build: (scratch) => {
      const release = { ...next, migration: "one-way" };
      const exception = {
        environment: "production",
        kind: "one-way-migration",
        digest: next.digest,
        reason: "restored from the backup of that night",
        owner: "data",
        end: "2026-11-22",
      };
      soaked(scratch, release, policyFiles({ ...policy, exceptions: [exception] }));
      promote(scratch, release);
    },
  },
  {
    what: "a larger volume, which the API server would not shrink again",
    gate: "can-go-back",
    build: (scratch) => {
      soaked(scratch, releaseOf("8.0.0"));
      promote(scratch, releaseOf("8.0.0"));
    },
  },
  {
    what: "a rollback over a one-way migration",
    gate: "can-go-back",
    build: (scratch) => {
      begin(scratch);
      scratch.commit(1, releaseFiles("production", { ...next, migration: "one-way" }));
      scratch.run(["switch", "--quiet", "--create", "change"]);
      const back = { ...old, origin: "rollback", hold: { ...hold, digests: [next.digest] } };
      scratch.commit(0, releaseFiles("production", back));
    },
  },
  {
    what: "a release that soaked in another system than production's",
    gate: "difference",
    build: (scratch) => {
      const { production, ...others } = policy.environments;
      const strict = {
        ...policy,
        environments: { ...others, production: { ...production, differences: [] } },
      };
      soaked(scratch, next, policyFiles(strict));
      promote(scratch);
    },
  },
  {
    what: "a tree that nobody owns",
    gate: "owners",
    build: (scratch) => {
      soaked(scratch, next, { ".github/CODEOWNERS": "* @all\n/rendered/production/\n" });
      promote(scratch);
    },
  },
];

test.for(attacks)("$gate stops it, and nothing else would: $what", async ({ build, gate }) => {
  await withScratch(async (scratch) => {
    build(scratch);
    expect(stopped(await judge(scratch))).toStrictEqual([gate]);
    const without = gates.filter(({ name }) => name !== gate);
    expect(stopped(await judge(scratch, { gates: without }))).toStrictEqual([]);
  });
});

test("a tree beyond the limits of the plan is refused, not passed over", async () => {
  await withScratch(async (scratch) => {
    soaked(scratch);
    const huge = `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: huge }\ndata: { a: ${"a".repeat(7 * 2 ** 20)} }\n`;
    promote(scratch, next, { "rendered/production/huge.yaml": huge });
    expect(stopped(await judge(scratch))).toContain("verdict");
  });
});

test("every gate has an attack", () => {
  const attacked = new Set(attacks.map(({ gate }) => gate));
  expect(gates.map(({ name }) => name).filter((name) => !attacked.has(name))).toStrictEqual([]);
});

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
