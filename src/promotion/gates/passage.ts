import { freezesAt } from "../freeze.ts";
import type { Stand } from "../history.ts";
import { soakHours } from "../policy.ts";
import { formatDuration, formatInstant, stoodFor } from "../time.ts";
import { compareVersions } from "../version.ts";
import { span } from "../wall-clock.ts";
import { reachedBy } from "./scope.ts";
import {
  failed,
  notApplicable,
  ofRelease,
  passed,
  promotionOf,
  short,
  waits,
  type Gate,
  type Situation,
} from "./gate.ts";

/** A release comes from the environment before, copied whole; only the first of an order takes new ones. */
export const order: Gate = ofRelease(
  "order",
  ({ policy, baseRelease }, { environment, after, isRollback }) => {
    if (isRollback) return notApplicable("a rollback goes back to what stood here");
    const earlier = policy.environments[environment]?.after;
    if (earlier === undefined) return passed(`${environment} takes new releases`);
    const source = baseRelease(earlier);
    if (!source) return failed(`${earlier} has no release on the base`);
    const fields = ["digest", "version", "source", "migration"] as const;
    const wrong = fields.filter((field) => source[field] !== after[field]);
    if (wrong.length > 0)
      return failed(
        `${wrong.join(", ")} ${wrong.length === 1 ? "is" : "are"} not what ${earlier} has; a promotion copies them`,
        wrong.map(
          (field) =>
            `${field}: ${earlier} has ${source[field] ?? "none"}, the release ${after[field] ?? "none"}`,
        ),
      );
    if (after.origin !== "promotion")
      return failed(`its origin must be promotion, it is ${after.origin ?? "release"}`);
    return passed(`${short(after.digest)} is the release of ${earlier}`);
  },
);

/** The digest stood in the environment before, unbroken, for that environment's soak time. */
export const soak: Gate = ofRelease("soak", (situation, { environment, after, isRollback }) => {
  const { policy, stands, line, signed, now } = situation;
  const earlier = policy.environments[environment]?.after;
  if (isRollback) return notApplicable("a rollback does not wait");
  if (earlier === undefined) return notApplicable(`${environment} takes new releases`);
  if (after.hotfix)
    return passed(`hotfix by ${after.hotfix.owner}: ${after.hotfix.reason}`, [
      "the soak time is skipped, nothing else",
    ]);
  const needed = soakHours(policy, earlier) * span.hour;
  const [stand] = stands(earlier);
  if (stand?.to !== 0 || stand.release.digest !== after.digest)
    return failed(`${short(after.digest)} does not stand in ${earlier} on main`);
  situation.checkDates(stand.from);
  const entered = line[stand.from];
  const stood = stoodFor({ line, signed, now }, stand);
  if (!stood)
    return waits(`it stands in ${earlier}, but no commit since then has the server's signature`, [
      `entered with ${entered?.id ?? ""}`,
    ]);
  const { since, duration } = stood;
  const evidence = [
    `requested in git for ${earlier} by commit ${entered?.id ?? ""}: ${entered?.subject ?? ""}`,
    `counted from ${formatInstant(since.time)} (commit ${since.commit.slice(0, 12)}, ${
      since.known === "signed"
        ? "signed by the server"
        : "claimed: no key is configured, so its committer could have written any date"
    })`,
    `commits of main since then, all with this digest: ${stand.from + 1}`,
  ];
  return duration >= needed
    ? passed(`it stood in ${earlier} for ${formatDuration(duration)} of ${formatDuration(needed)}`, evidence)
    : waits(
        `it stands in ${earlier} for ${formatDuration(duration)} of ${formatDuration(needed)}, until ${formatInstant(since.time + needed)}`,
        evidence,
      );
});

/** Nobody holds the release back, here or where it comes from. */
export const hold: Gate = ofRelease("hold", ({ policy, baseRelease }, { environment, after, isRollback }) => {
  const earlier = policy.environments[environment]?.after;
  const places = isRollback || earlier === undefined ? [environment] : [environment, earlier];
  for (const place of places) {
    const found = baseRelease(place)?.hold;
    if (!found) continue;
    const { digests, reason, owner, end } = found;
    const holds = digests ? digests.includes(after.digest) : !isRollback;
    if (holds)
      return failed(
        `${place} holds ${digests ? short(after.digest) : "every release"} back (${owner}, expected until ${end}): ${reason}`,
        [`lift it by a pull request of its own: npm run unhold -- ${place}`],
      );
  }
  return passed(`neither ${places.join(" nor ")} holds it back`);
});

/** Nothing changes in a freeze, release or not, but a rollback. */
export const freeze: Gate = {
  name: "freeze",
  judge: (situation: Situation) => {
    const { changed, freezes, policy, now } = situation;
    const promotion = promotionOf(situation);
    const back = promotion?.isRollback === true ? promotion.environment : undefined;
    const reached = reachedBy(changed);
    // The charts of an environment are named after it.
    const names = Object.keys(policy.environments).filter((name) =>
      reached.some((place) => place === name || place.startsWith(`${name}-`)),
    );
    const touched = [...new Set([...names, ...reached, ...(promotion ? [promotion.environment] : [])])];
    if (touched.length === 0) return notApplicable("no environment changes");
    const frozen = touched
      .filter((name) => name !== back)
      .flatMap((name) => freezesAt(freezes, name, now).map((one) => ({ name, ...one })));
    const evidence = frozen.map(
      ({ name, freeze: { name: entry, reason, owner, timeZone }, until }) =>
        `${name}: ${entry} until ${until} ${timeZone} (${owner}): ${reason}`,
    );
    if (frozen.length > 0) return waits(`frozen: ${evidence.join("; ")}`, evidence);
    return back === undefined ? passed("no freeze") : passed("a rollback is not stopped by a freeze");
  },
};

/** Not older than what runs, unless it is a rollback. */
export const notOlder: Gate = ofRelease(
  "not-older",
  ({ stands }, { environment, before, after, isRollback }) => {
    if (isRollback) return notApplicable("a rollback goes back");
    if (compareVersions(after.version, before.version) < 0)
      return failed(
        `${after.version} is older than ${before.version}; to go back: npm run rollback -- ${environment}`,
      );
    const earlier =
      before.digest === after.digest
        ? undefined
        : stands(environment).find((stand) => stand.release.digest === after.digest);
    if (earlier)
      return failed(
        `${short(after.digest)} stood in ${environment} before and was replaced; to go back: npm run rollback -- ${environment}`,
      );
    return passed(`${after.version} follows ${before.version}`);
  },
);

/** A rollback goes to the newest digest that completed its soak time there and is not held, and holds the other back. */
export const rollback: Gate = ofRelease(
  "rollback",
  (situation, { environment, before, after, isRollback }) => {
    if (!isRollback) return notApplicable("not a rollback");
    const candidate = rollbackTarget(situation, environment, before.digest);
    if (!candidate)
      return failed(`no digest completed its soak time in ${environment} before and is not held`);
    if (candidate.release.digest !== after.digest)
      return failed(
        `${short(after.digest)} is not the newest that completed its soak time: ${short(candidate.release.digest)} is`,
      );
    const fields = ["version", "source", "migration"] as const;
    const wrong = fields.filter((field) => candidate.release[field] !== after[field]);
    if (wrong.length > 0) return failed(`${wrong.join(", ")} differ from what stood there with this digest`);
    if (
      after.hold?.digests?.includes(before.digest) !== true &&
      (after.hold === undefined || after.hold.digests)
    )
      return failed(
        `the release must hold ${short(before.digest)} back, with a reason, or automation brings it again`,
      );
    return passed(
      `${after.version} completed its soak time here; ${short(before.digest)} is held back: ${after.hold?.reason ?? ""}`,
    );
  },
);

/** Returns the newest stand to go back to, or undefined. */
export function rollbackTarget(
  situation: Pick<Situation, "stands" | "line" | "signed" | "now" | "policy" | "baseRelease" | "checkDates">,
  environment: string,
  running: string,
): Stand | undefined {
  const { stands, line, signed, now, policy, baseRelease } = situation;
  const needed = soakHours(policy, environment) * span.hour;
  const held = baseRelease(environment)?.hold?.digests ?? [];
  return stands(environment).find((stand) => {
    const { digest } = stand.release;
    if (digest === running || held.includes(digest)) return false;
    situation.checkDates(stand.from);
    return (stoodFor({ line, signed, now }, stand)?.duration ?? -1) >= needed;
  });
}
