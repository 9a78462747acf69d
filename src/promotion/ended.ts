import type { Problem } from "../errors.ts";
import type { Release } from "../values/release.ts";
import type { Position } from "../values/source-node.ts";
import { freezeFile, policyFile, type Policies } from "./load.ts";
import { wallClockAt, parseWallClock } from "./wall-clock.ts";

/** The release of one environment and where it stands. */
export interface PlacedRelease {
  readonly environment: string;
  readonly release: Release;
  readonly locate: (path: string) => Position | undefined;
}

/**
 * Returns what was accepted for a time that is over at an instant (milliseconds since 1970): holds, exceptions and
 * budgets after their last day in UTC, dated freezes after their end.
 */
export function endedPolicies(
  { policy, freezes, locatePolicy, locateFreeze }: Policies,
  releases: readonly PlacedRelease[],
  instant: number,
): readonly Problem[] {
  const today = new Date(instant).toISOString().slice(0, 10);
  const over = (end: string | undefined): end is string => end !== undefined && end < today;
  return [
    ...releases.flatMap(({ environment, release: { hold }, locate }) =>
      over(hold?.end)
        ? [
            problem(`environments/${environment}/release.yaml`, locate, "hold.end", {
              message: `the hold was expected until ${hold?.end}; lift it (npm run unhold -- ${environment}), or agree on a later end`,
            }),
          ]
        : [],
    ),
    ...policy.exceptions.flatMap(({ kind, environment, end }, index) =>
      over(end)
        ? [
            problem(policyFile, locatePolicy, `exceptions[${index}].end`, {
              message: `the exception for ${kind} in ${environment} ended on ${end}; remove it`,
            }),
          ]
        : [],
    ),
    ...Object.entries(policy.environments).flatMap(([name, { deletionBudget }]) =>
      over(deletionBudget?.end)
        ? [
            problem(policyFile, locatePolicy, `environments["${name}"].deletionBudget.end`, {
              message: `the deletion budget ended on ${deletionBudget?.end}; remove it, or agree on a later end`,
            }),
          ]
        : [],
    ),
    ...freezes.flatMap((freeze, index) =>
      "end" in freeze && wallClockAt(instant, freeze.timeZone) >= (parseWallClock(freeze.end) ?? 0)
        ? [
            problem(freezeFile, locateFreeze, `freezes[${index}].end`, {
              message: `the freeze ${freeze.name} ended at ${freeze.end}; remove it, its sync window comes back every year`,
            }),
          ]
        : [],
    ),
  ];
}

function problem(
  file: string,
  locate: (path: string) => Position | undefined,
  path: string,
  { message }: { readonly message: string },
): Problem {
  return { ...(locate(path) ?? { file }), path, message };
}
