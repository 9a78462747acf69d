import { replace, set } from "../../test/mutants/edits.ts";
import { testRule } from "../../test/rule-cases.ts";
import { postgresqlSettings } from "./postgresql-settings.ts";

const server = "spec.template.spec.containers[postgres]";
const include = "include '/etc/postgresql/sizes.conf'";

testRule(postgresqlSettings, [
  // What stands later in a file overrules it.
  ...(
    [
      ["hba_file", "/var/lib/pg_hba.conf", "the image's own pg_hba.conf trusts everybody"],
      ["ident_file", "/var/lib/pg_ident.conf", "the data directory's file is in force"],
      ["fsync", "off", "a crash corrupts the database"],
      ["full_page_writes", "off", "a torn page is not repaired"],
      ["synchronous_commit", "local", "an acknowledged commit may be lost"],
      ["ssl", "off", "passwords and data cross the network in clear"],
      ["ssl_min_protocol_version", "TLSv1.1", "broken protocols are accepted"],
      ["password_encryption", "md5", "a stored hash is as good as the password"],
      ["wal_level", "minimal", "no replica can stream"],
      ["hot_standby", "off", "replicas answer nobody"],
      ["max_slot_wal_keep_size", "-1", "an absent replica fills the primary's volume; a size fits"],
    ] as const
  ).map(([name, value, reason]) => ({
    what: `${name} = ${value}`,
    edits: [
      replace("ConfigMap/apg-cash-management-postgres-config", 'data["primary.conf"]', [
        include,
        `${include}\n${name} = '${value}'`,
      ]),
    ],
    says: `data ${name}: is ${value}: ${reason}`,
  })),
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
  // A server of PostgreSQL 15 says of each of these roles that its name is reserved.
  ...(
    [
      [
        "APPLICATION_ROLE",
        "public",
        "names the application's role public, which PostgreSQL keeps for itself",
      ],
      ["APPLICATION_ROLE", "none", "names the application's role none, which PostgreSQL keeps for itself"],
      [
        "APPLICATION_ROLE",
        "pg_app",
        "names the application's role pg_app, which PostgreSQL keeps for itself",
      ],
      ["DATABASE", "postgres", "the database postgres, which has a meaning of its own"],
      ["DATABASE", "template1", "the database template1, which has a meaning of its own"],
      ["DATABASE", "pgbouncer", "the database pgbouncer, which has a meaning of its own"],
    ] as const
  ).map(([variable, name, says]) => ({
    what: `${variable} = ${name}`,
    edits: [set("StatefulSet/postgres-primary", `${server}.env[${variable}].value`, name)],
    says,
  })),
]);
