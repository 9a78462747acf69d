import { set } from "../../test/mutants/edits.ts";
import { testRule } from "../../test/rule-cases.ts";
import { ports } from "./ports.ts";

testRule(ports, [
  {
    what: "two ports of one name in a pod",
    edits: [
      set("Deployment/pgbouncer", "spec.template.spec.containers[exporter].ports[0].name", "pgbouncer"),
    ],
    says: "pgbouncer is another port of the pod",
  },
  {
    what: "a container's port out of range",
    edits: [set("Deployment/pgbouncer", "spec.template.spec.containers[exporter].ports[0].containerPort", 0)],
    says: "is 0; a port is a number from 1 to 65535",
  },
]);
