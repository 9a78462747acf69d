import { z } from "zod";
import { described, label, owner, reason } from "../values/fields.ts";
import {
  formatWallClock,
  isTimeZone,
  parseWallClock,
  span,
  wallClockAt,
  type WallClock,
} from "./wall-clock.ts";

const common = {
  name: described(label, "Name, for messages and for the sync window's description."),
  environments: described(z.array(label).min(1), "Environments that do not change meanwhile."),
  timeZone: described(
    z.string().refine(isTimeZone, "expected a time zone such as Africa/Nairobi"),
    "Time zone of its times.",
  ),
  reason: described(reason, "Why."),
  owner: described(owner, "Who may end it."),
};

const localTime = z
  .string()
  .refine((text) => parseWallClock(text) !== undefined, "expected a time such as 2026-12-20T18:00");

const yearly = z.strictObject({
  ...common,
  schedule: described(
    z
      .string()
      .refine(
        (text) => yearlyStart(text, 2027) !== undefined,
        'expected a minute, an hour, a day and a month of every year, such as "0 18 20 12 *"',
      ),
    "When it begins every year, as cron: minute, hour, day, month and *.",
  ),
  duration: described(
    z.string().regex(/^[1-9]\d{0,3}h$/, "expected hours such as 384h, at most 9999h"),
    "How long it lasts, in hours of the clock on the wall, as Argo CD counts them.",
  ),
});

const dated = z
  .strictObject({
    ...common,
    start: described(localTime, "When it begins."),
    end: described(localTime, "When it ends; after it a pull request removes the entry."),
  })
  .check((context) => {
    const { start, end } = context.value;
    const length = (parseWallClock(end) ?? 0) - (parseWallClock(start) ?? 0);
    if (length > 0 && length <= 366 * span.day) return;
    const message = `must be after the start (${start}), by a year at most`;
    context.issues.push({ code: "custom", input: end, path: ["end"], message });
  });

/** `environments/freeze.yaml`: when environments do not change. */
export const freezeSchema = z
  .strictObject({ freezes: described(z.array(z.union([yearly, dated])), "Times without changes.") })
  .check((context) => {
    const names = context.value.freezes.map(({ name }) => name);
    for (const [index, name] of names.entries()) {
      if (names.indexOf(name) === index) continue;
      const message = "must be a name of its own";
      context.issues.push({ code: "custom", input: name, path: ["freezes", index, "name"], message });
    }
  });

/** One entry of the calendar. */
export type Freeze = z.infer<typeof freezeSchema>["freezes"][number];

/** A time on the wall from its start, which belongs to it, to its end, which does not. */
interface Times {
  readonly start: WallClock;
  readonly end: WallClock;
}

/** A freeze that holds, and when it ends. */
export interface Frozen {
  readonly freeze: Freeze;
  /** Its end on the wall of its time zone, such as `2027-01-05T10:00`. */
  readonly until: string;
}

/** Returns the freezes of an environment that hold at an instant (milliseconds since 1970). */
export function freezesAt(
  freezes: readonly Freeze[],
  environment: string,
  instant: number,
): readonly Frozen[] {
  return freezes
    .filter(({ environments }) => environments.includes(environment))
    .flatMap((freeze) => {
      const now = wallClockAt(instant, freeze.timeZone);
      const inside = timesAround(freeze, now).find(({ start, end }) => start <= now && now < end);
      return inside ? [{ freeze, until: formatWallClock(inside.end) }] : [];
    });
}

/** Returns the times of an entry that can hold at a time on the wall: a yearly one may have begun a year or two before. */
function timesAround(freeze: Freeze, now: WallClock): readonly Times[] {
  if ("start" in freeze) return [datedTimes(freeze)];
  const year = new Date(now).getUTCFullYear();
  return [year - 2, year - 1, year].flatMap((candidate) => {
    const start = yearlyStart(freeze.schedule, candidate);
    return start === undefined ? [] : [{ start, end: start + hoursOf(freeze.duration) * span.hour }];
  });
}

/** Returns start and end of a dated entry. */
export function datedTimes({ start, end }: Extract<Freeze, { readonly start: string }>): Times {
  return { start: parseWallClock(start) ?? 0, end: parseWallClock(end) ?? 0 };
}

/** Returns the hours of `384h`. */
export function hoursOf(duration: string): number {
  return Number(duration.slice(0, -1));
}

/** Returns when a yearly entry begins in a year; undefined for what is not in every year, 29 February included. */
export function yearlyStart(schedule: string, year: number): WallClock | undefined {
  const match = /^(\d{1,2}) (\d{1,2}) (\d{1,2}) (\d{1,2}) \*$/.exec(schedule);
  if (!match) return undefined;
  const [minute = "", hour = "", day = "", month = ""] = match.slice(1).map((part) => part.padStart(2, "0"));
  if (`${month}-${day}` === "02-29") return undefined;
  return parseWallClock(`${year}-${month}-${day}T${hour}:${minute}`);
}
