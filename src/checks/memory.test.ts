import { testRule } from "../../test/rule-cases.ts";
import { expect, test } from "vitest";
import { changed, changedText, tree } from "../../test/trees.ts";
import { memory } from "./memory.ts";

const postgresql = "ConfigMap/apg-cash-management-postgres-config";
const redis = "ConfigMap/apg-cash-management-redis-config";
const names = (manifests: Parameters<typeof memory.check>[0]): readonly string[] =>
  [...memory.check(manifests)].map(({ manifest }) => manifest.name);

testRule(memory);

test("the guide's work_mem of 32MB with 200 connections exceeds the limit, and the finding shows the sum (P13)", () => {
  const [found] = [
    ...memory.check(changedText(tree(), postgresql, "primary.conf", "work_mem = 8MB", "work_mem = 32MB")),
  ];
  expect(found).toMatchObject({ path: "spec.template.spec.containers[0].resources.limits.memory" });
  expect(found?.message).toContain("13800 MiB  200 connections × (2 × work_mem + 5 MB)");
});

test.for([
  ["replica.conf", "work_mem = 4MB", "work_mem = 8MB", ["postgres-replica"]],
  ["primary.conf", "shared_buffers = 1GB", "shared_buffers = 4GB", ["postgres-primary"]],
  ["primary.conf", "maintenance_work_mem = 256MB", "maintenance_work_mem = 2GB", ["postgres-primary"]],
  ["sizes.conf", "max_connections = 200", "max_connections = 400", ["postgres-primary", "postgres-replica"]],
] as const)("PostgreSQL with another %s: %s → %s", ([file, from, to, expected]) => {
  expect(names(changedText(tree(), postgresql, file, from, to))).toStrictEqual(expected);
});

test("a larger /dev/shm counts against the limit", () => {
  const path = "spec.template.spec.volumes[7].emptyDir.sizeLimit";
  expect(names(changed(tree(), "StatefulSet/postgres-primary", path, "4Gi"))).toStrictEqual([
    "postgres-primary",
  ]);
});

test("the guide's replica of Redis with 1Gi for a maxmemory of 1gb is reported (R5)", () => {
  const guide = changedText(tree(), redis, "sizes.conf", "maxmemory 768mb", "maxmemory 1gb");
  expect(names(guide)).toStrictEqual(["redis-master", "redis-replica"]);
});

test("Redis without maxmemory, or with a larger backlog, is reported", () => {
  expect(names(changedText(tree(), redis, "sizes.conf", "maxmemory 768mb", "maxmemory 0"))).toHaveLength(2);
  expect(
    names(changedText(tree(), redis, "sizes.conf", "backlog-size 64mb", "backlog-size 512mb")),
  ).toHaveLength(2);
});
