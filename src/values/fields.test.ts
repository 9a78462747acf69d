import { expect, test } from "vitest";
import {
  addressBlock,
  bytes,
  cpu,
  cronExpression,
  registry,
  repository,
  repositoryPath,
  tag,
} from "./fields.ts";

function problemsOf(block: object): readonly (readonly [path: string, message: string])[] {
  const { error } = addressBlock.safeParse(block);
  return (error?.issues ?? []).map(({ path, message }) => [path.join("."), message]);
}

test.for([
  { cidr: "10.0.0.0/8" },
  { cidr: "10.0.0.0/8", except: ["10.1.0.0/16", "10.2.0.1/32"] },
  { cidr: "fd00::/8", except: ["fd00:1::/32"] },
])("a block of addresses with parts left out is taken: %j", (block) => {
  expect(problemsOf(block)).toEqual([]);
});

test.for(["everywhere", "10.0.0.0", "10.0.0.0/33", "0.0.0.0/0", "::/0", "0.0.0.0/00"])(
  "%s is no range of addresses, or means everywhere",
  (cidr) => {
    expect(problemsOf({ cidr })).toEqual([
      ["cidr", "expected a range of addresses such as 10.0.0.0/8, never everywhere"],
    ]);
  },
);

test.for([
  ["10.1.2.3/8", "10.0.0.0/8"],
  ["10.0.0.0/08", "10.0.0.0/8"],
  ["FD00::/8", "fd00::/8"],
] as const)("of %s, which the API server refuses or warns of, the message shows %s", ([cidr, canonical]) => {
  expect(problemsOf({ cidr })).toEqual([
    [
      "cidr",
      `expected the range in its canonical form, ${canonical}: Kubernetes refuses others from 1.36 on, or warns of them`,
    ],
  ]);
});

test.for(["10.0.0.0/8", "11.0.0.0/16", "fd00:1::/32"])(
  "%s cannot be left out of 10.0.0.0/8, as the API server says",
  (hole) => {
    expect(problemsOf({ cidr: "10.0.0.0/8", except: ["10.1.0.0/16", hole] })).toEqual([
      ["except.1", "expected a smaller range within 10.0.0.0/8"],
    ]);
  },
);

test.for([
  ["500m", true],
  ["1.5", true],
  ["0.0005", false],
  ["0", false],
  ["1Gi", false],
] as const)("%s is an amount of CPU: %s", ([text, expected]) => {
  expect(cpu.safeParse(text).success).toBe(expected);
});

test.for([
  ["1Gi", true],
  ["1.5Gi", true],
  ["1000", true],
  ["0", false],
  ["500m", false],
  ["1.001", false],
] as const)("%s is a number of bytes: %s", ([text, expected]) => {
  expect(bytes.safeParse(text).success).toBe(expected);
});

test.for([
  ["0 2 * * 0", undefined],
  ["*/15 1,2 1-5 * *", undefined],
  ["daily", "expected a cron expression of five fields such as 0 2 * * 0"],
  ["61 1 * * *", "expected times that there are: end of range (61) above maximum (59): 61"],
  ["5-1 1 * * *", "expected times that there are: beginning of range (5) beyond end of range (1): 5-1"],
] as const)("of the schedule %s the message says: %s", ([text, message]) => {
  expect(cronExpression.safeParse(text).error?.issues[0]?.message).toBe(message);
});

test.for([
  ["datacraft/apg-cash-management", true],
  ["a/b__c/d--e.f", true],
  ["a//b", false],
  ["a/", false],
  ["A/b", false],
  ["a/b:1", false],
] as const)("%s is a repository without its registry: %s", ([text, expected]) => {
  expect(repositoryPath.safeParse(text).success).toBe(expected);
});

test.for([
  ["docker.io/library/postgres", true],
  ["quay.io/prometheuscommunity/postgres-exporter", true],
  ["library/postgres", false],
  ["docker.io/library//postgres", false],
] as const)("%s is a repository with its registry: %s", ([text, expected]) => {
  expect(repository.safeParse(text).success).toBe(expected);
});

test.for([
  ["docker.io", true],
  ["registry.example.com:5000/mirror", true],
  ["registry", true],
  ["registry.example.com/", false],
  ["registry:port", false],
] as const)("%s is a registry: %s", ([text, expected]) => {
  expect(registry.safeParse(text).success).toBe(expected);
});

test.for([
  ["15.14-bookworm", true],
  ["v1_2", true],
  ["-1", false],
  ["a b", false],
] as const)("%s is a tag: %s", ([text, expected]) => {
  expect(tag.safeParse(text).success).toBe(expected);
});
