import { type Mutant, remove, set } from "../edits.ts";

const deployment = "Deployment/apg-cash-management";
const container = "spec.template.spec.containers[apg-cash-management]";
const primary = "StatefulSet/postgres-primary";
const pod = "spec.template.spec";
const redis = "StatefulSet/redis-replica";

/** Pods that the server refuses, or that reach too far. */
export const pods: readonly Mutant[] = [
  {
    name: "K22: a pod of the data tier runs as root",
    kind: "weaken a security context",
    edits: [remove(redis, `${pod}.securityContext.runAsNonRoot`)],
    harm: "the namespace refuses the pod",
    rule: "pod-security",
  },
  {
    name: "a container may gain privileges",
    kind: "weaken a security context",
    edits: [set(deployment, `${container}.securityContext.allowPrivilegeEscalation`, true)],
    harm: "the namespace refuses the pod",
    rule: "pod-security",
  },
  {
    name: "the root file system is writable",
    kind: "weaken a security context",
    edits: [set(deployment, `${container}.securityContext.readOnlyRootFilesystem`, false)],
    harm: "who breaks in changes the program",
    rule: "pod-security",
  },
  {
    name: "a directory of the node is mounted",
    kind: "reach into the node",
    edits: [set(deployment, `${pod}.volumes[logs]`, { name: "logs", hostPath: { path: "/var/log" } })],
    harm: "the namespace refuses the pod",
    rule: "pod-security",
  },
  {
    name: "a token is mounted in every container",
    kind: "hand out a token",
    edits: [set(primary, `${pod}.automountServiceAccountToken`, true)],
    harm: "a broken database can call the API server",
    rule: "pod-security",
  },
  {
    name: "the application's image is named by its tag",
    kind: "float a version",
    edits: [set(deployment, `${container}.image`, "docker.io/datacraft/apg-cash-management:1.0.0")],
    harm: "two pods of one release run different programs",
    rule: "pod-security",
  },
  {
    name: "R0: redis:7 floats to another licence",
    kind: "float a version",
    edits: [set(redis, `${pod}.containers[redis].image`, "docker.io/library/redis:7")],
    harm: "a restart brings another release",
    rule: "pod-security",
  },
  {
    name: "a container has no memory limit",
    kind: "drop a limit",
    edits: [remove(deployment, `${container}.resources.limits.memory`)],
    harm: "one leak takes the node",
    rule: "pod-security",
  },
  {
    name: "a request exceeds its limit",
    kind: "cross a request and its limit",
    edits: [set(deployment, `${container}.resources.requests.memory`, "6Gi")],
    harm: "the API server refuses the Deployment",
    rule: "pod-resources",
  },
  {
    name: "a container asks for less than the LimitRange admits",
    kind: "lower a limit",
    edits: [set(deployment, `${container}.resources.requests.cpu`, "1m")],
    harm: "the API server refuses every pod",
    rule: "pod-resources",
  },
  {
    name: "a container's limit exceeds what the LimitRange admits",
    kind: "raise a limit",
    edits: [set(deployment, `${container}.resources.limits.memory`, "64Gi")],
    harm: "the API server refuses every pod",
    rule: "pod-resources",
  },
  {
    name: "the metrics directory in memory is larger than the container's limit",
    kind: "raise a limit",
    edits: [set(deployment, `${pod}.volumes[metrics].emptyDir.sizeLimit`, "8Gi")],
    harm: "filling it kills the container",
    rule: "pod-resources",
  },
  {
    name: "the application's scratch space is unbounded",
    kind: "drop a limit",
    edits: [remove(deployment, `${pod}.volumes[temp].emptyDir.sizeLimit`)],
    harm: "one pod fills the node's disk and evicts others",
    rule: "pod-resources",
  },
  {
    name: "K24: the group of the data directory is changed at each mount",
    kind: "weaken a security context",
    edits: [set(primary, `${pod}.securityContext.fsGroupChangePolicy`, "Always")],
    harm: "PostgreSQL refuses a data directory that its group may write",
    rule: "pod-security",
  },
];
