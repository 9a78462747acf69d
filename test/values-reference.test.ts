import { expect, test } from "vitest";
import { referenceRows, valuesReference } from "../src/values/reference.ts";
import { defaults, schemas } from "./real-values.ts";

// A stale page fails; `npx vitest run test/values-reference.test.ts --update` writes it anew.
test("docs/values.md says what the schema says", async () => {
  const page = valuesReference({ ...schemas, defaults: await defaults() });
  await expect(page).toMatchFileSnapshot("../docs/values.md");
});

test("every value says what it does", () => {
  const rows = [...referenceRows(schemas.values, undefined), ...referenceRows(schemas.release, undefined)];
  expect(rows.length).toBeGreaterThan(150);
  expect(rows.filter(({ description }) => description === "").map(({ path }) => path)).toStrictEqual([]);
});
