/**
 * A time as a clock on the wall shows it, in milliseconds as if that clock ran in UTC. Argo CD counts sync windows in
 * it (SyncWindows.Active adds the zone's offset of the moment), so days of 23 and 25 hours need no special case.
 */
export type WallClock = number;

/** Milliseconds of a minute, an hour and a day on the wall. */
export const span = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;

const formats = new Map<string, Intl.DateTimeFormat>();

/** Returns what the clocks of a time zone show at an instant (milliseconds since 1970). */
export function wallClockAt(instant: number, timeZone: string): WallClock {
  const parts = new Map(
    formatOf(timeZone)
      .formatToParts(instant)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const part = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
  return (
    Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second")) +
    (instant % 1000)
  );
}

/** Reads `2026-12-20T18:00`; undefined for what no calendar has. */
export function parseWallClock(text: string): WallClock | undefined {
  const time = Date.parse(`${text}:00Z`);
  return Number.isNaN(time) || formatWallClock(time) !== text ? undefined : time;
}

/** Writes `2026-12-20T18:00`. */
export function formatWallClock(time: WallClock): string {
  return new Date(time).toISOString().slice(0, 16);
}

/** Whether Argo CD (Go's time zone database, whose names are files) and this program both know a time zone. */
export function isTimeZone(name: string): boolean {
  if (!/^(?:UTC|[A-Z][a-z]+(?:\/[A-Z][A-Za-z]*(?:[_-][A-Za-z][a-z]*)*)+)$/.test(name)) return false;
  try {
    // A file's name has one spelling; the database here takes any.
    const { timeZone } = new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions();
    return timeZone === name || timeZone.toLowerCase() !== name.toLowerCase();
  } catch {
    return false;
  }
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const made = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  formats.set(timeZone, made);
  return made;
}
