import { StatefulSet } from "kubernetes-models/apps/v1/StatefulSet";
import { ConfigMap } from "kubernetes-models/v1/ConfigMap";
import { Service } from "kubernetes-models/v1/Service";
import { describe, expect, test } from "vitest";
import { findModel } from "../../test/pods/find-model.ts";
import { smallPostgresql } from "../../test/pods/specs.ts";
import { postgresql, type Postgresql } from "./postgresql.ts";
import { postgresqlHosts } from "./postgresql-hosts.ts";

const primaryChecksum = (spec: Postgresql) =>
  findModel(postgresql(spec), StatefulSet, "postgres-primary").spec?.template.metadata?.annotations?.[
    "checksum/restart"
  ];

describe("postgresql", () => {
  test("every object fits its schema", () => {
    for (const model of postgresql(smallPostgresql())) expect(() => model.validate()).not.toThrow();
  });

  test("keeps the names of the guide", () => {
    const names = postgresql(smallPostgresql()).map(({ kind, metadata }) => `${kind}/${metadata?.name}`);
    expect(names).toEqual(
      expect.arrayContaining([
        "StatefulSet/postgres-primary",
        "StatefulSet/postgres-replica",
        "Service/postgres-primary-service",
        "Service/postgres-replica-service",
        "ConfigMap/apg-cash-management-postgres-config",
        "ConfigMap/postgres-init-scripts",
      ]),
    );
  });

  test("one value moves the primary's Service to a promoted replica", () => {
    const models = postgresql({ ...smallPostgresql(), primary: "postgres-replica-1" });
    const service = findModel(models, Service, "postgres-primary-service");
    expect(service.spec?.selector).toEqual({
      app: "postgres",
      "statefulset.kubernetes.io/pod-name": "postgres-replica-1",
    });
  });

  test("refuses a primary that is none of its pods", () => {
    expect(() => postgresql({ ...smallPostgresql(), primary: "postgres-replica-2" })).toThrow(
      'the primary "postgres-replica-2" is none of the pods postgres-primary-0, postgres-replica-0, postgres-replica-1',
    );
  });

  test("max_connections is one setting for the primary and the replicas", () => {
    const data = findModel(
      postgresql(smallPostgresql()),
      ConfigMap,
      "apg-cash-management-postgres-config",
    ).data;
    expect(data?.["sizes.conf"]).toContain("max_connections = 40\n");
    expect(data?.["primary.conf"]).not.toContain("max_connections");
    expect(data?.["replica.conf"]).not.toContain("max_connections");
  });

  test("a setting that needs a restart rolls the pods", () => {
    const spec = smallPostgresql();
    expect(primaryChecksum({ ...spec, settings: { ...spec.settings, maxConnections: 50 } })).not.toBe(
      primaryChecksum(spec),
    );
  });

  test("a setting that the server reloads does not roll the pods", () => {
    const spec = smallPostgresql();
    expect(primaryChecksum({ ...spec, settings: { ...spec.settings, maxWalSize: "1GB" } })).toBe(
      primaryChecksum(spec),
    );
  });

  test("every script of the pods is in the ConfigMap that they mount", () => {
    const models = postgresql(smallPostgresql());
    const scripts = Object.keys(findModel(models, ConfigMap, "postgres-init-scripts").data ?? {});
    const { containers = [] } = findModel(models, StatefulSet, "postgres-replica").spec?.template.spec ?? {};
    const used = containers.flatMap(({ command = [], livenessProbe, readinessProbe, lifecycle }) => [
      ...command,
      ...(livenessProbe?.exec?.command ?? []),
      ...(readinessProbe?.exec?.command ?? []),
      ...(lifecycle?.preStop?.exec?.command ?? []),
    ]);
    const paths = used
      .filter((word) => word.startsWith("/scripts/"))
      .map((word) => word.slice("/scripts/".length));
    expect(new Set(paths)).toEqual(new Set(["start.sh", "probe.sh", "stop.sh", "reload.sh"]));
    expect(scripts).toEqual(expect.arrayContaining(paths));
  });

  test("the certificate covers the Services, the pods and the exporter", () => {
    expect(postgresqlHosts("apg-cash-management")).toEqual(
      expect.arrayContaining([
        "localhost",
        "postgres-primary-service",
        "postgres-primary-service.apg-cash-management.svc",
        "*.postgres-nodes",
      ]),
    );
  });
});
