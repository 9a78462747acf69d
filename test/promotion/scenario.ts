import type { Gate } from "../../src/promotion/gates/gate.ts";
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
  type PlainRelease,
  type Scratch,
} from "./scratch.ts";

/** Hours of a day. */
export const day = 24;
/** What runs, and what comes. */
export const old = releaseOf("1.0.0");
export const next = releaseOf("1.1.0");
/** A freeze that holds at the end of every scenario. */
export const freeze = {
  name: "year-end",
  environments: ["production"],
  timeZone: "Africa/Nairobi",
  reason: "the banks close their year",
  owner: "ops",
  start: "2026-11-20T00:00",
  end: "2026-11-30T00:00",
};
/** A hold without its digests. */
export const hold = { reason: "payments were lost", owner: "ops", end: "2026-12-31" };
const owners = { ".github/CODEOWNERS": "* @all\n" };

/** A main branch with 1.0.0 everywhere, ten days ago. */
export function begin(scratch: Scratch, files: Record<string, string> = {}): void {
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
export function soaked(
  scratch: Scratch,
  release: PlainRelease = next,
  files: Record<string, string> = {},
): void {
  begin(scratch, files);
  scratch.commit(3 * day, releaseFiles("staging", release), { message: "release 1.1.0 (#7)" });
}

/** A branch that promotes; its own dates say nothing. */
export function promote(
  scratch: Scratch,
  release: PlainRelease = next,
  more: Record<string, string | undefined> = {},
): void {
  propose(scratch, { ...releaseFiles("production", { ...release, origin: "promotion" }), ...more }, 9 * day);
}

/** Commits files on the branch of a pull request, so many hours later. Returns the commit. */
export function propose(
  scratch: Scratch,
  files: Readonly<Record<string, string | undefined>>,
  hours = 0,
): string {
  scratch.run(["switch", "--quiet", "--create", "change"]);
  return scratch.commit(hours, files);
}

/** Judges what is checked out against main, with the little renderer. */
export async function judge(
  scratch: Scratch,
  options: Partial<Omit<Tools, "signed">> & { readonly gates?: readonly Gate[] } = {},
): Promise<Judgement> {
  const base = mainTip(scratch);
  const head = mergeResult(scratch, base, "HEAD");
  return judgeChange(scratch, { base, head, now }, { render, ...options });
}

/** Names of the gates that stop a change. */
export const stopped = ({ gates: results }: Judgement): string[] =>
  results.filter(({ status }) => status === "failed" || status === "waits").map(({ name }) => name);

/** Returns the files of a release as plain text. */
export function filesOf(environment: string, release: PlainRelease): Record<string, string> {
  return Object.fromEntries(
    Object.entries(releaseFiles(environment, release)).flatMap(([path, text]) =>
      text === undefined ? [] : [[path, text]],
    ),
  );
}

/** A release that migrates one way, soaked and promoted, with an exception for it whose last day is given. */
export function promoteOneWay(scratch: Scratch, end: string): void {
  const release = { ...next, migration: "one-way" };
  soaked(scratch, release, policyFiles(policyWith(release, { kind: "one-way-migration", end })));
  promote(scratch, release);
}

/** The policy, with an exception for a release in production. */
function policyWith({ digest }: PlainRelease, exception: object): object {
  const decided = { reason: "restored from the backup of that night", owner: "data", end: "2026-12-31" };
  const exceptions = [{ environment: "production", digest, ...decided, ...exception }];
  return { ...policy, exceptions };
}

/** A release that changes what an object cannot have back, soaked and promoted; with an exception of a kind, if given. */
export function promoteForGood(scratch: Scratch, version: "6.1.0" | "7.1.0" | "7.2.0", kind?: string): void {
  const [before, after] = [releaseOf(version.replace(/\..*/, ".0.0")), releaseOf(version)];
  soaked(scratch, after, {
    ...filesOf("staging", before),
    ...filesOf("production", before),
    ...policyFiles(kind === undefined ? policy : policyWith(after, { kind })),
  });
  promote(scratch, after);
}
