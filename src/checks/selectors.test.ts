import { remove, set } from "../../test/mutants/edits.ts";
import { testRule } from "../../test/rule-cases.ts";
import { selectors } from "./selectors.ts";

testRule(selectors, [
  {
    what: "a Service without a selector",
    edits: [set("Service/pgbouncer", "spec.selector", {})],
    says: "is empty: nobody makes its endpoints",
  },
  {
    what: "affinity to nobody",
    edits: [
      set(
        "CronJob/postgres-base-backup",
        "spec.jobTemplate.spec.template.spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].labelSelector.matchLabels.app",
        "nobody",
      ),
    ],
    says: "selects no pod, so the pod is never placed",
  },
  {
    what: "a peer that no pod is",
    edits: [
      set("NetworkPolicy/redis-netpol", "spec.ingress[0].from[0].podSelector.matchLabels.app", "nobody"),
    ],
    says: "selects no pod of the namespace",
  },
  {
    what: "a policy for one role of two",
    edits: [set("NetworkPolicy/redis-netpol", "spec.podSelector.matchLabels.role", "master")],
    says: "leaves out redis-replica",
  },
  {
    what: "a second budget for one workload",
    edits: [set("PodDisruptionBudget/redis-replica", "spec.selector.matchLabels.role", "master")],
    says: "an eviction with two budgets fails",
  },
  {
    what: "a Service that does not select all that it governs",
    edits: [set("Service/redis-nodes", "spec.selector.role", "master")],
    says: "the StatefulSets that it governs are redis-master, redis-replica",
  },
  {
    what: "a monitor that selects two Services",
    edits: [remove("ServiceMonitor/redis-monitor", "spec.selector.matchExpressions")],
    says: "with more than one, pods are scraped twice",
  },
]);
