import { join } from "node:path";
import { describe, test } from "vitest";
import { startPostgresqlCluster } from "./postgresql-cluster.ts";
import { expectRows, firstRows, primary, primaryFails, seedRows } from "./postgresql-scenarios.ts";
import { smallPostgresql } from "./specs.ts";
import { readTree } from "./tree.ts";

const rendered = join(import.meta.dirname, "../../rendered");

// The committed trees themselves, with their own sizes, periods and waiting times.
describe.concurrent("the committed tree", () => {
  test("of development starts PostgreSQL, and keeps its rows at kill -9", async ({
    expect,
    onTestFinished,
  }) => {
    const cluster = await startPostgresqlCluster(
      smallPostgresql(),
      readTree(join(rendered, "development/postgresql")),
    );
    onTestFinished(() => cluster.close());
    await firstRows(cluster, ["postgres-replica-0"]);
    const { acknowledged, found } = await primaryFails(cluster, "kill -9", 100);
    expect(found).toBeGreaterThanOrEqual(acknowledged);
    expect(await expectRows(cluster, ["postgres-replica-0"], seedRows + found)).toBe(seedRows + found);
  });

  test("of development starts Redis, which replicates", async ({ expect, onTestFinished }) => {
    const cluster = await startPostgresqlCluster(
      smallPostgresql(),
      readTree(join(rendered, "development/redis")),
    );
    onTestFinished(() => cluster.close());
    await cluster.create(["redis-master-0", "redis-replica-0"]);
    await cluster.ready(["redis-master-0", "redis-replica-0"]);
    const command = ". /scripts/lib.sh; as monitoring 127.0.0.1 info replication";
    const { stdout } = await cluster.pod("redis-master-0").exec("redis", ["/bin/bash", "-c", command]);
    expect(stdout).toContain("connected_slaves:1");
  });

  test("of production starts its primary in the sizes of production", async ({ expect, onTestFinished }) => {
    const cluster = await startPostgresqlCluster(
      smallPostgresql(),
      readTree(join(rendered, "production/postgresql")),
    );
    onTestFinished(() => cluster.close());
    await cluster.create([primary]);
    await cluster.ready([primary]);
    const settings = "SELECT current_setting('shared_buffers') || ' ' || current_setting('max_connections')";
    expect(await cluster.ask(primary, settings)).toBe("1GB 200");
  });
});
