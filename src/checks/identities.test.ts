import { set } from "../../test/mutants/edits.ts";
import { testRule } from "../../test/rule-cases.ts";
import { identities } from "./identities.ts";

testRule(identities, [
  {
    what: "a name for a volume that is taken",
    edits: [
      set("Deployment/pgbouncer", "spec.template.spec.volumes[end]", {
        name: "run",
        emptyDir: { sizeLimit: "1Mi" },
      }),
    ],
    says: "run is there twice",
  },
  {
    what: "a container of a name that is taken",
    edits: [set("Deployment/pgbouncer", "spec.template.spec.containers[exporter].name", "pgbouncer")],
    says: "pgbouncer is there twice",
  },
  {
    what: "a cluster-wide object in a namespace",
    edits: [set("StorageClass/apg-ssd-fast", "metadata.namespace", "default")],
    says: "a StorageClass has no namespace",
  },
  {
    what: "two volumes on one path",
    edits: [
      set(
        "Deployment/pgbouncer",
        "spec.template.spec.containers[pgbouncer].volumeMounts[run].mountPath",
        "/scripts",
      ),
    ],
    says: "/scripts is there twice",
  },
]);
