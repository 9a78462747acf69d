import { expect, test } from "vitest";
import { edited, set } from "../../test/mutants/edits.ts";
import { wholeTree } from "../../test/trees.ts";
import { network } from "./network.ts";

test.for(["", "10.0.0.0", "10.0.0.0/33", "10.0.0/8", "::/129"])(
  "a policy with the range %j is reported, and nothing is computed from it",
  (cidr) => {
    const policy = "NetworkPolicy/apg-cash-management-netpol";
    const tree = edited(wholeTree(), [set(policy, "spec.egress[3].to[0].ipBlock.cidr", cidr)]);
    expect([...network.check(tree)].map(({ path }) => path)).toStrictEqual(["spec.egress[3].to[0].ipBlock"]);
  },
);

test.for([
  ["10.0.0.0/8", "10.0.0.0/8"],
  ["10.0.0.0/8", "11.0.0.0/16"],
] as const)(
  "a policy with the range %s that leaves out %s is reported, as the server refuses it",
  ([cidr, hole]) => {
    const policy = "NetworkPolicy/apg-cash-management-netpol";
    const block = "spec.egress[3].to[0].ipBlock";
    const tree = edited(wholeTree(), [
      set(policy, `${block}.cidr`, cidr),
      set(policy, `${block}.except`, [hole]),
    ]);
    expect([...network.check(tree)]).toMatchObject([
      {
        path: block,
        message: `leaves out ${hole} of ${cidr}; only a smaller range within it can be left out`,
      },
    ]);
  },
);
