import { expect, test } from "vitest";
import { testRule } from "../../test/rule-cases.ts";
import { changedText, tree } from "../../test/trees.ts";
import { settingsAgree } from "./settings-agree.ts";

const postgresql = "ConfigMap/apg-cash-management-postgres-config";
const paths = (manifests: Parameters<typeof settingsAgree.check>[0]): readonly string[] =>
  [...settingsAgree.check(manifests)].map(({ path }) => path);

testRule(settingsAgree);

test.for([
  "max_connections",
  "max_prepared_transactions",
  "max_locks_per_transaction",
  "max_wal_senders",
  "max_worker_processes",
])("a primary with a higher %s than its replicas is reported (P15)", (name) => {
  const raised = changedText(tree(), postgresql, "primary.conf", /$/, `${name} = 400\n`);
  expect(paths(raised)).toStrictEqual([`ConfigMap/apg-cash-management-postgres-config ${name}`]);
});

test.for(["max_wal_senders", "max_replication_slots"])(
  "a %s that the replicas exceed is reported (P10)",
  (name) => {
    const few = changedText(
      tree(),
      postgresql,
      "postgresql.conf",
      new RegExp(`${name} = \\d+`),
      `${name} = 1`,
    );
    expect(paths(few)).toStrictEqual([`ConfigMap/apg-cash-management-postgres-config ${name}`]);
  },
);
