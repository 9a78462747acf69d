import type { FiringScenario, QuietScenario } from "../scenario.ts";

const target = 'namespace="apg-cash-management",job="apg-cash-management-service"';
const up = (pod: string) => `up{${target},pod="${pod}"}`;
const requests = (pod: string, path: string, status: string) =>
  `http_requests_total{${target},pod="${pod}",path="${path}",status="${status}"}`;
const bucket = (path: string, le: string) =>
  `http_request_duration_seconds_bucket{${target},pod="a",path="${path}",le="${le}"}`;

const nothingReached = "Prometheus has reached no pod of the application for 5 minutes.";

/** Courses of events after which the alerts fire. */
export const firing: readonly FiringScenario[] = [
  {
    alert: "APGCashManagementDown",
    when: "no pod answers",
    series: { [up("a")]: "0x60", [up("b")]: "0x60" },
    fires: [{ description: nothingReached }],
  },
  {
    alert: "APGCashManagementDown",
    when: "its targets vanish from service discovery",
    series: { [up("a")]: "1x19 stale", [up("b")]: "1x19 stale" },
    holdsAfter: 600,
    fires: [{ description: nothingReached }],
  },
  {
    alert: "APGCashManagementDown",
    when: "it has never been deployed",
    series: {},
    fires: [{ description: nothingReached }],
  },
  {
    alert: "APGCashManagementPodsUnreachable",
    when: "two of three pods do not answer",
    series: { [up("a")]: "1x60", [up("b")]: "0x60", [up("c")]: "0x60" },
    fires: [{ description: "2 pods of the application do not answer on their metrics port." }],
  },
  {
    alert: "APGHighResponseTime",
    when: "6% of requests take 2 to 5 seconds",
    series: {
      [bucket("/", "1.0")]: "0+94x60",
      [bucket("/", "2.0")]: "0+94x60",
      [bucket("/", "5.0")]: "0+100x60",
      [bucket("/", "+Inf")]: "0+100x60",
    },
    holdsAfter: 30,
    fires: [{ description: "The 95th percentile of response times is 2.5s; the limit is 1 second." }],
  },
  {
    alert: "APGHighResponseTime",
    when: "all requests take 30 seconds and the highest bound is 1 second",
    series: { [bucket("/", "0.5")]: "0x60", [bucket("/", "1.0")]: "0x60", [bucket("/", "+Inf")]: "0+9x60" },
    holdsAfter: 30,
    fires: [{ description: "The 95th percentile of response times is 1s; the limit is 1 second." }],
  },
  {
    alert: "APGHighErrorRate",
    when: "a fifth of the requests fail, spread over pods, paths and statuses: once",
    series: {
      [requests("a", "/1", "200")]: "0+40x60",
      [requests("b", "/2", "200")]: "0+40x60",
      [requests("a", "/1", "500")]: "0+5x60",
      [requests("b", "/1", "502")]: "0+5x60",
      [requests("b", "/2", "503")]: "0+10x60",
    },
    holdsAfter: 30,
    fires: [{ description: "20% of requests fail with a 5xx status; the limit is 10%." }],
  },
  {
    alert: "APGHighErrorRate",
    when: "all of few requests fail",
    series: { [requests("a", "/", "500")]: "0+1x60" },
    holdsAfter: 30,
    fires: [{ description: "100% of requests fail with a 5xx status; the limit is 10%." }],
  },
  {
    alert: "APGApplicationMetricsMissing",
    when: "the histogram has no bound at 1 second",
    series: {
      [requests("a", "/", "200")]: "0+1x60",
      [bucket("/", "0.9")]: "0+1x60",
      [bucket("/", "+Inf")]: "0+1x60",
    },
    fires: [
      {
        labels: { job: "apg-cash-management-service" },
        description:
          "The alerts on errors and response times see nothing: a metric of the contract is missing.",
      },
    ],
  },
  {
    alert: "APGHighErrorRate",
    when: "11% of requests fail",
    series: { [requests("a", "/", "200")]: "0+89x60", [requests("a", "/", "500")]: "0+11x60" },
    holdsAfter: 30,
    fires: [{ description: "11% of requests fail with a 5xx status; the limit is 10%." }],
  },
];

/** Courses of events during which the alerts stay quiet. */
export const quiet: readonly QuietScenario[] = [
  {
    alert: "APGCashManagementDown",
    when: "one pod of three answers",
    series: { [up("a")]: "1x60", [up("b")]: "0x60", [up("c")]: "0x60" },
    during: 1800,
  },
  {
    alert: "APGCashManagementPodsUnreachable",
    when: "pods come and go in a rollout",
    series: { [up("a")]: "0x4 1x60", [up("b")]: "1x9 stale", [up("c")]: "_x9 0x4 1x60" },
    during: 1800,
  },
  {
    alert: "APGHighResponseTime",
    when: "only one rare path is slow",
    series: {
      [bucket("/", "1.0")]: "0+3000x60",
      [bucket("/", "+Inf")]: "0+3000x60",
      [bucket("/report", "1.0")]: "0x60",
      [bucket("/report", "+Inf")]: "0+1x60",
    },
    during: 1800,
  },
  {
    alert: "APGHighResponseTime",
    when: "there are no requests",
    series: { [bucket("/", "1.0")]: "7x60", [bucket("/", "+Inf")]: "7x60" },
    during: 1800,
  },
  {
    alert: "APGHighErrorRate",
    when: "0.2% of many requests fail",
    series: { [requests("a", "/", "200")]: "0+2994x60", [requests("a", "/", "500")]: "0+6x60" },
    during: 1800,
  },
  {
    alert: "APGHighErrorRate",
    when: "no request has ever failed",
    series: { [requests("a", "/", "200")]: "0+10x60" },
    during: 1800,
  },
  {
    alert: "APGHighErrorRate",
    when: "the only request of a quiet night fails",
    series: { [requests("a", "/", "500")]: "1x20 2x40" },
    during: 1800,
  },
  {
    alert: "APGApplicationMetricsMissing",
    when: "the bound is written as 1 or as 1.0",
    series: {
      [requests("a", "/", "200")]: "0+1x60",
      [bucket("/", "1")]: "0+1x30 stale",
      [bucket("/", "1.0")]: "_x30 0+1x30",
    },
    during: 1800,
  },
  {
    alert: "APGHighErrorRate",
    when: "9% of requests fail, and many are refused as wrong",
    series: {
      [requests("a", "/", "200")]: "0+51x60",
      [requests("a", "/", "422")]: "0+40x60",
      [requests("a", "/", "500")]: "0+9x60",
    },
    during: 1800,
  },
];
