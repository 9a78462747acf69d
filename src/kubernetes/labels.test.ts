import { expect, test } from "vitest";
import { isLabelKey, isLabelValue } from "./labels.ts";

test.for(["app", "node-type", "app.kubernetes.io/name", "a".repeat(63), `${"a".repeat(253)}/b`, "A_b.c"])(
  "%s is the key of a label",
  (key) => {
    expect(isLabelKey(key)).toBe(true);
  },
);

test.for(["", "a b", "-a", "a/", "/a", "a/b/c", "Upper.example/b", "a".repeat(64), `${"a".repeat(254)}/b`])(
  "%j is no key of a label",
  (key) => {
    expect(isLabelKey(key)).toBe(false);
  },
);

test.for([
  ["", true],
  ["true", true],
  ["1.2_x-Y", true],
  ["a".repeat(63), true],
  ["a".repeat(64), false],
  ["a/b", false],
  ["a b", false],
  ["a-", false],
] as const)("%j is the value of a label: %s", ([value, expected]) => {
  expect(isLabelValue(value)).toBe(expected);
});
