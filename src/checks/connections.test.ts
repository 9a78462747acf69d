import { testRule } from "../../test/rule-cases.ts";
import { expect, test } from "vitest";
import { changed, changedText, tree, without } from "../../test/trees.ts";
import { connections } from "./connections.ts";

const config = "ConfigMap/apg-cash-management-config";
const pooler = "ConfigMap/pgbouncer-config";
const found = (manifests: Parameters<typeof connections.check>[0]): readonly string[] =>
  [...connections.check(manifests)].map(({ manifest }) => manifest.name);

test("the rendered tree passes, through its pooler", () => {
  expect([...connections.check(tree())]).toStrictEqual([]);
});

test("a pooler that may open more than PostgreSQL accepts is reported, with the sum", () => {
  const greedy = changedText(
    tree(),
    pooler,
    "sizes.ini",
    "max_db_connections = 45",
    "max_db_connections = 60",
  );
  const [finding] = [...connections.check(greedy)];
  expect(finding?.manifest.name).toBe("postgres-primary");
  expect(finding?.message).toContain("is 200, of which 5 are reserved, but clients may open 254");
  expect(finding?.message).toContain("240  (2 pgbouncer + 2 terminating) × 60 server connections");
});

test("a pooler that lets fewer clients in than there may be is reported", () => {
  const narrow = changedText(tree(), pooler, "sizes.ini", "max_client_conn = 3000", "max_client_conn = 500");
  expect(found(narrow)).toStrictEqual(["pgbouncer-config", "pgbouncer-config"]);
});

test("poolers that hold the application together, but not while one of them is drained, are reported", () => {
  const tight = changedText(tree(), pooler, "sizes.ini", "max_client_conn = 3000", "max_client_conn = 2500");
  const [finding, ...others] = [...connections.check(tight)];
  expect(others).toStrictEqual([]);
  expect(finding?.message).toContain("is 2500 in each of 1 pods, but clients may open 2521");
});

test("backups count as clients of PostgreSQL and of Redis", () => {
  const messages = [
    ...connections.check(changed(tree(), config, "data.REDIS_POOL_SIZE", "100")),
    ...connections.check(
      changedText(tree(), pooler, "sizes.ini", "max_db_connections = 45", "max_db_connections = 60"),
    ),
  ].map(({ message }) => message);
  expect(messages.join("\n")).toMatch(/1 {2}1 × redis-dump/);
  expect(messages.join("\n")).toMatch(/1 {2}1 × postgres-restore-rehearsal/);
});

test("the guide's pool of 50 and overflow of 100 without a pooler is reported, terminating pods included (P16)", () => {
  const direct = without(tree(), "Deployment/pgbouncer");
  const guide = changed(
    changed(direct, config, "data.DATABASE_POOL_SIZE", "50"),
    config,
    "data.DATABASE_MAX_OVERFLOW",
    "100",
  );
  const [finding] = [...connections.check(guide)];
  expect(finding?.message).toContain(
    "24600  (20 apg-cash-management + 1 surge + 20 terminating) × 4 workers × (pool 50 + overflow 100)",
  );
});

test("the maximum of the autoscaler counts", () => {
  const more = changed(tree(), "HorizontalPodAutoscaler/apg-cash-management-hpa", "spec.maxReplicas", 40);
  expect(found(more)).toStrictEqual([
    "pgbouncer-config",
    "pgbouncer-config",
    "redis-master",
    "redis-replica",
  ]);
});

test("Redis accepts as many clients as its setting says, else 10000", () => {
  const crowded = changed(tree(), config, "data.REDIS_POOL_SIZE", "100");
  expect(found(crowded)).toStrictEqual(["redis-master", "redis-replica"]);
  const redis = "ConfigMap/apg-cash-management-redis-config";
  expect(found(changedText(crowded, redis, "sizes.conf", "io-threads 2", "maxclients 20000"))).toStrictEqual(
    [],
  );
});

testRule(connections);
