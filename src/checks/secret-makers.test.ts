import { remove } from "../../test/mutants/edits.ts";
import { testRule } from "../../test/rule-cases.ts";
import { secretMakers } from "./secret-makers.ts";

testRule(secretMakers, [
  {
    what: "a value that no template uses",
    edits: [remove("ExternalSecret/redis-credentials", 'spec.target.template.data["replication-password"]')],
    says: "fetches redis_replication_password, which no template uses",
  },
]);
