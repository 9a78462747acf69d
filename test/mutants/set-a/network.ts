import { drop, type Mutant, remove, set } from "../edits.ts";

const application = "NetworkPolicy/apg-cash-management-netpol";

/** Network policies that allow too much or too little. */
export const network: readonly Mutant[] = [
  {
    name: "K14: nothing is denied by default",
    kind: "drop a guard",
    edits: [drop("NetworkPolicy/default-deny")],
    harm: "a pod without a policy of its own is open to the cluster",
    rule: "network",
  },
  {
    name: "the database is open to every pod of the namespace",
    kind: "widen a policy",
    edits: [set("NetworkPolicy/postgres-netpol", "spec.ingress[0].from[0].podSelector", {})],
    harm: "any pod may try passwords",
    rule: "network",
  },
  {
    name: "K14: the database is open to every namespace",
    kind: "widen a policy",
    edits: [set("NetworkPolicy/postgres-netpol", "spec.ingress[0].from[0]", { namespaceSelector: {} })],
    harm: "any pod of the cluster may try passwords",
    rule: "network",
  },
  {
    name: "K14: egress to anywhere",
    kind: "widen a policy",
    edits: [set(application, "spec.egress[0].to", [])],
    harm: "who breaks in sends the data wherever it likes",
    rule: "network",
  },
  {
    name: "every port of the application is open to the edge",
    kind: "widen a policy",
    edits: [remove(application, "spec.ingress[0].ports")],
    harm: "the metrics are public",
    rule: "network",
  },
  {
    name: "the application may no longer reach its pooler",
    kind: "narrow a policy",
    edits: [remove(application, "spec.egress[0]")],
    harm: "the application has no database",
    rule: "network",
  },
  {
    name: "the edge may no longer reach the application",
    kind: "narrow a policy",
    edits: [remove(application, "spec.ingress[0]")],
    harm: "every client gets 504",
    rule: "network",
  },
  {
    name: "names are no longer resolved",
    kind: "narrow a policy",
    edits: [remove("NetworkPolicy/pgbouncer-netpol", "spec.egress[1]")],
    harm: "the pooler does not find the primary",
    rule: "network",
  },
  {
    name: "the policy opens another port than the pooler's",
    kind: "swap a port",
    edits: [set("NetworkPolicy/pgbouncer-netpol", "spec.ingress[0].ports[0].port", 5432)],
    harm: "the application has no database",
    rule: "network",
  },
  {
    name: "a policy is for ingress alone",
    kind: "widen a policy",
    edits: [set("NetworkPolicy/default-deny", "spec.policyTypes", ["Ingress"])],
    harm: "a pod without a policy of its own may call anywhere",
    rule: "network",
  },
];
