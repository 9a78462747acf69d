import { set } from "../../test/mutants/edits.ts";
import { testRule } from "../../test/rule-cases.ts";
import { certificates } from "./certificates.ts";

testRule(certificates, [
  {
    what: "a certificate that names nobody",
    edits: [set("Certificate/pgbouncer-tls", "spec.dnsNames", [])],
    says: "names nobody",
  },
]);
