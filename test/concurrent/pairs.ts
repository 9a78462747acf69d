import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run, withCopy } from "../repository.ts";
import type { Change } from "./changes.ts";
import { isInOne, type Pair, type Random } from "./draw.ts";
import { importChanges, type Merged, type Scratch } from "./merge.ts";
import { inputs, renderTexts } from "./tree.ts";

/** How the textual merge of two changes ends. */
export const classes = [
  /** The merged tree is what the merged values ask for. */
  "equal",
  /** Git asks a person, among others about values. */
  "conflict in the values",
  /** Git asks a person, about generated files alone. */
  "conflict in generated files alone",
  /** Git merges, and the merged tree is not what the merged values ask for. */
  "silently stale",
  /** Git merges, and the merged values are not permitted together. */
  "silently refused",
] as const;

type Class = (typeof classes)[number];

/** What became of the pairs. */
export interface Outcome {
  readonly pairs: number;
  /** Pairs whose changes are both in one environment. */
  readonly inOne: number;
  readonly keys: number;
  readonly counts: ReadonlyMap<Class, number>;
  /** Merges on which `npm run check` was run. */
  readonly checked: number;
  /** Conflicts that were resolved by `npm run render`. */
  readonly resolved: number;
  /** Merges that `npm run check` judged otherwise than it should, and conflicts that stayed. */
  readonly missed: readonly string[];
}

// Every silent mistake is checked, and this share of the rest: that the check passes what is well, and that the
// command which the documentation names resolves a conflict.
const sampled = 0.04;

/** Merges pairs of changes with git, and runs the program on what comes of it. */
export async function mergePairs(pairs: readonly Pair[], random: Random): Promise<Outcome> {
  const before = renderTexts(inputs);
  if (!before) throw new Error("the repository's own values are not permitted");
  const folder = mkdtempSync(join(tmpdir(), "pairs-"));
  const counts = new Map<Class, number>(classes.map((name) => [name, 0]));
  const missed: string[] = [];
  let checked = 0;
  let resolved = 0;
  try {
    const scratch = importChanges(folder, before, [...new Set(pairs.flat())]);
    for (const pair of pairs) {
      const merged = scratch.merge(pair);
      const found = classOf(scratch, merged);
      counts.set(found, (counts.get(found) ?? 0) + 1);
      const isSampled = random() < sampled;
      if (found === "conflict in the values" || (!found.startsWith("silently") && !isSampled)) continue;
      const wrong = await judged(scratch, merged, { pair, found });
      if (found === "conflict in generated files alone") resolved += 1;
      else checked += 1;
      if (wrong !== undefined) missed.push(`${pair.map(nameOf).join(" and ")}: ${found}, but ${wrong}`);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  const keys = new Set(pairs.flat().map(({ key }) => key)).size;
  return {
    pairs: pairs.length,
    inOne: pairs.filter(isInOne).length,
    keys,
    counts,
    checked,
    resolved,
    missed,
  };
}

function nameOf({ key, file }: Change): string {
  return `${key} in ${file}`;
}

function classOf(scratch: Scratch, merged: Merged): Class {
  const { conflicts, texts } = merged;
  if (conflicts.some((path) => inputs.has(path))) return "conflict in the values";
  if (conflicts.length > 0) return "conflict in generated files alone";
  const wanted = renderTexts(texts);
  if (!wanted) return "silently refused";
  return scratch.holds(merged, wanted) ? "equal" : "silently stale";
}

/** Runs the program on a merge, as a person or the merge queue would; returns what it should not have done. */
async function judged(
  scratch: Scratch,
  merged: Merged,
  { pair, found }: { readonly pair: Pair; readonly found: Class },
): Promise<string | undefined> {
  let wrong: string | undefined;
  await withCopy(async (folder) => {
    scratch.checkOut(merged, pair, folder);
    const allowed: readonly number[] =
      found === "silently refused" ? [1, 2] : found === "silently stale" ? [1] : [0];
    if (found === "conflict in generated files alone") {
      const { code } = await run(folder, ["render"]);
      // Values that are not permitted together are mended by a person first.
      if (code !== 0 && !renderTexts(merged.texts)) return;
      if (code !== 0) wrong = `npm run render ends with ${code}`;
    }
    const { code, stdout } = await run(folder, ["check"]);
    if (!allowed.includes(code)) wrong ??= `npm run check ends with ${code}`;
    if (found === "silently stale" && !stdout.includes("to mend them: npm run render"))
      wrong ??= "npm run check does not name the command";
  });
  return wrong;
}
