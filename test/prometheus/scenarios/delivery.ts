import type { FiringScenario, QuietScenario } from "../scenario.ts";

const application = (sync: string, health: string, name = "apg-cash-management-production") =>
  `argocd_app_info{namespace="argocd",name="${name}",sync_status="${sync}",health_status="${health}"}`;
const labels = { name: "apg-cash-management-production" };

/** Courses of events after which the alerts fire. */
export const firing: readonly FiringScenario[] = [
  {
    alert: "APGDeliveryOutOfSync",
    when: "a sync stops, whatever its health is meanwhile",
    series: {
      [application("Synced", "Healthy")]: "1x19 stale",
      [application("OutOfSync", "Progressing")]: "_x20 1x9 stale",
      [application("OutOfSync", "Degraded")]: "_x30 1x60",
    },
    holdsAfter: 600,
    fires: [
      {
        labels,
        description: "The Application apg-cash-management-production has not been in sync for 30 minutes.",
      },
    ],
  },
  {
    alert: "APGDeliveryUnhealthy",
    when: "pods do not become ready",
    series: { [application("Synced", "Degraded")]: "1x60" },
    fires: [
      {
        labels,
        description:
          "The Application apg-cash-management-production has been degraded for 15 minutes; a sync stops at its wave.",
      },
    ],
  },
  {
    alert: "APGDeliveryMetricsMissing",
    when: "the Application is deleted",
    series: { [application("Synced", "Healthy")]: "1x19 stale" },
    holdsAfter: 600,
    fires: [
      {
        labels,
        description:
          "There are no metrics of the Application apg-cash-management-production: it is gone, or Argo CD is not scraped.",
      },
    ],
  },
];

/** Courses of events during which the alerts stay quiet. */
export const quiet: readonly QuietScenario[] = [
  {
    alert: "APGDeliveryOutOfSync",
    when: "a release takes 20 minutes, and another environment is out of sync for ever",
    series: {
      [application("Synced", "Healthy")]: "1x9 _x40 1x60",
      [application("OutOfSync", "Progressing")]: "_x10 1x39 stale",
      [application("OutOfSync", "Healthy", "apg-cash-management-staging")]: "1x110",
    },
    during: 3300,
  },
  {
    alert: "APGDeliveryUnhealthy",
    when: "a rollout is progressing",
    series: { [application("Synced", "Progressing")]: "1x60" },
    during: 1800,
  },
  {
    alert: "APGDeliveryMetricsMissing",
    when: "only the state of the Application changes",
    series: {
      [application("Synced", "Healthy")]: "1x29 stale",
      [application("OutOfSync", "Healthy")]: "_x30 1x60",
    },
    during: 2400,
  },
];
