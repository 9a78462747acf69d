import { set } from "../../test/mutants/edits.ts";
import { testRule } from "../../test/rule-cases.ts";
import { probes } from "./probes.ts";

testRule(probes, [
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
