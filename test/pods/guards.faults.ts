import { describe, test } from "vitest";
import { edited, withPostgresql, withRedis } from "./broken.ts";
import { cloneIsKilled, seedRows } from "./postgresql-scenarios.ts";
import { masterFails } from "./redis-scenarios.ts";
import { postgresqlTree } from "./small-tree.ts";
import { smallPostgresql, smallRedis } from "./specs.ts";
import type { Tree } from "./tree.ts";

// Further guards, taken away one by one: each must be missed.
describe("a scenario goes red", () => {
  test("on kill -9 without an append-only file", async ({ expect }) => {
    const spec = edited(smallRedis(), "configFiles", "redis.conf", "appendonly yes", "appendonly no");
    await withRedis({ ...spec, replicas: 0, guardSeconds: 0 }, (cluster) =>
      expect(masterFails(cluster, "kill -9", "kill", 500)).rejects.toThrow(/are owed, only -?\d+ are there/),
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
      expect(cloneIsKilled(cluster, seedRows, 0, "killed", 12)).rejects.toThrow("not ready"),
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

function changedPolicy(tree: Tree): Tree {
  const text = JSON.stringify(tree.statefulSets);
  const statefulSets: Tree["statefulSets"] = JSON.parse(text.replaceAll('"OnRootMismatch"', '"Always"'));
  return { ...tree, statefulSets };
}
