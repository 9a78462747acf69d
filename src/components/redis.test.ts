import { StatefulSet } from "kubernetes-models/apps/v1/StatefulSet";
import { Service } from "kubernetes-models/v1/Service";
import { describe, expect, test } from "vitest";
import { findModel } from "../../test/pods/find-model.ts";
import { smallRedis } from "../../test/pods/specs.ts";
import { redis, type Redis } from "./redis.ts";

const masterChecksum = (spec: Redis) =>
  findModel(redis(spec), StatefulSet, "redis-master").spec?.template.metadata?.annotations?.[
    "checksum/restart"
  ];

describe("redis", () => {
  test("every object fits its schema", () => {
    for (const model of redis(smallRedis())) expect(() => model.validate()).not.toThrow();
  });

  test("keeps the names of the guide", () => {
    const names = redis(smallRedis()).map(({ kind, metadata }) => `${kind}/${metadata?.name}`);
    expect(names).toEqual(
      expect.arrayContaining([
        "StatefulSet/redis-master",
        "StatefulSet/redis-replica",
        "Service/redis-master-service",
        "Service/redis-replica-service",
        "ConfigMap/apg-cash-management-redis-config",
      ]),
    );
  });

  test("one value moves the master's Service to a promoted replica", () => {
    const service = findModel(
      redis({ ...smallRedis(), master: "redis-replica-0" }),
      Service,
      "redis-master-service",
    );
    expect(service.spec?.selector).toEqual({
      app: "redis",
      "statefulset.kubernetes.io/pod-name": "redis-replica-0",
    });
  });

  test("refuses a master that is none of its pods", () => {
    expect(() => redis({ ...smallRedis(), master: "redis-master-1" })).toThrow(
      'the master "redis-master-1" is none of',
    );
  });

  test("changed configuration rolls the pods, changed users do not: the pods load those by themselves", () => {
    const spec = smallRedis();
    const { configFiles } = spec;
    expect(masterChecksum({ ...spec, settings: { ...spec.settings, maxMemory: "96mb" } })).not.toBe(
      masterChecksum(spec),
    );
    expect(
      masterChecksum({ ...spec, configFiles: new Map([...configFiles, ["users.acl", "user default off"]]) }),
    ).toBe(masterChecksum(spec));
  });
});
