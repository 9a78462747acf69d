import { set } from "../../test/mutants/edits.ts";
import { testRule } from "../../test/rule-cases.ts";
import { applicationSettings } from "./application-settings.ts";

testRule(applicationSettings, [
  {
    what: "metrics of one worker of four",
    edits: [set("ConfigMap/apg-cash-management-config", "data.PROMETHEUS_MULTIPROC_DIR", "/metrics")],
    says: "each of 4 workers would tell its own numbers",
  },
]);
