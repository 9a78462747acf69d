import { expect, test } from "vitest";
import { canonicalCidr, isCidr, isStrictSubset, rangeOf } from "./cidr.ts";

test.for([
  "10.0.0.0/8",
  "10.1.2.3/8",
  "0.0.0.0/0",
  "10.0.0.1/32",
  "10.0.0.0/08",
  "fd00::/8",
  "::/0",
  "::1/128",
])("%s is a range of addresses", (cidr) => {
  expect(isCidr(cidr)).toBe(true);
});

test.for([
  "",
  "10.0.0.0",
  "10.0.0.0/33",
  "10.0.0/8",
  "010.0.0.0/8",
  "::/129",
  "::ffff:10.0.0.0/104",
  "10.0.0.0/8/8",
])("%j is no range of addresses", (cidr) => {
  expect(isCidr(cidr)).toBe(false);
  expect(() => rangeOf(cidr)).toThrow("is no range of addresses");
});

test.for([
  ["10.0.0.0/8", "10.0.0.0/8"],
  ["10.1.2.3/8", "10.0.0.0/8"],
  ["10.0.0.0/08", "10.0.0.0/8"],
  ["10.0.0.10/32", "10.0.0.10/32"],
  ["0.0.0.0/0", "0.0.0.0/0"],
  ["fd00::1/8", "fd00::/8"],
  ["FD00:0:0:0:0:0:0:0/8", "fd00::/8"],
  ["2001:db8:0:0:1:0:0:1/128", "2001:db8::1:0:0:1/128"],
  ["::/0", "::/0"],
] as const)("the canonical form of %s is %s", ([cidr, canonical]) => {
  expect(canonicalCidr(cidr)).toBe(canonical);
});

test.for([
  ["10.1.0.0/16", "10.0.0.0/8", true],
  ["10.0.0.0/8", "10.0.0.0/8", false],
  ["10.0.0.0/7", "10.0.0.0/8", false],
  ["11.0.0.0/16", "10.0.0.0/8", false],
  ["10.0.0.0/9", "10.0.0.0/8", true],
  ["fd01::/16", "fd00::/8", true],
  ["10.0.0.0/8", "fd00::/8", false],
] as const)("%s lies strictly within %s: %s", ([cidr, around, expected]) => {
  expect(isStrictSubset(cidr, around)).toBe(expected);
});
