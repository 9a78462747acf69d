import { UsageError } from "../../errors.ts";
import { userEmail } from "../../promotion/publish.ts";
import type { Repository } from "../../promotion/sides.ts";
import type { Release } from "../../values/release.ts";
import { textOption, type Call } from "../command.ts";

/** Days after which a hold is reported where nobody said until when. */
const usualDays = 14;

/** Returns the hold that the options ask for, on some digests or, without them, on every release. */
export function holdOf(
  call: Call,
  repository: Repository,
  digests: readonly string[] | undefined,
): NonNullable<Release["hold"]> {
  return {
    ...(digests ? { digests: [...new Set(digests)] } : {}),
    reason: required(call, "reason"),
    owner: ownerOf(call, repository),
    end: endOf(call),
  };
}

/** Returns who answers for a decision: as asked for, else git's user. Throws a UsageError where neither is known. */
export function ownerOf(call: Call, repository: Repository): string {
  const owner = textOption(call, "owner") ?? userEmail(repository);
  if (!owner) throw new UsageError("--owner is missing, and git's user.email is not set");
  return owner;
}

/** Returns the last day of a hold, as year-month-day: as asked for, else in two weeks. */
function endOf(call: Call): string {
  const usual = new Date(call.now() + usualDays * 86_400_000).toISOString().slice(0, 10);
  return textOption(call, "end") ?? usual;
}

/** Returns an option that a command cannot do without. */
export function required(call: Call, name: string): string {
  const value = textOption(call, name);
  if (!value) throw new UsageError(`--${name} is missing; --help says what it is for`);
  return value;
}
