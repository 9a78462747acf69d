import type { FiringScenario, QuietScenario } from "../scenario.ts";

const target = 'namespace="apg-cash-management",job="apg-cash-management-service"';
const total = (status: string) => `http_requests_total{${target},status="${status}"}`;
const bucket = (le: string) => `http_request_duration_seconds_bucket{${target},le="${le}"}`;
const count = `http_request_duration_seconds_count{${target}}`;
const minute = 60;

// Of 1,000 requests in a minute so many fail; the objective of 99.9% allows one.
const failures = (failing: number, minutes: number) => ({
  [total("200")]: `0+${1000 - failing}x${minutes}`,
  [total("500")]: `0+${failing}x${minutes}`,
});
const slowness = (slow: number, minutes: number) => ({
  [bucket("1.0")]: `0+${1000 - slow}x${minutes}`,
  [bucket("+Inf")]: `0+1000x${minutes}`,
  [count]: `0+1000x${minutes}`,
});

/** Courses of events after which the alerts fire. */
export const firing: readonly FiringScenario[] = [
  {
    alert: "APGAvailabilityBudgetBurnFast",
    when: "1.5% of requests fail: 2% of the budget of 30 days in an hour",
    series: failures(15, 60),
    interval: minute,
    holdsAfter: minute,
    fires: [{ description: "1.5% of the requests failed with a 5xx status; 0.1% are allowed over 30 days." }],
  },
  {
    alert: "APGAvailabilityBudgetBurnFast",
    when: "0.7% of requests fail: 5% of the budget in six hours",
    series: failures(7, 60),
    interval: minute,
    holdsAfter: minute,
    fires: [{ description: "0.7% of the requests failed with a 5xx status; 0.1% are allowed over 30 days." }],
  },
  {
    alert: "APGAvailabilityBudgetBurnSlow",
    when: "0.2% of requests fail: the budget ends in half of its time",
    series: failures(2, 180),
    interval: minute,
    holdsAfter: minute,
    fires: [{ description: "0.2% of the requests failed with a 5xx status; 0.1% are allowed over 30 days." }],
  },
  {
    alert: "APGLatencyBudgetBurnFast",
    when: "80% of requests take longer than a second",
    series: slowness(800, 60),
    interval: minute,
    holdsAfter: minute,
    fires: [{ description: "80% of the requests took longer than 1 second; 5% are allowed over 30 days." }],
  },
  {
    alert: "APGLatencyBudgetBurnSlow",
    when: "16% of requests take longer than a second",
    series: slowness(160, 180),
    interval: minute,
    holdsAfter: minute,
    fires: [{ description: "16% of the requests took longer than 1 second; 5% are allowed over 30 days." }],
  },
  {
    alert: "APGAvailabilityBudgetBurnFast",
    when: "2% fail after six good hours: the hour's share passes 1.44% after 44 minutes",
    series: {
      [total("200")]: "1000000+1000x360 1360980+980x120",
      [total("500")]: "1000000x360 1000020+20x120",
    },
    interval: minute,
    holdsAfter: 404 * minute,
    fires: [
      { description: "1.533% of the requests failed with a 5xx status; 0.1% are allowed over 30 days." },
    ],
  },
  {
    alert: "APGAvailabilityBudgetBurnSlow",
    when: "some fail of few requests: 0.12 a second",
    series: { [total("200")]: "0+7x180", [total("500")]: "0+0.2x180" },
    interval: minute,
    // An hour with 360 requests is the least that says something.
    holdsAfter: 51 * minute,
    fires: [
      { description: "2.778% of the requests failed with a 5xx status; 0.1% are allowed over 30 days." },
    ],
  },
];

/** Courses of events during which the alerts stay quiet. */
export const quiet: readonly QuietScenario[] = [
  {
    alert: "APGAvailabilityBudgetBurnFast",
    when: "0.5% of requests fail, which is a task and no page",
    series: failures(5, 180),
    during: 3 * 3600,
    interval: minute,
  },
  {
    alert: "APGAvailabilityBudgetBurnSlow",
    when: "requests fail as rarely as the objective allows",
    series: { [total("200")]: "0+9991x180", [total("500")]: "0+9x180" },
    during: 3 * 3600,
    interval: minute,
  },
  {
    alert: "APGAvailabilityBudgetBurnFast",
    when: "one of the ten requests of an hour fails",
    series: { [total("200")]: "0+0.15x180", [total("500")]: "0+0.02x180" },
    during: 3 * 3600,
    interval: minute,
  },
  {
    alert: "APGLatencyBudgetBurnSlow",
    when: "4% of requests take longer than a second",
    series: slowness(40, 180),
    during: 3 * 3600,
    interval: minute,
  },
  ...(["Fast", "Slow"] as const).flatMap((speed): readonly QuietScenario[] => [
    {
      alert: `APGAvailabilityBudgetBurn${speed}`,
      when: "all of less than 0.1 requests a second fail",
      series: { [total("500")]: "0+5.9x180" },
      during: 3 * 3600,
      interval: minute,
    },
    {
      alert: `APGLatencyBudgetBurn${speed}`,
      when: "all of less than 0.1 requests a second are slow",
      series: { [bucket("1.0")]: "0x180", [bucket("+Inf")]: "0+5.9x180", [count]: "0+5.9x180" },
      during: 3 * 3600,
      interval: minute,
    },
  ]),
  {
    alert: "APGLatencyBudgetBurnFast",
    when: "29% of requests are slow, which is a task and no page",
    series: slowness(290, 180),
    during: 3 * 3600,
    interval: minute,
  },
];
