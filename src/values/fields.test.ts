import { expect, test } from "vitest";
import { addressBlock } from "./fields.ts";

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
