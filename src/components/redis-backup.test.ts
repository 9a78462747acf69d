import { StatefulSet } from "kubernetes-models/apps/v1/StatefulSet";
import { CronJob } from "kubernetes-models/batch/v1/CronJob";
import { expect, test } from "vitest";
import { findModel } from "../../test/pods/find-model.ts";
import { smallRedisBackup } from "../../test/pods/specs.ts";
import { redisBackup } from "./redis-backup.ts";

const models = redisBackup(smallRedisBackup());
const podOf = (name: string) => findModel(models, CronJob, name).spec?.jobTemplate.spec?.template.spec;

test("every object fits its schema", () => {
  for (const model of models) expect(() => model.validate()).not.toThrow();
});

test("the pod that dumps gets the two passwords that it needs, as files, and none in its environment", () => {
  const pod = podOf("redis-dump");
  const items = pod?.volumes?.find(({ name }) => name === "credentials")?.secret?.items;
  expect(items?.map(({ key }) => key)).toEqual(["monitoring-password", "replication-password"]);
  expect(pod?.containers[0]?.env?.map(({ name }) => name)).toEqual(["SOURCE", "KEEP"]);
});

test("the pod that restores gets no password at all", () => {
  expect(podOf("redis-restore-rehearsal")?.volumes?.filter(({ secret }) => secret)).toEqual([]);
});

test("whoever uses the backup claim runs on the node that has it", () => {
  const labels = findModel(models, StatefulSet, "redis-backup").spec?.template.metadata?.labels ?? {};
  for (const name of ["redis-dump", "redis-restore-rehearsal"]) {
    const pod = podOf(name);
    expect(pod?.volumes).toContainEqual({
      name: "backup-storage",
      persistentVolumeClaim: { claimName: "backup-storage-redis-backup-0" },
    });
    const [term] = pod?.affinity?.podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
    expect(term?.topologyKey).toBe("kubernetes.io/hostname");
    expect(labels).toMatchObject(term?.labelSelector?.matchLabels ?? { none: "" });
  }
});
