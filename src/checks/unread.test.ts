import { drop, set } from "../../test/mutants/edits.ts";
import { testRule } from "../../test/rule-cases.ts";
import { unread } from "./unread.ts";

testRule(unread, [
  {
    what: "a Role that nobody binds",
    edits: [drop("RoleBinding/apg-cash-management-binding")],
    says: "is named by nobody",
  },
  {
    what: "a certificate that nobody mounts",
    edits: [set("Certificate/pgbouncer-tls", "spec.secretName", "other")],
    says: "makes the Secret other, which nobody reads",
  },
]);
