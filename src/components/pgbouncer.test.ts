import { Deployment } from "kubernetes-models/apps/v1/Deployment";
import { ConfigMap } from "kubernetes-models/v1/ConfigMap";
import { describe, expect, test } from "vitest";
import { findModel } from "../../test/pods/find-model.ts";
import { smallPgbouncer } from "../../test/pods/specs.ts";
import { pgbouncer, pgbouncerHosts } from "./pgbouncer.ts";

describe("pgbouncer", () => {
  test("every object fits its schema", () => {
    for (const model of pgbouncer(smallPgbouncer())) expect(() => model.validate()).not.toThrow();
  });

  test("caps the server connections of a pod over all roles and databases", () => {
    const { data } = findModel(
      pgbouncer({ ...smallPgbouncer(), serverConnections: 55 }),
      ConfigMap,
      "pgbouncer-config",
    );
    expect(data?.["sizes.ini"]).toBe(
      "max_client_conn = 200\ndefault_pool_size = 55\nmax_db_connections = 55\nquery_wait_timeout = 30\n",
    );
  });

  test("a changed size is read by the running pods and rolls none", () => {
    expect(annotation(9)).toEqual(annotation(8));
  });

  test("its certificate covers the name that the application connects to", () => {
    expect(pgbouncerHosts("apg-cash-management")).toEqual([
      "pgbouncer",
      "pgbouncer.apg-cash-management",
      "pgbouncer.apg-cash-management.svc",
    ]);
  });
});

function annotation(serverConnections: number) {
  const models = pgbouncer({ ...smallPgbouncer(), serverConnections });
  return findModel(models, Deployment, "pgbouncer").spec?.template.metadata?.annotations;
}
