import { remove, set } from "../../test/mutants/edits.ts";
import { testRule } from "../../test/rule-cases.ts";
import { alerts } from "./alerts.ts";

testRule(alerts, [
  {
    what: "an alert without a summary",
    edits: [
      remove(
        "PrometheusRule/apg-cash-management-alerts",
        "spec.groups[0].rules[APGHighErrorRate].annotations.summary",
      ),
    ],
    says: "is not set",
  },
  {
    what: "a Service that is scraped twice",
    edits: [set("Service/pgbouncer", 'metadata.annotations["prometheus.io/scrape"]', "true")],
    says: "has the pods scraped a second time",
  },
]);
