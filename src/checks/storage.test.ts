import { set } from "../../test/mutants/edits.ts";
import { testRule } from "../../test/rule-cases.ts";
import { storage } from "./storage.ts";

testRule(storage, [
  {
    what: "a class that cannot grow",
    edits: [set("StorageClass/apg-ssd-fast", "allowVolumeExpansion", false)],
    says: "a full volume cannot grow",
  },
  {
    what: "a class that takes everybody's claims",
    edits: [
      set(
        "StorageClass/apg-ssd-fast",
        'metadata.annotations["storageclass.kubernetes.io/is-default-class"]',
        "true",
      ),
    ],
    says: "claims of others would land here",
  },
  {
    what: "a claim of two modes",
    edits: [
      set("StatefulSet/postgres-primary", "spec.volumeClaimTemplates[0].spec.accessModes", [
        "ReadWriteOnce",
        "ReadWriteMany",
      ]),
    ],
    says: "names no single mode",
  },
]);
