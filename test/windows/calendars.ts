import type { Freeze } from "../../src/promotion/freeze.ts";

const common = { environments: ["production"], reason: "the banks close", owner: "ops" };

/** A dated entry. */
export function dated(timeZone: string, start: string, end: string): Freeze {
  return { ...common, name: "dated", timeZone, start, end };
}

/** A yearly entry. */
export function yearly(timeZone: string, schedule: string, duration: string): Freeze {
  return { ...common, name: "yearly", timeZone, schedule, duration };
}

/** Calendars of one entry each, with everything that a clock on the wall does in these zones. */
export const calendars: readonly (readonly [string, Freeze])[] = [
  ["over the turn of the year", yearly("Africa/Nairobi", "0 18 20 12 *", "376h")],
  ["the first minute of the year", yearly("Pacific/Auckland", "0 0 1 1 *", "24h")],
  ["from 1 March, the minute before which is 29 February in some years", yearly("UTC", "0 0 1 3 *", "48h")],
  ["over the hour that is skipped", yearly("Europe/Berlin", "0 12 25 3 *", "168h")],
  ["over the hour that comes twice", yearly("America/New_York", "30 1 31 10 *", "240h")],
  ["in a zone that moves by half an hour", yearly("Australia/Lord_Howe", "0 0 1 4 *", "240h")],
  ["longer than a year", yearly("Africa/Nairobi", "0 0 1 6 *", "9000h")],
  ["one hour", yearly("Asia/Tokyo", "0 9 1 7 *", "1h")],
  ["dated, over the turn of the year", dated("Africa/Nairobi", "2026-12-20T18:00", "2027-01-05T10:30")],
  [
    "dated, from within the hour that is skipped",
    dated("Europe/Berlin", "2027-03-28T02:30", "2027-03-30T08:00"),
  ],
  [
    "dated, to within the hour that comes twice",
    dated("Europe/Berlin", "2027-10-29T08:00", "2027-10-31T02:30"),
  ],
  [
    "dated, within the hour that comes twice",
    dated("America/New_York", "2026-11-01T00:30", "2026-11-01T01:45"),
  ],
  [
    "dated, from the start of a March after 29 February",
    dated("Europe/London", "2028-03-01T00:00", "2028-03-03T00:00"),
  ],
  ["dated, over 29 February", dated("Europe/London", "2028-02-28T12:00", "2028-03-02T12:00")],
  ["dated, a minute", dated("UTC", "2027-06-01T00:00", "2027-06-01T00:01")],
];
