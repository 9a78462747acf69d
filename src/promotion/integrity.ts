import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { InputError } from "../errors.ts";
import type { Git } from "../plan/read/git.ts";
import type { MainLine } from "./history.ts";
import { textOf } from "./objects.ts";
import { formatInstant } from "./time.ts";

/** How far the clocks of a server and of this machine may differ (milliseconds). */
const skew = 5 * 60_000;

/**
 * Throws an InputError where git shows another history than the one that was merged: a shallow clone, replace refs or
 * grafts, or a main branch that no longer holds what a promotion tag points at. Then nothing can be concluded.
 */
export function checkRepository(git: Git, root: string, line: MainLine): void {
  const reasons: string[] = [];
  if (textOf(git, ["rev-parse", "--is-shallow-repository"]) !== "false")
    reasons.push("the clone is shallow, so its history is cut off; run git fetch --unshallow");
  if (textOf(git, ["for-each-ref", "--count=1", "refs/replace"]) !== "")
    reasons.push("there are replace refs (git replace --list); delete them");
  if (existsSync(resolve(root, textOf(git, ["rev-parse", "--git-common-dir"]), "info/grafts")))
    reasons.push("there are grafts (.git/info/grafts); remove the file");
  const present = new Set(line.map(({ id }) => id));
  const tags = textOf(git, [
    "for-each-ref",
    "--format=%(refname:short) %(*objectname) %(objectname)",
    "refs/tags/promotion",
  ]);
  for (const tag of tags.split("\n").filter(Boolean)) {
    const [name = "", peeled = "", own = ""] = tag.split(" ");
    if (!present.has(peeled || own))
      reasons.push(
        `the commit of the tag ${name} is not on the main branch: its history was rewritten, or is not all here`,
      );
  }
  if (reasons.length > 0) throw new InputError(reasons.map((message) => ({ file: "history", message })));
}

/**
 * Throws an InputError where dates of the main line cannot be true: later than now, or earlier than those of the commit
 * before. `until` is the oldest place that anything is concluded from.
 */
export function checkDates(line: MainLine, until: number, now: number): void {
  const [tip] = line;
  if (tip && tip.time > now + skew)
    throw new InputError([
      {
        file: `commit ${tip.id.slice(0, 12)}`,
        message: `is dated ${formatInstant(tip.time)}, which is in the future`,
      },
    ]);
  for (const [index, { id, time }] of line.slice(0, until + 1).entries()) {
    const older = line[index + 1];
    if (older && older.time > time)
      throw new InputError([
        {
          file: `commit ${id.slice(0, 12)}`,
          message: `is dated ${formatInstant(time)}, before the commit that it follows on main (${older.id.slice(0, 12)}, ${formatInstant(older.time)})`,
        },
      ]);
  }
}
