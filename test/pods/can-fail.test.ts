import { describe, test } from "vitest";
import { edited, withPostgresql, withRedis } from "./broken.ts";
import { emptyPrimary, primaryFails, replicas, seedRows } from "./postgresql-scenarios.ts";
import { emptyMaster, masterFails, redisReplicas, seedKeys } from "./redis-scenarios.ts";
import { postgresqlTree, redisTree } from "./small-tree.ts";
import { smallPostgresql, smallRedis } from "./specs.ts";

// Promises of the scenarios, broken on purpose: each must then be seen to be broken. More of them in guards.faults.ts.
describe.concurrent("a scenario goes red", () => {
  test("on a power cut with fsync = off", async ({ expect }) => {
    const spec = edited(smallPostgresql(), "configFiles", "postgresql.conf", "fsync = on", "fsync = off");
    await withPostgresql({ ...spec, replicas: 0 }, (cluster) =>
      expect(primaryFails(cluster, "power cut", 50, 15)).rejects.toThrow(
        /rows are there|does not exist|not ready/,
      ),
    );
  });

  test("on a power cut with synchronous_commit = off", async ({ expect }) => {
    const line = "synchronous_commit = on";
    const spec = edited(
      smallPostgresql(),
      "configFiles",
      "postgresql.conf",
      line,
      "synchronous_commit = off",
    );
    await withPostgresql({ ...spec, replicas: 0 }, (cluster) =>
      expect(primaryFails(cluster, "power cut", 200)).rejects.toThrow("rows are there"),
    );
  });

  test("on a power cut with appendfsync no", async ({ expect }) => {
    const spec = edited(smallRedis(), "configFiles", "redis.conf", "appendfsync everysec", "appendfsync no");
    await withRedis({ ...spec, replicas: 0 }, (cluster) =>
      expect(masterFails(cluster, "power cut", "cut", 3000)).rejects.toThrow(
        /are owed, only -?\d+ are there/,
      ),
    );
  });

  test("on an emptied primary that asks no peer", async ({ expect }) => {
    const guard = "refuse_if_a_peer_has_data; initialise;";
    const spec = edited(smallPostgresql(), "scriptFiles", "prepare.sh", guard, "initialise;");
    await withPostgresql(spec, (cluster) =>
      expect(
        emptyPrimary(cluster, seedRows, postgresqlTree({ ...spec, primary: replicas[0] })),
      ).rejects.toThrow("an empty primary became ready while replicas have data"),
    );
  });

  test("on an emptied master that asks no peer", async ({ expect }) => {
    const guard = "  elif is_master; then\n    refuse_if_a_peer_has_data\n";
    const spec = edited(smallRedis(), "scriptFiles", "start.sh", guard, "");
    await withRedis(spec, (cluster) =>
      expect(
        emptyMaster(cluster, seedKeys, redisTree({ ...spec, master: redisReplicas[0] })),
      ).rejects.toThrow("an empty master became ready while replicas have data"),
    );
  });
});
