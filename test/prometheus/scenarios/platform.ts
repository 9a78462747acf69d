import type { FiringScenario, QuietScenario } from "../scenario.ts";

const here = 'namespace="apg-cash-management"';
const autoscaler = `${here},horizontalpodautoscaler="apg-cash-management-hpa"`;
const volume = (name: string) => `{${here},persistentvolumeclaim="${name}"}`;
const job = (name: string, condition = "true") =>
  `kube_job_failed{${here},condition="${condition}",job_name="${name}"}`;
const container = `${here},pod="redis-master-0",container="redis"`;
const restarts = `kube_pod_container_status_restarts_total{${container}}`;
const terminated = (reason: string) =>
  `kube_pod_container_status_last_terminated_reason{${container},reason="${reason}"}`;
const condition = (target: string, name: string, status: string) =>
  `kube_horizontalpodautoscaler_status_condition{${target},condition="${name}",status="${status}"}`;
const certificate = (namespace: string) =>
  `certmanager_certificate_expiration_timestamp_seconds{${namespace},name="apg-cash-management-tls"}`;
const secret = (namespace: string) =>
  `externalsecret_status_condition{${namespace},name="postgres-credentials",condition="Ready",status="False"}`;
const exported = 'namespace="cert-manager",exported_namespace="apg-cash-management"';
const day = 86400;
const gibibyte = 2 ** 30;

const everything = {
  [`kube_pod_info{${here},pod="a"}`]: "1x60",
  [`kubelet_volume_stats_capacity_bytes${volume("postgres-storage-postgres-primary-0")}`]: "1x60",
  [certificate(exported)]: "1e9x60",
  [secret(exported)]: "0x60",
};

function missing(source: string) {
  return {
    labels: { source },
    description: `${source} is not scraped: the alerts that read its metrics see nothing.`,
  };
}

/** Courses of events after which the alerts fire. */
export const firing: readonly FiringScenario[] = [
  {
    alert: "APGAutoscalerAtMaximum",
    when: "all pods that are allowed run",
    series: {
      [`kube_horizontalpodautoscaler_status_current_replicas{${autoscaler}}`]: "20x60",
      [`kube_horizontalpodautoscaler_spec_max_replicas{${autoscaler}}`]: "20x60",
    },
    fires: [{ description: "All 20 pods that are allowed run: more load makes requests slow." }],
  },
  {
    alert: "APGAutoscalerBlind",
    when: "it cannot compute a number of pods",
    series: {
      [`kube_horizontalpodautoscaler_status_condition{${autoscaler},condition="ScalingActive",status="false"}`]:
        "1x60",
    },
    fires: [{ description: "ScalingActive has been false for 15 minutes." }],
  },
  {
    alert: "APGJobFailed",
    when: "the migration of a release has failed for good",
    series: { [job("apg-cash-management-migration-1-4-0-ab12")]: "1x60" },
    fires: [
      {
        labels: { job_name: "apg-cash-management-migration-1-4-0-ab12" },
        description:
          "The Job apg-cash-management-migration-1-4-0-ab12 failed for good; the release is not complete.",
      },
    ],
  },
  {
    alert: "APGContainerOutOfMemory",
    when: "a container is killed for its memory and starts again",
    series: { [restarts]: "2x19 3x40", [terminated("OOMKilled")]: "1x60" },
    holdsAfter: 600,
    fires: [
      {
        labels: { pod: "redis-master-0", container: "redis" },
        description: "The container redis of redis-master-0 exceeded its memory limit.",
      },
    ],
  },
  {
    alert: "APGVolumeFillingUp",
    when: "15% are left and a gibibyte is written every half hour",
    series: {
      [`kubelet_volume_stats_available_bytes${volume("postgres-storage-postgres-primary-0")}`]: `${75 * gibibyte}-${gibibyte / 3}x30`,
      [`kubelet_volume_stats_capacity_bytes${volume("postgres-storage-postgres-primary-0")}`]: `${500 * gibibyte}x30`,
    },
    interval: 600,
    holdsAfter: 600,
    fires: [
      {
        labels: { persistentvolumeclaim: "postgres-storage-postgres-primary-0" },
        description: "postgres-storage-postgres-primary-0 has 14.53% of its space left.",
      },
    ],
  },
  {
    alert: "APGVolumeAlmostFull",
    when: "9% are left",
    series: {
      [`kubelet_volume_stats_available_bytes${volume("redis-storage-redis-master-0")}`]: "9x60",
      [`kubelet_volume_stats_capacity_bytes${volume("redis-storage-redis-master-0")}`]: "100x60",
    },
    fires: [
      {
        labels: { persistentvolumeclaim: "redis-storage-redis-master-0" },
        description: "redis-storage-redis-master-0 has 9% of its space left.",
      },
    ],
  },
  ...[exported, here].map((namespace) => ({
    alert: "APGCertificateNotRenewed",
    when: `20 days are left (${namespace})`,
    series: { [certificate(namespace)]: `${20 * day + 3600}x200` },
    fires: [
      {
        labels: { name: "apg-cash-management-tls" },
        description: "The certificate apg-cash-management-tls ends in 20d 0h 0m 0s.",
      },
    ],
  })),
  {
    alert: "APGCertificateExpiring",
    when: "6 days are left",
    series: { [certificate(exported)]: `${6 * day + 300}x60` },
    fires: [
      {
        labels: { name: "apg-cash-management-tls" },
        description: "The certificate apg-cash-management-tls ends in 6d 0h 0m 0s.",
      },
    ],
  },
  ...[exported, here].map((namespace) => ({
    alert: "APGSecretNotSynchronized",
    when: `the store refuses (${namespace})`,
    series: { [secret(namespace)]: "1x60" },
    fires: [
      {
        labels: { name: "postgres-credentials" },
        description: "The ExternalSecret postgres-credentials is not Ready; its Secret keeps the last value.",
      },
    ],
  })),
  {
    alert: "APGPlatformMetricsMissing",
    when: "kube-state-metrics is not scraped",
    series: Object.fromEntries(
      Object.entries(everything).filter(([name]) => !name.startsWith("kube_pod_info")),
    ),
    fires: [missing("kube-state-metrics")],
  },
  {
    alert: "APGPlatformMetricsMissing",
    when: "nothing of the platform is scraped",
    series: {},
    fires: ["kube-state-metrics", "kubelet", "cert-manager", "external-secrets"].map(missing),
  },
];

/** Courses of events during which the alerts stay quiet. */
export const quiet: readonly QuietScenario[] = [
  {
    alert: "APGAutoscalerAtMaximum",
    when: "19 of 20 pods run, and another autoscaler is at its maximum",
    series: {
      [`kube_horizontalpodautoscaler_status_current_replicas{${autoscaler}}`]: "19x60",
      [`kube_horizontalpodautoscaler_spec_max_replicas{${autoscaler}}`]: "20x60",
      'kube_horizontalpodautoscaler_status_current_replicas{namespace="apg-cash-management",horizontalpodautoscaler="other"}':
        "5x60",
      'kube_horizontalpodautoscaler_spec_max_replicas{namespace="apg-cash-management",horizontalpodautoscaler="other"}':
        "5x60",
    },
    during: 1800,
  },
  {
    alert: "APGJobFailed",
    when: "a migration succeeds at its second try",
    series: {
      [job("apg-cash-management-migration-1-4-0-ab12")]: "0x60",
      [job("apg-cash-management-migration-1-4-0-ab12", "false")]: "1x60",
      [`kube_job_status_failed{${here},job_name="apg-cash-management-migration-1-4-0-ab12"}`]: "1x60",
    },
    during: 1800,
  },
  {
    alert: "APGContainerOutOfMemory",
    when: "a container that was once killed for its memory restarts for another reason",
    series: {
      [restarts]: "2x19 3x40",
      [terminated("OOMKilled")]: "1x19 stale",
      [terminated("Error")]: "_x20 1x40",
    },
    during: 1800,
  },
  {
    alert: "APGContainerOutOfMemory",
    when: "a container was killed for its memory last week",
    series: { [restarts]: "3x60", [terminated("OOMKilled")]: "1x60" },
    during: 1800,
  },
  {
    alert: "APGVolumeFillingUp",
    when: "15% are left and nothing is written",
    series: {
      [`kubelet_volume_stats_available_bytes${volume("v")}`]: "15x60",
      [`kubelet_volume_stats_capacity_bytes${volume("v")}`]: "100x60",
    },
    interval: 600,
    during: 36000,
  },
  {
    alert: "APGVolumeAlmostFull",
    when: "11% are left",
    series: {
      [`kubelet_volume_stats_available_bytes${volume("v")}`]: "11x60",
      [`kubelet_volume_stats_capacity_bytes${volume("v")}`]: "100x60",
    },
    during: 1800,
  },
  {
    alert: "APGCertificateNotRenewed",
    when: "a certificate of another namespace ends tomorrow",
    series: {
      [certificate('namespace="cert-manager",exported_namespace="other"')]: `${day}x200`,
      [certificate(exported)]: `${60 * day}x200`,
    },
    during: 6000,
  },
  {
    alert: "APGSecretNotSynchronized",
    when: "the store is away for ten minutes",
    series: { [secret(exported)]: "0x10 1x20 0x30" },
    during: 1800,
  },
  {
    alert: "APGPlatformMetricsMissing",
    when: "all components are scraped",
    series: everything,
    during: 1800,
  },
  {
    alert: "APGAutoscalerBlind",
    when: "it is active and only limited, and another autoscaler is blind",
    series: {
      [condition(autoscaler, "ScalingActive", "true")]: "1x60",
      [condition(autoscaler, "ScalingActive", "false")]: "0x60",
      [condition(autoscaler, "ScalingLimited", "false")]: "1x60",
      [condition(`${here},horizontalpodautoscaler="other"`, "ScalingActive", "false")]: "1x60",
    },
    during: 1800,
  },
  {
    alert: "APGJobFailed",
    when: "a backup fails, which will be tried again",
    series: { [job("postgres-backup-29312")]: "1x60" },
    during: 1800,
  },
  {
    alert: "APGVolumeFillingUp",
    when: "21% are left and much is written",
    series: {
      [`kubelet_volume_stats_available_bytes${volume("v")}`]: "30-0.15x60",
      [`kubelet_volume_stats_capacity_bytes${volume("v")}`]: "100x60",
    },
    interval: 600,
    during: 36000,
  },
  {
    alert: "APGCertificateNotRenewed",
    when: "cert-manager has had 8 days to renew",
    series: { [certificate(exported)]: `${22 * day + 7200}x200` },
    during: 6000,
  },
  {
    alert: "APGCertificateExpiring",
    when: "8 days are left, which is a task and no page",
    series: { [certificate(exported)]: `${8 * day}x200`, [certificate(here)]: `${8 * day}x200` },
    during: 6000,
  },
  {
    alert: "APGSecretNotSynchronized",
    when: "an ExternalSecret is Ready, and not deleted",
    series: Object.fromEntries(
      [exported, here].flatMap((namespace) => [
        [secret(namespace).replace('status="False"', 'status="True"'), "1x60"] as const,
        [secret(namespace).replace('condition="Ready"', 'condition="Deleted"'), "1x60"] as const,
      ]),
    ),
    during: 1800,
  },
];
