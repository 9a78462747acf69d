import { CronJob } from "kubernetes-models/batch/v1/CronJob";
import { expect, test } from "vitest";
import { findModel } from "../../test/pods/find-model.ts";
import { smallRedisBackup } from "../../test/pods/specs.ts";
import { redisBackup } from "./redis-backup.ts";

const models = redisBackup(smallRedisBackup());

test("every object fits its schema", () => {
  for (const model of models) expect(() => model.validate()).not.toThrow();
});

test("the pod gets the two passwords that it needs, as files, and none in its environment", () => {
  const pod = findModel(models, CronJob, "redis-backup").spec?.jobTemplate.spec?.template.spec;
  const items = pod?.volumes?.find(({ name }) => name === "credentials")?.secret?.items;
  expect(items?.map(({ key }) => key)).toEqual(["monitoring-password", "replication-password"]);
  expect(pod?.containers[0]?.env?.map(({ name }) => name)).toEqual(["SOURCE", "KEEP"]);
});
