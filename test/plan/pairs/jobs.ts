import type { JsonObject } from "../../../src/kubernetes/manifest.ts";
import type { Family } from "./pair.ts";

const namespace = "plan-pairs";
const container = {
  name: "job",
  image: "registry.example/job:1",
  command: ["run"],
  resources: { requests: { cpu: "1" } },
};
const podSpec = { restartPolicy: "Never", containers: [container] };

function job(name: string, spec: JsonObject): JsonObject {
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name, namespace },
    spec: { template: { spec: podSpec }, ...spec },
  };
}

const template = (spec: JsonObject): JsonObject => ({
  spec: { template: { spec: { ...podSpec, ...spec } } },
});

const edits: Readonly<Record<string, JsonObject>> = {
  image: template({ containers: [{ ...container, image: "registry.example/job:2" }] }),
  resources: template({ containers: [{ ...container, resources: { requests: { cpu: "2" } } }] }),
  "resources spelled otherwise": template({
    containers: [{ ...container, resources: { requests: { cpu: "1000m" } } }],
  }),
  "node selector": template({ nodeSelector: { disk: "fast" } }),
  toleration: template({ tolerations: [{ key: "a", operator: "Exists" }] }),
  "template annotation": { spec: { template: { metadata: { annotations: { a: "b" } } } } },
  "template label": { spec: { template: { metadata: { labels: { a: "b" } } } } },
  "restart policy": template({ restartPolicy: "OnFailure" }),
  parallelism: { spec: { parallelism: 2 } },
  completions: { spec: { completions: 3 } },
  "parallelism and completions": { spec: { parallelism: 3, completions: 3 } },
  "completion mode": { spec: { completionMode: "Indexed", completions: 1 } },
  "backoff limit": { spec: { backoffLimit: 1 } },
  deadline: { spec: { activeDeadlineSeconds: 100 } },
  "time to live": { spec: { ttlSecondsAfterFinished: 100 } },
  "defaults written out": {
    spec: { parallelism: 1, completions: 1, backoffLimit: 6, completionMode: "NonIndexed" },
  },
  "failure policy": {
    spec: {
      podFailurePolicy: { rules: [{ action: "Ignore", onPodConditions: [{ type: "DisruptionTarget" }] }] },
    },
  },
  "object label": { metadata: { labels: { a: "b" } } },
};

const cronJob = {
  apiVersion: "batch/v1",
  kind: "CronJob",
  metadata: { name: "cronjob", namespace },
  spec: { schedule: "0 1 * * *", jobTemplate: { spec: { template: { spec: podSpec } } } },
} as const;

/** Jobs, running and suspended, and CronJobs. */
export const jobFamilies: readonly Family[] = [
  { name: "Job", base: job("job", {}), edits: { ...edits, suspended: { spec: { suspend: true } } } },
  { name: "suspended Job", base: job("suspended", { suspend: true }), edits },
  {
    name: "indexed Job",
    base: job("indexed", { completionMode: "Indexed", completions: 2, parallelism: 2 }),
    edits: {
      "both grow": { spec: { completions: 4, parallelism: 4 } },
      "completions alone": { spec: { completions: 4 } },
      "parallelism alone": { spec: { parallelism: 1 } },
    },
  },
  {
    name: "CronJob",
    base: cronJob,
    edits: {
      schedule: { spec: { schedule: "0 2 * * *" } },
      template: {
        spec: {
          jobTemplate: {
            spec: {
              template: {
                spec: { ...podSpec, containers: [{ ...container, image: "registry.example/job:2" }] },
              },
            },
          },
        },
      },
      suspended: { spec: { suspend: true } },
      "defaults written out": {
        spec: {
          concurrencyPolicy: "Allow",
          suspend: false,
          successfulJobsHistoryLimit: 3,
          failedJobsHistoryLimit: 1,
        },
      },
      "backoff limit": { spec: { jobTemplate: { spec: { backoffLimit: 1 } } } },
    },
  },
];
