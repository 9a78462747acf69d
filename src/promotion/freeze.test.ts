import { expect, test } from "vitest";
import { freezesAt, type Freeze } from "./freeze.ts";
import { denyWindows } from "./windows.ts";

const common = { environments: ["production"], reason: "the banks close", owner: "ops" };
const dated = (start: string, end: string, timeZone = "Africa/Nairobi"): Freeze => ({
  ...common,
  name: "dated",
  timeZone,
  start,
  end,
});
const yearly = (schedule: string, duration: string, timeZone = "Africa/Nairobi"): Freeze => ({
  ...common,
  name: "yearly",
  timeZone,
  schedule,
  duration,
});

const isFrozen = (freeze: Freeze, time: string, environment = "production"): boolean =>
  freezesAt([freeze], environment, Date.parse(time)).length > 0;

test.for([
  ["2026-12-20T14:59:59Z", false],
  ["2026-12-20T15:00:00Z", true],
  ["2027-01-05T06:59:59.999Z", true],
  ["2027-01-05T07:00:00Z", false],
  ["2027-12-21T00:00:00Z", false],
] as const)("a dated freeze holds from its start to its end in its time zone: %s %s", ([time, expected]) => {
  expect(isFrozen(dated("2026-12-20T18:00", "2027-01-05T10:00"), time)).toBe(expected);
});

test.for([
  ["2026-12-20T15:00:00Z", true],
  ["2027-01-05T06:59:59Z", true],
  ["2027-01-05T07:00:00Z", false],
  ["2031-12-31T00:00:00Z", true],
] as const)("a yearly freeze holds every year, over the turn of the year: %s %s", ([time, expected]) => {
  expect(isFrozen(yearly("0 18 20 12 *", "376h"), time)).toBe(expected);
});

test("the hour that comes twice belongs to the freeze twice, the one that is skipped to nobody", () => {
  // On 2026-10-25 clocks in Berlin go from 03:00 back to 02:00, at 01:00 UTC.
  const freeze = dated("2026-10-25T02:30", "2026-10-25T02:45", "Europe/Berlin");
  expect(isFrozen(freeze, "2026-10-25T00:35:00Z")).toBe(true);
  expect(isFrozen(freeze, "2026-10-25T00:50:00Z")).toBe(false);
  expect(isFrozen(freeze, "2026-10-25T01:35:00Z")).toBe(true);
});

test("another environment is not frozen", () => {
  expect(isFrozen(yearly("0 18 20 12 *", "376h"), "2026-12-25T00:00:00Z", "staging")).toBe(false);
});

test("the message names the end on the wall", () => {
  const [frozen] = freezesAt([yearly("0 18 20 12 *", "376h")], "production", Date.parse("2026-12-25T00:00Z"));
  expect(frozen?.until).toBe("2027-01-05T10:00");
});

test.for([
  [dated("2026-12-20T18:00", "2027-01-05T10:30"), "59 17 20 12 *", "376h31m"],
  [yearly("0 18 20 12 *", "376h"), "59 17 20 12 *", "376h1m"],
  [yearly("0 0 1 1 *", "24h"), "59 23 31 12 *", "24h1m"],
  // The minute before is 28 February only where there is no 29th.
  [yearly("0 0 1 3 *", "24h"), "59 23 28 2 *", "48h1m"],
  [dated("2028-03-01T00:00", "2028-03-02T00:00"), "59 23 29 2 *", "24h1m"],
] as const)("the window begins a minute before its entry: %#", ([freeze, schedule, duration]) => {
  expect(denyWindows([freeze], "production")).toMatchObject([
    { schedule, duration, timeZone: "Africa/Nairobi" },
  ]);
  expect(denyWindows([freeze], "staging")).toStrictEqual([]);
});
