import { isObject, mapAt, textAt, type JsonObject } from "../../json.ts";
import { chain, fill, inList, inMap, type Defaulter } from "./fill.ts";
import { claimTemplate, podSpec, podTemplate } from "./pod.ts";

// Kubernetes, pkg/apis/apps/v1/defaults.go and pkg/apis/batch/v1/defaults.go.

function withTemplate(spec: JsonObject): JsonObject {
  return inMap(spec, "template", podTemplate);
}

function deployment(spec: JsonObject): JsonObject {
  const strategy = fill(mapAt(spec, "strategy"), { type: "RollingUpdate" });
  const rolling = strategy["type"] === "RollingUpdate";
  return withTemplate({
    ...fill(spec, { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 }),
    strategy: rolling
      ? {
          ...strategy,
          rollingUpdate: fill(mapAt(strategy, "rollingUpdate"), { maxUnavailable: "25%", maxSurge: "25%" }),
        }
      : strategy,
  });
}

function statefulSet(spec: JsonObject, minor: number): JsonObject {
  const written = mapAt(spec, "updateStrategy");
  const strategy = fill(written, { type: "RollingUpdate" });
  // SetDefaults_StatefulSet: a type that is written out without rollingUpdate gets none.
  const filled = !isSet(written, "type") || isSet(written, "rollingUpdate");
  const rolling = strategy["type"] === "RollingUpdate" && filled;
  // MaxUnavailableStatefulSet is on by default from 1.37; persistentVolumeClaimRetentionPolicy from 1.27.
  const partition = { partition: 0, ...(minor >= 37 ? { maxUnavailable: 1 } : {}) };
  const retention = fill(mapAt(spec, "persistentVolumeClaimRetentionPolicy"), {
    whenDeleted: "Retain",
    whenScaled: "Retain",
  });
  return chain(
    {
      ...fill(spec, { podManagementPolicy: "OrderedReady", replicas: 1, revisionHistoryLimit: 10 }),
      updateStrategy: rolling
        ? { ...strategy, rollingUpdate: fill(mapAt(strategy, "rollingUpdate"), partition) }
        : strategy,
      ...(minor >= 27 || isObject(spec["persistentVolumeClaimRetentionPolicy"])
        ? { persistentVolumeClaimRetentionPolicy: retention }
        : {}),
    },
    withTemplate,
    (value) => inList(value, "volumeClaimTemplates", claimTemplate),
  );
}

function daemonSet(spec: JsonObject): JsonObject {
  const strategy = fill(mapAt(spec, "updateStrategy"), { type: "RollingUpdate" });
  const rolling = strategy["type"] === "RollingUpdate";
  return withTemplate({
    ...fill(spec, { revisionHistoryLimit: 10 }),
    updateStrategy: rolling
      ? {
          ...strategy,
          rollingUpdate: fill(mapAt(strategy, "rollingUpdate"), { maxUnavailable: 1, maxSurge: 0 }),
        }
      : strategy,
  });
}

function job(spec: JsonObject, minor: number): JsonObject {
  const neither = !isSet(spec, "completions") && !isSet(spec, "parallelism");
  const perIndex = isSet(spec, "backoffLimitPerIndex");
  // JobPodReplacementPolicy is on by default from 1.29: a field that an older server does not fill in.
  const replacement = isSet(spec, "podFailurePolicy") ? "Failed" : "TerminatingOrFailed";
  return withTemplate(
    fill(spec, {
      parallelism: 1,
      ...(neither ? { completions: 1 } : {}),
      backoffLimit: perIndex ? 2_147_483_647 : 6,
      completionMode: "NonIndexed",
      suspend: false,
      manualSelector: false,
      ...(minor >= 29 ? { podReplacementPolicy: replacement } : {}),
    }),
  );
}

function cronJob(spec: JsonObject): JsonObject {
  return inMap(
    fill(spec, {
      concurrencyPolicy: "Allow",
      failedJobsHistoryLimit: 1,
      successfulJobsHistoryLimit: 3,
      suspend: false,
    }),
    "jobTemplate",
    (template) => inMap(template, "spec", withTemplate),
  );
}

function isSet(map: JsonObject, key: string): boolean {
  return map[key] !== undefined && map[key] !== null;
}

function inSpec(change: Defaulter): Defaulter {
  return (body) => inMap(body, "spec", change);
}

/** Defaulters of the kinds that make pods, by group/kind, for a minor version of Kubernetes. */
export function workloadDefaults(minor: number): Readonly<Record<string, Defaulter>> {
  return {
    "apps/Deployment": inSpec(deployment),
    "apps/ReplicaSet": inSpec((value) => withTemplate(fill(value, { replicas: 1 }))),
    "apps/StatefulSet": inSpec((value) => statefulSet(value, minor)),
    "apps/DaemonSet": inSpec(daemonSet),
    "batch/Job": inSpec((value) => job(value, minor)),
    "batch/CronJob": inSpec(cronJob),
    "/Pod": inSpec((value) => fill(podSpec(value), { enableServiceLinks: true, ...preemption(value) })),
    "/ReplicationController": inSpec((value) => withTemplate(fill(value, { replicas: 1 }))),
    "/PodTemplate": (body) => inMap(body, "template", podTemplate),
  };
}

// The Priority admission plugin writes it on every pod that names no class.
function preemption(spec: JsonObject): JsonObject {
  return textAt(spec, "priorityClassName") === undefined
    ? { preemptionPolicy: "PreemptLowerPriority", priority: 0 }
    : {};
}
