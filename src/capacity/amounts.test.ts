import { assert, constantFrom, nat, property, tuple } from "fast-check";
import { expect, test } from "vitest";
import { parseQuantity } from "../kubernetes/quantity.ts";
import { amountOf, formatAmount } from "./amounts.ts";

test.for([
  ["500m", 500],
  ["2", 2000],
  ["1.5", 1500],
  [".5", 500],
  ["1Ki", 1_024_000],
  ["1k", 1_000_000],
  ["100u", 1],
  ["1e3", 1_000_000],
  ["0.1Gi", 107_374_182_400],
] as const)("%s is %d thousandths", ([text, thousandths]) => {
  expect(amountOf(text)).toBe(thousandths);
});

test.for(["", "1 Gi", "1GB", "-1", "one"])("%j is no quantity and fits nowhere", (text) => {
  expect(amountOf(text)).toBeNaN();
});

test("the parser agrees with the one that the quota is derived with", () => {
  const suffixes = ["", "m", "k", "M", "G", "T", "Ki", "Mi", "Gi", "Ti"];
  const text = tuple(nat(9999), constantFrom(...suffixes)).map(([number, suffix]) => `${number}${suffix}`);
  assert(
    property(text, (quantity) => {
      expect(amountOf(quantity)).toBe(parseQuantity(quantity));
    }),
  );
});

test("amounts are shown in whole MiB, cores and numbers", () => {
  expect(formatAmount("requests.memory", amountOf("1Gi"))).toBe("1024Mi");
  expect(formatAmount("limits.cpu", 1500)).toBe("1500m");
  expect(formatAmount("pods", 20_000)).toBe("20");
});
