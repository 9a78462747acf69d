import { set } from "../../test/mutants/edits.ts";
import { testRule } from "../../test/rule-cases.ts";
import { immutableFields } from "./immutable-fields.ts";

testRule(immutableFields, [
  {
    what: "a checksum in a claim template",
    edits: [
      set(
        "StatefulSet/redis-master",
        'spec.volumeClaimTemplates[0].metadata.annotations["checksum/restart"]',
        "x",
      ),
    ],
    says: "holds checksum/restart",
  },
]);
