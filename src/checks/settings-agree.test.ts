import { expect, test } from "vitest";
import type { Json } from "../kubernetes/manifest.ts";
import { changed, changedText, tree } from "../../test/trees.ts";
import { settingsAgree } from "./settings-agree.ts";

const config = "ConfigMap/apg-cash-management-config";
const postgresql = "ConfigMap/apg-cash-management-postgres-config";
const paths = (manifests: Parameters<typeof settingsAgree.check>[0]): readonly string[] =>
  [...settingsAgree.check(manifests)].map(({ path }) => path);

test("the rendered tree passes", () => {
  expect([...settingsAgree.check(tree())]).toStrictEqual([]);
});

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
    const few = changedText(tree(), postgresql, "postgresql.conf", `${name} = 12`, `${name} = 1`);
    expect(paths(few)).toStrictEqual([`ConfigMap/apg-cash-management-postgres-config ${name}`]);
  },
);

test.for<readonly [string, Json]>([
  ["data.UVICORN_TIMEOUT_KEEP_ALIVE", "5"],
  ["data.DATABASE_POOL_TIMEOUT", "60"],
  ["data.UVICORN_TIMEOUT_GRACEFUL_SHUTDOWN", "30"],
])("%s of %s is reported; the guide's keep-alive is 5 (K23)", ([path, value]) => {
  expect(paths(changed(tree(), config, path, value))).toStrictEqual([path]);
});

test("a grace period below preStop and shutdown is reported", () => {
  const path = "spec.template.spec.terminationGracePeriodSeconds";
  expect(paths(changed(tree(), "Deployment/apg-cash-management", path, 79))).toStrictEqual([path]);
});

test("an edge that keeps connections for longer than the application is reported", () => {
  const path = "spec.forwardingTimeouts.idleConnTimeout";
  expect(paths(changed(tree(), "ServersTransport/application", path, "2m"))).toStrictEqual([
    "data.UVICORN_TIMEOUT_KEEP_ALIVE",
  ]);
});
