import { replace } from "../../test/mutants/edits.ts";
import { testRule } from "../../test/rule-cases.ts";
import { redisSettings } from "./redis-settings.ts";

const configuration = "ConfigMap/apg-cash-management-redis-config";

testRule(redisSettings, [
  // What stands later overrules it.
  ...(
    [
      ["appendonly", "no", "a killed master comes back empty, and empties its replicas"],
      ["appendfsync", "no", "minutes of writes are lost with the node"],
      ["protected-mode", "no", "without users everybody is let in"],
      ["replica-read-only", "no", "what is written to a replica is lost at its next copy"],
      ["aclfile", "/etc/redis/users.acl", "no user of the tree exists"],
    ] as const
  ).map(([name, value, reason]) => ({
    what: `${name} ${value}`,
    edits: [
      replace(configuration, 'data["sizes.conf"]', [
        "maxmemory-policy volatile-lru",
        `maxmemory-policy volatile-lru\n${name} ${value}`,
      ]),
    ],
    says: `data ${name}: is ${value}: ${reason}`,
  })),
  {
    what: "a configuration that includes nothing",
    edits: ["include /etc/redis/sizes.conf", "include /run/redis/role.conf"].map((line) =>
      replace(configuration, 'data["redis.conf"]', [line, ""]),
    ),
    says: "data include: is not set: neither sizes nor role are read",
  },
  {
    what: "a user without a password",
    edits: [replace(configuration, 'data["users.acl"]', ["user monitoring on", "user monitoring on nopass"])],
    says: "lets monitoring in without a password",
  },
  {
    what: "a role without a user",
    edits: [replace(configuration, 'data["users.acl"]', ["user replication", "user replicator"])],
    says: "has no user replication",
  },
]);
