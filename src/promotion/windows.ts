import { datedTimes, hoursOf, yearlyStart, type Freeze } from "./freeze.ts";
import { span, type WallClock } from "./wall-clock.ts";

/** A deny window of an AppProject, in Argo CD's own form. */
export interface DenyWindow {
  readonly description: string;
  readonly schedule: string;
  readonly duration: string;
  readonly timeZone: string;
}

/** A year without 29 February, for entries that name none. */
const anyYear = 2027;

/**
 * Returns the windows of an environment. Argo CD's windows are open at both ends (it asks whether the schedule fires
 * between now less the duration and now, neither included), so each begins a minute before its entry: never laxer
 * inside it. A cron has no year, so a dated entry's window comes every year until the entry is removed.
 */
export function denyWindows(freezes: readonly Freeze[], environment: string): readonly DenyWindow[] {
  return freezes
    .filter(({ environments }) => environments.includes(environment))
    .map((freeze) => {
      const { name, reason, timeZone } = freeze;
      return { description: `${name}: ${reason}`, ...timesOf(freeze), timeZone };
    });
}

function timesOf(freeze: Freeze): Pick<DenyWindow, "schedule" | "duration"> {
  const isDated = "start" in freeze;
  const times = isDated ? datedTimes(freeze) : { start: yearlyStart(freeze.schedule, anyYear) ?? 0, end: 0 };
  const length = isDated ? times.end - times.start : hoursOf(freeze.duration) * span.hour;
  const start = times.start - span.minute;
  // A yearly entry of 1 March 00:00: the minute before is 29 February in some years, so its window begins a day early
  // in those, and lasts a day longer in all.
  const isLeap = !isDated && cron(start).endsWith(" 28 2 *");
  return {
    schedule: cron(start),
    duration: goDuration(length + span.minute + (isLeap ? span.day : 0)),
  };
}

function cron(time: WallClock): string {
  const date = new Date(time);
  return `${date.getUTCMinutes()} ${date.getUTCHours()} ${date.getUTCDate()} ${date.getUTCMonth() + 1} *`;
}

function goDuration(length: number): string {
  const minutes = (length % span.hour) / span.minute;
  return `${Math.floor(length / span.hour)}h${minutes === 0 ? "" : `${minutes}m`}`;
}
