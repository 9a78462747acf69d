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
