import { remove, set } from "../../test/mutants/edits.ts";
import { testRule } from "../../test/rule-cases.ts";
import { labels } from "./labels.ts";

testRule(labels, [
  {
    what: "an object that is part of another system",
    edits: [set("Service/pgbouncer", 'metadata.labels["app.kubernetes.io/part-of"]', "other")],
    says: "is other; apg-cash-management fits",
  },
  {
    what: "an object without its component",
    edits: [remove("Service/pgbouncer", 'metadata.labels["app.kubernetes.io/component"]')],
    says: "is not set; pgbouncer fits",
  },
  {
    what: "two names for one application",
    edits: [set("Service/pgbouncer", 'metadata.labels["app.kubernetes.io/name"]', "pooler")],
    says: "is pooler; pgbouncer fits",
  },
  {
    what: "pods of another name than their Deployment",
    edits: [set("Deployment/pgbouncer", "metadata.labels.app", "pooler")],
    says: "is pgbouncer, but pooler on the object",
  },
]);
