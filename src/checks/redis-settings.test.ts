import { replace } from "../../test/mutants/edits.ts";
import { testRule } from "../../test/rule-cases.ts";
import { redisSettings } from "./redis-settings.ts";

testRule(redisSettings, [
  {
    what: "a user without a password",
    edits: [
      replace("ConfigMap/apg-cash-management-redis-config", 'data["users.acl"]', [
        "user monitoring on",
        "user monitoring on nopass",
      ]),
    ],
    says: "lets monitoring in without a password",
  },
  {
    what: "a role without a user",
    edits: [
      replace("ConfigMap/apg-cash-management-redis-config", 'data["users.acl"]', [
        "user replication",
        "user replicator",
      ]),
    ],
    says: "has no user replication",
  },
]);
