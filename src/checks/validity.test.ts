import { set, type Edit } from "../../test/mutants/edits.ts";
import { testRule } from "../../test/rule-cases.ts";
import { validity } from "./validity.ts";

const server = "spec.template.spec.containers[postgres]";
const primary = "StatefulSet/postgres-primary";
const ingress = "Ingress/apg-cash-management-ingress";
const pathOf = (path: string, value: string): Edit =>
  set(ingress, `spec.rules[0].http.paths[0].${path}`, value);

testRule(validity, [
  {
    what: "a container without a name",
    edits: [set(primary, `${server}.name`, "")],
    says: 'name: "" is no name',
  },
  {
    what: "two containers of one name",
    edits: [set(primary, `${server}.name`, "reload")],
    says: "reload names two containers",
  },
  {
    what: "a variable without a name",
    edits: [set(primary, `${server}.env[0].name`, "")],
    says: 'env[0]: "" names no variable',
  },
  {
    what: "a mount without a path",
    edits: [set(primary, `${server}.volumeMounts[0].mountPath`, "")],
    says: 'volumeMounts[0]: "" is no absolute path',
  },
  {
    what: "two mounts in one place",
    edits: [
      set(primary, `${server}.volumeMounts[0].mountPath`, "/x"),
      set(primary, `${server}.volumeMounts[1].mountPath`, "/x"),
    ],
    says: "/x is mounted twice",
  },
  {
    what: "a mode beyond 0777",
    edits: [
      set("Deployment/pgbouncer", "spec.template.spec.volumes[0]", {
        name: "settings",
        configMap: { name: "pgbouncer-config", defaultMode: 577 },
      }),
    ],
    says: "has a defaultMode that is none: 0 to 0777",
  },
  {
    what: "a file of a volume with a mode beyond 0777",
    edits: [
      set("Deployment/pgbouncer", "spec.template.spec.volumes[0]", {
        name: "settings",
        configMap: { name: "pgbouncer-config", items: [{ key: "a", path: "a", mode: 577 }] },
      }),
    ],
    says: "has a mode that is none: 0 to 0777",
  },
  {
    what: "a file outside of its volume",
    edits: [
      set("Deployment/pgbouncer", "spec.template.spec.volumes[0]", {
        name: "settings",
        secret: { secretName: "postgres-tls", items: [{ key: "ca.crt", path: "../ca.crt" }] },
      }),
    ],
    says: 'puts "../ca.crt" outside of itself',
  },
  {
    what: "a size that is no quantity",
    edits: [
      set("Deployment/pgbouncer", "spec.template.spec.volumes[0]", {
        name: "settings",
        emptyDir: { sizeLimit: "much" },
      }),
    ],
    says: 'has the size "much", which is no quantity',
  },
  {
    what: "a time that there is not",
    edits: [set("CronJob/postgres-base-backup", "spec.schedule", "61 1 * * *")],
    says: "spec.schedule: is no time that there is: end of range (61) above maximum (59): 61",
  },
  {
    what: "a path that is compared and has an empty part",
    edits: [pathOf("path", "/a//b")],
    says: `spec.rules[0].http.paths[0].path: "/a//b" must not contain '//'`,
  },
  {
    what: "a relative path",
    edits: [pathOf("path", "a")],
    says: '"a" must be an absolute path',
  },
]);
