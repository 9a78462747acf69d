import { compareText } from "../../kubernetes/text.ts";
import type { Plan } from "../../plan/report/model.ts";
import type { Release } from "../../values/release.ts";
import type { Freeze } from "../freeze.ts";
import type { MainLine, Stand } from "../history.ts";
import type { OwnersOf } from "../owners.ts";
import type { Policy } from "../policy.ts";
import type { Signed } from "../signature.ts";
import type { EnvironmentTree } from "../difference.ts";

/** What a gate says: `waits` is a failure that time alone mends. */
export interface Result {
  readonly status: "passed" | "failed" | "waits" | "not applicable";
  /** One sentence. */
  readonly message: string;
  /** What it was concluded from, a line each; printed on request. */
  readonly evidence: readonly string[];
}

/** One condition of a release. */
export interface Gate {
  readonly name: string;
  readonly judge: (situation: Situation) => Result | Promise<Result>;
}

/** Both sides of an environment's release. */
export interface ReleaseChange {
  readonly environment: string;
  readonly before: Release | undefined;
  readonly after: Release | undefined;
}

/** What the plan says of one environment. */
export interface Planned extends Pick<Plan, "verdict" | "effects"> {
  /** What it could not compute, and what is wrong beyond any one object; a line each. */
  readonly problems: readonly string[];
}

/** Everything that gates look at; read from git alone. */
export interface Situation {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Paths that differ between base and head. */
  readonly changed: readonly string[];
  /** Environments that the base's policy names and whose release.yaml differs. */
  readonly releases: readonly ReleaseChange[];
  /** Policy of the base; never the head's. */
  readonly policy: Policy;
  readonly freezes: readonly Freeze[];
  readonly owners: OwnersOf;
  /** Returns the release of an environment as the base has it. */
  readonly baseRelease: (environment: string) => Release | undefined;
  /** The first-parent line that the base ends. */
  readonly line: MainLine;
  /** Returns what stood in an environment on that line, newest first. */
  readonly stands: (environment: string) => readonly Stand[];
  /** Undefined where no key is configured. */
  readonly signed: Signed | undefined;
  /** Throws an InputError where a date of the line, from its tip to a place, cannot be true. */
  readonly checkDates: (until: number) => void;
  /** Returns the rendered tree of an environment on one side. */
  readonly tree: (side: "base" | "head", environment: string) => EnvironmentTree;
  /** Returns what the change does to an environment's cluster, or what taking it back would do. */
  readonly plan: (environment: string, direction: "forward" | "back") => Planned;
  /** Returns an environment's tree as this program renders it from the head's values. */
  readonly rendered: (environment: string) => Promise<ReadonlyMap<string, string>>;
}

/** A release that goes into one environment. */
export interface Promotion {
  readonly environment: string;
  readonly before: Release;
  readonly after: Release;
  readonly isRollback: boolean;
}

/**
 * Returns the release that a change brings into an environment: the first whose release differs in more than its hold.
 */
export function promotionOf({ releases }: Pick<Situation, "releases">): Promotion | undefined {
  for (const { environment, before, after } of releases) {
    if (before && after && !isSameRelease(before, after))
      return { environment, before, after, isRollback: after.origin === "rollback" };
  }
  return undefined;
}

function isSameRelease(before: Release, after: Release): boolean {
  return withoutHold(before) === withoutHold(after);
}

function withoutHold(release: Release): string {
  return JSON.stringify(
    Object.entries(release)
      .filter(([key]) => key !== "hold")
      .toSorted(([a], [b]) => compareText(a, b)),
  );
}

/** Says yes. */
export function passed(message: string, evidence: readonly string[] = []): Result {
  return { status: "passed", message, evidence };
}

/** Says no. */
export function failed(message: string, evidence: readonly string[] = []): Result {
  return { status: "failed", message, evidence };
}

/** Says not yet. */
export function waits(message: string, evidence: readonly string[] = []): Result {
  return { status: "waits", message, evidence };
}

/** Says that the gate has nothing to decide, and why. */
export function notApplicable(message: string): Result {
  return { status: "not applicable", message, evidence: [] };
}

/** A gate that only a release can fail. */
export function ofRelease(
  name: string,
  judge: (situation: Situation, promotion: Promotion) => Result | Promise<Result>,
): Gate {
  return {
    name,
    judge: (situation) => {
      const promotion = promotionOf(situation);
      return promotion ? judge(situation, promotion) : notApplicable("no release changes");
    },
  };
}

/** Shortens a digest as people compare it. */
export function short(digest: string): string {
  return digest.slice(0, "sha256:".length + 12);
}
