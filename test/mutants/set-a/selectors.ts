import { type Mutant, remove, set } from "../edits.ts";

const deployment = "Deployment/apg-cash-management";
const container = "spec.template.spec.containers[apg-cash-management]";
const pod = "spec.template.spec";
const ingress = "Ingress/apg-cash-management-ingress";

/** Ports and selectors that miss what they mean. */
export const selectors: readonly Mutant[] = [
  {
    name: "the readiness probe names a port that the container lacks",
    kind: "swap a port",
    edits: [set(deployment, `${container}.readinessProbe.httpGet.port`, "web")],
    harm: "no pod becomes Ready",
    rule: "ports",
  },
  {
    name: "the Service sends to a port that the pods lack",
    kind: "swap a port",
    edits: [set("Service/apg-cash-management-service", "spec.ports[http].targetPort", "web")],
    harm: "the Service has no endpoint",
    rule: "ports",
  },
  {
    name: "the Service sends requests to the metrics port",
    kind: "swap a port",
    edits: [set("Service/apg-cash-management-service", "spec.ports[http].targetPort", "metrics")],
    harm: "clients are answered by the metrics page",
    rule: "ports",
  },
  {
    name: "the ServiceMonitor scrapes a port that the Service lacks",
    kind: "swap a port",
    edits: [set("ServiceMonitor/postgres-monitor", "spec.endpoints[0].port", "web")],
    harm: "the database is not monitored",
    rule: "ports",
  },
  {
    name: "the container's port is renumbered under the Service",
    kind: "renumber a port",
    edits: [set(deployment, `${container}.ports[http].containerPort`, 8080)],
    harm: "the policies open 8000, and nobody listens there",
    rule: "ports",
  },
  {
    name: "the Ingress names a Service's port that does not exist",
    kind: "renumber a port",
    edits: [set(ingress, "spec.rules[0].http.paths[0].backend.service.port.number", 80)],
    harm: "the edge answers 503",
    rule: "ports",
  },
  {
    name: "the Service's selector is misspelt",
    kind: "rename a label",
    edits: [set("Service/apg-cash-management-service", "spec.selector.app", "apg-cash-managment")],
    harm: "the Service selects nothing",
    rule: "selectors",
  },
  {
    name: "the application's pods get another label",
    kind: "rename a label",
    edits: [set(deployment, `spec.template.metadata.labels.app`, "cash-management")],
    harm: "the API server refuses the Deployment, whose selector misses its own pods",
    rule: "selectors",
  },
  {
    name: "the Service of the replicas also selects the primary",
    kind: "widen a selector",
    edits: [remove("Service/postgres-replica-service", "spec.selector.role")],
    harm: "reports run on the primary",
    rule: "selectors",
  },
  {
    name: "a disruption budget selects nothing",
    kind: "rename a label",
    edits: [set("PodDisruptionBudget/pgbouncer", "spec.selector.matchLabels.app", "pooler")],
    harm: "a drain takes all poolers at once",
    rule: "selectors",
  },
  {
    name: "one disruption budget selects master and replicas",
    kind: "widen a selector",
    edits: [remove("PodDisruptionBudget/redis-master", "spec.selector.matchLabels.role")],
    harm: "two budgets select a replica, whose eviction then fails with 500",
    rule: "selectors",
  },
  {
    name: "a network policy selects a label that no pod has",
    kind: "rename a label",
    edits: [set("NetworkPolicy/redis-netpol", "spec.podSelector.matchLabels.app", "cache")],
    harm: "Redis is closed to everybody",
    rule: "selectors",
  },
  {
    name: "the ServiceMonitor selects no Service",
    kind: "rename a label",
    edits: [set("ServiceMonitor/redis-monitor", "spec.selector.matchLabels.app", "cache")],
    harm: "Redis is not monitored",
    rule: "selectors",
  },
  {
    name: "the ServiceMonitor loses the label by which Prometheus finds it",
    kind: "rename a label",
    edits: [remove("ServiceMonitor/postgres-monitor", "metadata.labels.release")],
    harm: "Prometheus never reads it",
    rule: "selectors",
  },
  {
    name: "the spread counts pods of nobody",
    kind: "rename a label",
    edits: [
      set(deployment, `${pod}.topologySpreadConstraints[0].labelSelector.matchLabels.app`, "apg"),
      set(deployment, `${pod}.topologySpreadConstraints[1].labelSelector.matchLabels.app`, "apg"),
    ],
    harm: "all pods may stand on one node",
    rule: "selectors",
  },
];
