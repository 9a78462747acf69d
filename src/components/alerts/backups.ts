import type { Alert } from "./alert.ts";

/** Whose runs the alerts on backups watch. */
export interface BackupAlerts {
  /** CronJobs that make, copy or restore backups. */
  readonly runs: readonly string[];
  /** The one among them whose results the primary records (operations.rehearsals); absent without PostgreSQL's. */
  readonly recorded?: string | undefined;
}

/**
 * Returns the alerts on backups and rehearsals. The time between two runs is read from the CronJob, so the alerts hold
 * for every schedule. A Job that failed stays for days, so what counts is whether the last run succeeded.
 */
export function backupAlerts(namespace: string, { runs, recorded }: BackupAlerts): readonly Alert[] {
  const here = `namespace="${namespace}"`;
  const of = (metric: string, names: readonly string[]): string =>
    `max by (namespace, cronjob) (kube_cronjob_${metric}{${here},cronjob=~"${names.join("|")}"})`;
  const period = (names: readonly string[]): string =>
    `(${of("next_schedule_time", names)} - (${of("status_last_schedule_time", names)} or ${of("created", names)}))`;
  const watched = runs.filter((name) => name !== recorded);
  return [
    {
      name: "APGBackupFailed",
      severity: "warning",
      for: "5m",
      expr: [
        of("status_last_schedule_time", runs),
        `> (${of("status_last_successful_time", runs)} or 0 * ${of("created", runs)})`,
        `unless ${of("status_active", runs)} > 0`,
      ].join("\n"),
      summary: "The last run of a backup or rehearsal failed",
      description: "{{ $labels.cronjob }} did not succeed when it last ran.",
    },
    ...(watched.length === 0
      ? []
      : [
          {
            name: "APGBackupOverdue",
            severity: "critical",
            for: "1h",
            expr: [
              `time() - (${of("status_last_successful_time", watched)} or ${of("created", watched)})`,
              `> 2 * ${period(watched)}`,
            ].join("\n"),
            summary: "A backup or rehearsal is overdue",
            description:
              "{{ $labels.cronjob }} has not succeeded for {{ $value | humanizeDuration }}: two runs are missing.",
          } as const,
        ]),
    ...(recorded === undefined ? [] : [unproven(here, of("created", [recorded]), period([recorded]))]),
  ];
}

/** What a rehearsal found is in the database, so that a Job that somebody deletes or ends by hand proves nothing. */
function unproven(here: string, created: string, period: string): Alert {
  return {
    name: "APGRestoreUnproven",
    severity: "critical",
    for: "1h",
    expr: [
      `time() - (max by (namespace) (pg_rehearsals_last_success_timestamp_seconds{${here}}) or max by (namespace) (${created}))`,
      `> 2 * max by (namespace) ${period}`,
    ].join("\n"),
    summary: "No restore of PostgreSQL has been proven for too long",
    description:
      "The last rehearsal that succeeded was {{ $value | humanizeDuration }} ago: two are missing.",
  };
}
