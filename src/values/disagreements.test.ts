import { expect, test } from "vitest";
import { parse } from "yaml";
import { completeBase } from "../../test/real-values.ts";
import { disagreements } from "./disagreements.ts";
import { valuesSchema } from "./schema.ts";

const values = valuesSchema.parse(parse(await completeBase(), { version: "1.1" }));

test("production agrees with itself", () => {
  expect(disagreements(values)).toEqual([]);
});

test("a store that invents its values holds neither the key of a bucket nor keeps that of the encryption", () => {
  const found = disagreements({
    ...values,
    secrets: { ...values.secrets, store: { provider: "generated" } },
  });
  expect(found).toContainEqual({
    path: "backupCopy.bucket",
    message:
      "cannot be used with a generated store, which holds no access key, and loses the encryption's with the cluster",
  });
});
