import { replace } from "../../test/mutants/edits.ts";
import { testRule } from "../../test/rule-cases.ts";
import { postgresqlSettings } from "./postgresql-settings.ts";

testRule(postgresqlSettings, [
  {
    what: "the superuser over the network",
    edits: [
      replace("ConfigMap/apg-cash-management-postgres-config", 'data["pg_hba.conf"]', [
        "hostssl    all          postgres    all       reject",
        "hostssl all postgres all scram-sha-256",
      ]),
    ],
    says: "lets the superuser in over the network",
  },
  {
    what: "connections without TLS",
    edits: [
      replace("ConfigMap/apg-cash-management-postgres-config", 'data["pg_hba.conf"]', [
        "hostnossl  all          all         all       reject",
        "host all all all scram-sha-256",
      ]),
    ],
    says: "accepts connections without TLS",
  },
  {
    what: "nothing rejects connections without TLS",
    edits: [
      replace("ConfigMap/apg-cash-management-postgres-config", 'data["pg_hba.conf"]', [
        "hostnossl  all          all         all       reject",
        "",
      ]),
    ],
    says: "connections without TLS are not rejected",
  },
]);
