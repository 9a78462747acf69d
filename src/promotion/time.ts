import type { MainLine, Stand } from "./history.ts";
import type { Signed } from "./signature.ts";
import { span } from "./wall-clock.ts";

/** When something stood on the main branch, and how that is known. */
export interface Since {
  /** Milliseconds since 1970. */
  readonly time: number;
  /** The commit whose date this is. */
  readonly commit: string;
  readonly known: "signed" | "claimed";
}

/**
 * Returns from when a commit of the main line counts: from its own date or, where the server signs, from the date of
 * the next commit on main that it signed. Undefined where no such commit follows. Dates of others are claims.
 */
export function countedFrom(line: MainLine, place: number, signed: Signed | undefined): Since | undefined {
  for (let index = place; index >= 0; index -= 1) {
    const commit = line[index];
    if (commit && (!signed || signed(commit.id)))
      return { time: commit.time, commit: commit.id, known: signed ? "signed" : "claimed" };
  }
  return undefined;
}

/**
 * Returns how long a release has stood, in milliseconds: until now where it still stands at the tip, else until the
 * commit that replaced it or, where that one is not signed, the newest signed one that still had it.
 */
export function stoodFor(
  {
    line,
    signed,
    now,
  }: { readonly line: MainLine; readonly signed: Signed | undefined; readonly now: number },
  { from, to }: Stand,
): { readonly since: Since; readonly duration: number } | undefined {
  const since = countedFrom(line, from, signed);
  if (!since) return undefined;
  if (to === 0) return { since, duration: now - since.time };
  const until = line.slice(to - 1, from + 1).find((commit) => !signed || signed(commit.id));
  return { since, duration: Math.max(0, (until?.time ?? since.time) - since.time) };
}

/** Writes a duration in hours and minutes: `36 h 5 min`. */
export function formatDuration(milliseconds: number): string {
  const minutes = Math.floor(milliseconds / span.minute);
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return rest === 0 ? `${hours} h` : `${hours} h ${rest} min`;
}

/** Writes an instant as `2026-11-23T13:00:00Z`. */
export function formatInstant(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19)}Z`;
}
