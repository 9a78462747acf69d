import { describe, test } from "vitest";
import type { Postgresql } from "../../src/components/postgresql.ts";
import type { Redis } from "../../src/components/redis.ts";
import { type PostgresqlCluster, startPostgresqlCluster } from "./postgresql-cluster.ts";
import {
  cloneIsKilled,
  emptyPrimary,
  firstRows,
  primaryFails,
  replicas,
  seedRows,
} from "./postgresql-scenarios.ts";
import { type RedisCluster, startRedisCluster } from "./redis-cluster.ts";
import { emptyMaster, firstKeys, masterFails, redisReplicas, seedKeys } from "./redis-scenarios.ts";
import { postgresqlTree, redisTree } from "./small-tree.ts";
import { smallPostgresql, smallRedis } from "./specs.ts";
import type { Tree } from "./tree.ts";

// Every promise of the scenarios, broken on purpose: each must then be seen to be broken.
describe.concurrent("a scenario goes red", { timeout: 120_000 }, () => {
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

  test("on kill -9 without an append-only file", async ({ expect }) => {
    const spec = edited(smallRedis(), "configFiles", "redis.conf", "appendonly yes", "appendonly no");
    await withRedis({ ...spec, replicas: 0, guardSeconds: 0 }, (cluster) =>
      expect(masterFails(cluster, "kill -9", "kill", 500)).rejects.toThrow(/are owed, only -?\d+ are there/),
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

  test("on a killed clone that was made in its final place", async ({ expect }) => {
    const beside = "readonly partial=$volume/pgdata.partial";
    const spec = edited(
      smallPostgresql(),
      "scriptFiles",
      "prepare.sh",
      beside,
      "readonly partial=$volume/pgdata",
    );
    const kept = edited(spec, "scriptFiles", "prepare.sh", 'rm -rf "$partial" "$discarded"\n', "");
    const other = edited(kept, "scriptFiles", "prepare.sh", '  mv "$partial" "$PGDATA"\n', "");
    await withPostgresql(other, (cluster) =>
      expect(cloneIsKilled(cluster, seedRows, "first files", "killed", 12)).rejects.toThrow("not ready"),
    );
  });

  test("on a restart when fsGroup is applied at every mount", async ({ expect }) => {
    const spec = { ...smallPostgresql(), replicas: 0 };
    await withPostgresql(spec, async (cluster) => {
      const always = changedPolicy(postgresqlTree(spec));
      await cluster.remove(["postgres-primary-0"]);
      await cluster.create(["postgres-primary-0"], always);
      await expect(cluster.ready(["postgres-primary-0"], 5)).rejects.toThrow("has invalid permissions");
    });
  });

  test("on Lua writes when the default user is merely off", async ({ expect }) => {
    const spec = edited(
      smallRedis(),
      "configFiles",
      "users.acl",
      "user default off resetpass ~* &* +@all",
      "user default off",
    );
    await withRedis({ ...spec, replicas: 0, guardSeconds: 0 }, (cluster) =>
      expect(masterFails(cluster, "kill -9", "kill", 100)).rejects.toThrow(/are owed, only -?\d+ are there/),
    );
  });
});

async function withPostgresql(
  spec: Postgresql,
  work: (cluster: PostgresqlCluster) => Promise<unknown>,
): Promise<void> {
  const cluster = await startPostgresqlCluster(spec);
  try {
    await firstRows(cluster, replicas.slice(0, spec.replicas));
    await work(cluster);
  } finally {
    await cluster.close();
  }
}

async function withRedis(spec: Redis, work: (cluster: RedisCluster) => Promise<unknown>): Promise<void> {
  const cluster = await startRedisCluster(spec);
  try {
    await firstKeys(cluster, redisReplicas.slice(0, spec.replicas));
    await work(cluster);
  } finally {
    await cluster.close();
  }
}

function changedPolicy(tree: Tree): Tree {
  const text = JSON.stringify(tree.statefulSets);
  const statefulSets: Tree["statefulSets"] = JSON.parse(text.replaceAll('"OnRootMismatch"', '"Always"'));
  return { ...tree, statefulSets };
}

/** Returns a spec in which a text of one file is another; throws an Error when the file does not contain it once. */
function edited<Spec extends Postgresql | Redis>(
  spec: Spec,
  files: "configFiles" | "scriptFiles",
  name: string,
  from: string,
  to: string,
): Spec {
  const parts = (spec[files].get(name) ?? "").split(from);
  if (parts.length !== 2) throw new Error(`${name} contains ${parts.length - 1} times: ${from}`);
  return { ...spec, [files]: new Map([...spec[files], [name, parts.join(to)]]) };
}
