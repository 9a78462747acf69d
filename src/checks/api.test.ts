import { set } from "../../test/mutants/edits.ts";
import { testRule } from "../../test/rule-cases.ts";
import { api } from "./api.ts";

const deployment = "Deployment/apg-cash-management";

testRule(api, [
  {
    what: "one item where a list is wanted",
    edits: [set(deployment, "spec.template.spec.containers[0].command", "run")],
    says: 'is "run"; the server takes a list',
  },
  {
    what: "a list where a map is wanted",
    edits: [set(deployment, "spec.template.spec.nodeSelector", ["a"])],
    says: "the server takes a map",
  },
  {
    what: "a number among labels",
    edits: [set(deployment, "metadata.labels.app", 1)],
    says: 'metadata.labels["app"]: is 1; the server takes a string',
  },
  {
    what: "an unknown field in a list",
    edits: [set(deployment, "spec.template.spec.containers[0].ports[0].hostport", 80)],
    says: "spec.template.spec.containers[0].ports[0].hostport: is no field of core.v1.ContainerPort",
  },
  {
    what: "a field that is newer than the cluster",
    edits: [
      set(
        "Namespace/apg-cash-management",
        'metadata.labels["pod-security.kubernetes.io/enforce-version"]',
        "v1.29",
      ),
    ],
    says: "came with Kubernetes 1.30, and the cluster is 1.29",
  },
  {
    what: "a text that is no choice",
    edits: [set("Service/pgbouncer", "spec.ports[0].protocol", "HTTP")],
    says: 'is "HTTP"; the server takes SCTP, TCP, UDP',
  },
  {
    what: "a text that is no choice of a custom resource",
    edits: [set("ExternalSecret/redis-credentials", "spec.target.creationPolicy", "Keep")],
    says: 'is "Keep"; the server takes Owner, Orphan, Merge, None',
  },
  {
    what: "a number below zero",
    edits: [set(deployment, "spec.template.spec.containers[0].livenessProbe.periodSeconds", -1)],
    says: "is -1; the server takes 0 and more",
  },
  {
    what: "an unknown field of a custom resource",
    edits: [set("Certificate/pgbouncer-tls", "spec.dnsName", "pgbouncer")],
    says: "spec.dnsName: is no field of Certificate.spec",
  },
]);
