import type { FiringScenario, QuietScenario } from "../scenario.ts";

const pod = (name: string) => `namespace="apg-cash-management",pod="${name}"`;
const first = "pgbouncer-5d8f-a";
const second = "pgbouncer-5d8f-b";
const up = (name: string) => `pgbouncer_up{${pod(name)}}`;
const pool = (metric: string, name = first) =>
  `pgbouncer_pools_${metric}{${pod(name)},database="apg_cash_production",user="apg_user"}`;
const most = (name: string) => `pgbouncer_config_max_client_connections{${pod(name)}}`;

/** Courses of events after which the alerts fire. */
export const firing: readonly FiringScenario[] = [
  {
    alert: "APGPgbouncerDown",
    when: "both poolers stop answering",
    series: { [up(first)]: "1x19 0x40", [up(second)]: "1x10 stale" },
    holdsAfter: 600,
    fires: [{ description: "The application's only way to the primary is closed." }],
  },
  {
    alert: "APGPgbouncerDown",
    when: "no exporter has ever answered",
    series: {},
    fires: [{ description: "The application's only way to the primary is closed." }],
  },
  {
    alert: "APGPgbouncerPodDown",
    when: "one of two stops answering",
    series: { [up(first)]: "1x60", [up(second)]: "1x19 0x40" },
    holdsAfter: 600,
    fires: [{ description: "1 of 2 PgBouncers answer." }],
  },
  {
    alert: "APGPgbouncerClientsWaiting",
    when: "the primary is away and a client waits",
    series: { [pool("client_maxwait_seconds")]: "0x19 15x40" },
    holdsAfter: 600,
    fires: [
      {
        labels: { pod: first, database: "apg_cash_production" },
        description: `On ${first} a client of apg_cash_production has waited for 15s; after a minute it gets an error.`,
      },
    ],
  },
  {
    alert: "APGPgbouncerClientsHigh",
    when: "active and waiting clients together come near to what one pooler accepts",
    series: {
      [pool("client_active_connections")]: "1500x60",
      [pool("client_waiting_connections")]: "1200x60",
      [most(first)]: "3000x60",
      [pool("client_active_connections", second)]: "100x60",
      [pool("client_waiting_connections", second)]: "0x60",
      [most(second)]: "3000x60",
    },
    fires: [
      {
        labels: { pod: first },
        description: `${first} has 90% of the clients that it accepts; beyond them connections are refused.`,
      },
    ],
  },
];

/** Courses of events during which the alerts never fire. */
export const quiet: readonly QuietScenario[] = [
  {
    alert: "APGPgbouncerPodDown",
    when: "a rolling update has one pod more",
    series: { [up(first)]: "1x60", [up(second)]: "1x60", [up("pgbouncer-77aa-c")]: "1x60" },
    during: 1800,
  },
  {
    alert: "APGPgbouncerDown",
    when: "one of two is away",
    series: { [up(first)]: "0x60", [up(second)]: "1x60" },
    during: 1800,
  },
  {
    alert: "APGPgbouncerClientsWaiting",
    when: "the primary restarts within half a minute",
    series: { [pool("client_maxwait_seconds")]: "0x10 20 30 0x40" },
    during: 1500,
  },
  {
    alert: "APGPgbouncerClientsHigh",
    when: "all clients are connected and idle",
    series: {
      [pool("client_active_connections")]: "2300x60",
      [pool("client_waiting_connections")]: "0x60",
      [most(first)]: "3000x60",
    },
    during: 1800,
  },
];
