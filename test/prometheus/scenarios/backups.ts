import type { FiringScenario, QuietScenario } from "../scenario.ts";

const of = (metric: string, name: string) =>
  `kube_cronjob_${metric}{namespace="apg-cash-management",cronjob="${name}"}`;
const rehearsal = "postgres-restore-rehearsal";
const proven =
  'pg_rehearsals_last_success_timestamp_seconds{namespace="apg-cash-management",pod="postgres-primary-0"}';

/** A CronJob that runs every so many seconds, last at the beginning, with all of its metrics. */
function cronJob(name: string, period: number, succeeded?: string, active = "0x60") {
  return {
    [of("created", name)]: "0x60",
    [of("status_last_schedule_time", name)]: "0x60",
    [of("next_schedule_time", name)]: `${period}x60`,
    [of("status_active", name)]: active,
    ...(succeeded === undefined ? {} : { [of("status_last_successful_time", name)]: succeeded }),
  };
}

/** Courses of events after which the alerts fire. */
export const firing: readonly FiringScenario[] = [
  {
    alert: "APGBackupFailed",
    when: "the last run began after the last success and is over",
    series: {
      ...cronJob("redis-dump", 86_400, "-86000x60"),
      ...cronJob("postgres-base-backup", 86_400, "100x60"),
    },
    fires: [
      {
        labels: { cronjob: "redis-dump" },
        description: "redis-dump did not succeed when it last ran.",
      },
    ],
  },
  {
    alert: "APGBackupFailed",
    when: "the very first run has ended without a success",
    series: {
      ...cronJob(rehearsal, 604_800, undefined, "1x19 0x40"),
      [of("status_last_schedule_time", rehearsal)]: "10x60",
    },
    holdsAfter: 600,
    fires: [
      { labels: { cronjob: rehearsal }, description: `${rehearsal} did not succeed when it last ran.` },
    ],
  },
  {
    alert: "APGBackupOverdue",
    when: "two runs are missing, whatever the schedule",
    interval: 300,
    series: {
      ...cronJob("redis-restore-rehearsal", 300, "0x60"),
      ...cronJob("redis-dump", 86_400, "0x60"),
    },
    holdsAfter: 900,
    fires: [
      {
        labels: { cronjob: "redis-restore-rehearsal" },
        description: "redis-restore-rehearsal has not succeeded for 1h 15m 0s: two runs are missing.",
      },
    ],
  },
  {
    alert: "APGBackupOverdue",
    when: "it has never run since it was made",
    interval: 300,
    series: {
      [of("created", "postgres-base-backup")]: "0x60",
      [of("next_schedule_time", "postgres-base-backup")]: "300x60",
    },
    holdsAfter: 900,
    fires: [
      {
        labels: { cronjob: "postgres-base-backup" },
        description: "postgres-base-backup has not succeeded for 1h 15m 0s: two runs are missing.",
      },
    ],
  },
  {
    alert: "APGRestoreUnproven",
    when: "the Jobs succeed, but the database has no new result",
    interval: 300,
    series: { ...cronJob(rehearsal, 300, "0+300x60"), [proven]: "0x60" },
    holdsAfter: 900,
    fires: [{ description: "The last rehearsal that succeeded was 1h 15m 0s ago: two are missing." }],
  },
  {
    alert: "APGRestoreUnproven",
    when: "there has never been a result",
    interval: 300,
    series: cronJob(rehearsal, 300),
    holdsAfter: 900,
    fires: [{ description: "The last rehearsal that succeeded was 1h 15m 0s ago: two are missing." }],
  },
];

/** Courses of events during which the alerts never fire. */
export const quiet: readonly QuietScenario[] = [
  {
    alert: "APGBackupFailed",
    when: "a run takes its time",
    series: cronJob("postgres-base-backup", 86_400, "-86000x60", "1x60"),
    during: 1800,
  },
  {
    alert: "APGBackupFailed",
    when: "a run that failed was followed by one that succeeded, although its Job is still there",
    series: cronJob("redis-dump", 86_400, "50x60"),
    during: 1800,
  },
  {
    alert: "APGBackupOverdue",
    when: "one run is missing",
    interval: 300,
    series: cronJob("redis-dump", 9000, "0x60"),
    during: 18_000,
  },
  {
    alert: "APGRestoreUnproven",
    when: "a replica, which has the same rows, is scraped too",
    interval: 300,
    series: {
      ...cronJob(rehearsal, 9000, "0x60"),
      [proven]: "0x60",
      [proven.replace("primary", "replica")]: "0x60",
    },
    during: 18_000,
  },
];
