import { expect, test } from "vitest";
import { parse } from "yaml";
import { completeBase } from "../../test/real-values.ts";
import { valuesSchema } from "./schema.ts";

const values = valuesSchema.parse(parse(await completeBase(), { version: "1.1" }));

test.for(["", "much", "0", "1 gb"])("of maxMemory %j the message says what a size is", (maxMemory) => {
  const redis = { ...values.redis, settings: { ...values.redis.settings, maxMemory } };
  const { error } = valuesSchema.safeParse({ ...values, redis });
  expect(error?.issues.map(({ path, message }) => [path.join("."), message])).toEqual([
    ["redis.settings.maxMemory", "expected a size such as 768mb"],
  ]);
});

test("a backup's memory that does not hold what Redis may hold is told by its path", () => {
  const redis = { ...values.redis, settings: { ...values.redis.settings, maxMemory: "64gb" } };
  const { error } = valuesSchema.safeParse({ ...values, redis });
  expect(error?.issues.map(({ path }) => path.join("."))).toContain("redis.backup.resources.limits.memory");
});
