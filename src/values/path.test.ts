import * as fc from "fast-check";
import { expect, test } from "vitest";
import { formatPath, parsePath } from "./path.ts";

test("plain keys are joined by dots, everything else stands in brackets", () => {
  expect(formatPath(["ingress", "hosts", 0, "host"])).toBe("ingress.hosts[0].host");
  expect(formatPath(["labels", "a.b/c", "1"])).toBe('labels["a.b/c"]["1"]');
  expect(formatPath([])).toBe("");
});

test("every path is read back as it was", () => {
  const part = fc.oneof(
    fc.string(),
    fc.string({ unit: "binary" }),
    fc.nat(),
    fc.constantFrom("a", "a-b", '"]', "\\"),
  );
  fc.assert(
    fc.property(fc.array(part), (path) => {
      expect(parsePath(formatPath(path))).toStrictEqual(path);
    }),
    { seed: 20260101 },
  );
});

test("text that is no path is refused", () => {
  for (const text of ["a..b", "a[", "a[x]", 'a["x]', "a b"])
    expect(() => parsePath(text)).toThrow("is no path");
});
