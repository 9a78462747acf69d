import { drop, type Mutant, remove, set } from "../edits.ts";

const deployment = "Deployment/apg-cash-management";
const container = "spec.template.spec.containers[apg-cash-management]";
const pod = "spec.template.spec";

/** Pods that cannot be moved, or that are all moved at once. */
export const disruption: readonly Mutant[] = [
  {
    name: "K19: the application has no disruption budget",
    kind: "drop a guard",
    edits: [drop("PodDisruptionBudget/apg-cash-management")],
    harm: "draining two nodes stops the service",
    rule: "disruption",
  },
  {
    name: "the budget forbids every eviction",
    kind: "block a drain",
    edits: [set("PodDisruptionBudget/apg-cash-management", "spec.maxUnavailable", 0)],
    harm: "no node can be drained or upgraded",
    rule: "disruption",
  },
  {
    name: "the budget demands all pods of the smallest state",
    kind: "block a drain",
    edits: [
      remove("PodDisruptionBudget/apg-cash-management", "spec.maxUnavailable"),
      set("PodDisruptionBudget/apg-cash-management", "spec.minAvailable", 3),
    ],
    harm: "no node can be drained while the load is low",
    rule: "disruption",
  },
  {
    name: "the budget lets all pods go at once",
    kind: "drop a guard",
    edits: [set("PodDisruptionBudget/apg-cash-management", "spec.maxUnavailable", "100%")],
    harm: "a drain of several nodes stops the service",
    rule: "disruption",
  },
  {
    name: "unhealthy pods block a drain",
    kind: "block a drain",
    edits: [remove("PodDisruptionBudget/postgres-primary", "spec.unhealthyPodEvictionPolicy")],
    harm: "a pod that never becomes Ready keeps its node for ever",
    rule: "disruption",
  },
  {
    name: "K19: nothing keeps the replicas apart",
    kind: "drop a spread",
    edits: [remove(deployment, `${pod}.topologySpreadConstraints`)],
    harm: "one node takes all pods with it",
    rule: "disruption",
  },
  {
    name: "the pooler's pods share a node",
    kind: "drop a spread",
    edits: [remove("Deployment/pgbouncer", `${pod}.topologySpreadConstraints[0]`)],
    harm: "one node takes every pooler with it",
    rule: "disruption",
  },
  {
    name: "a rollout stops all pods before it starts new ones",
    kind: "stop everything at once",
    edits: [set(deployment, "spec.strategy", { type: "Recreate" })],
    harm: "each release is an outage",
    rule: "disruption",
  },
  {
    name: "a rollout may take every pod",
    kind: "stop everything at once",
    edits: [set(deployment, "spec.strategy.rollingUpdate.maxUnavailable", "100%")],
    harm: "each release is an outage",
    rule: "disruption",
  },
  {
    name: "a rollout can neither add nor remove a pod",
    kind: "block a rollout",
    edits: [set(deployment, "spec.strategy.rollingUpdate.maxSurge", 0)],
    harm: "the API server refuses the Deployment",
    rule: "disruption",
  },
  {
    name: "the application is killed while it serves",
    kind: "shorten a patience",
    edits: [set(deployment, `${pod}.terminationGracePeriodSeconds`, 30)],
    harm: "requests are cut off at every rollout",
    rule: "timeouts",
  },
  {
    name: "the application stops before the edge knows",
    kind: "shorten a patience",
    edits: [remove(deployment, `${container}.lifecycle`)],
    harm: "the edge sends requests to a closed port",
    rule: "timeouts",
  },
];
