import { set } from "../../test/mutants/edits.ts";
import { testRule } from "../../test/rule-cases.ts";
import { disruption } from "./disruption.ts";

const deployment = "Deployment/apg-cash-management";
const path = "spec.template.spec.topologySpreadConstraints";

testRule(disruption, [
  {
    what: "a spread that is required over zones and over nodes",
    edits: [
      set(deployment, `${path}[0].whenUnsatisfiable`, "DoNotSchedule"),
      set(deployment, `${path}[1].whenUnsatisfiable`, "DoNotSchedule"),
    ],
    says: "requires an even spread over topology.kubernetes.io/zone and over kubernetes.io/hostname",
  },
]);
