import { remove, set } from "../../test/mutants/edits.ts";
import { testRule } from "../../test/rule-cases.ts";
import { probes } from "./probes.ts";

testRule(probes, [
  ...["readinessProbe", "livenessProbe"].map((probe) => ({
    what: `a served container without ${probe}`,
    edits: [remove("Deployment/pgbouncer", `spec.template.spec.containers[pgbouncer].${probe}`)],
    says: `.${probe}: is not set on a container that a Service offers`,
  })),
  {
    what: "a readiness that notices after an hour",
    edits: [
      set(
        "Deployment/pgbouncer",
        "spec.template.spec.containers[pgbouncer].readinessProbe.periodSeconds",
        1200,
      ),
    ],
    says: "notices after 3600 s",
  },
  {
    what: "a command without a question",
    edits: [
      set("StatefulSet/redis-master", "spec.template.spec.containers[redis].livenessProbe.exec.command", [
        "true",
      ]),
    ],
    says: "runs true and asks nothing",
  },
]);
