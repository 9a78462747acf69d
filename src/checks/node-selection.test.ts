import { expect, test } from "vitest";
import { testRule } from "../../test/rule-cases.ts";
import { changed, tree } from "../../test/trees.ts";
import { nodeSelection } from "./node-selection.ts";

const deployment = "Deployment/apg-cash-management";
const pod = "spec.template.spec";

testRule(nodeSelection);

test.for([
  [{ key: "application", operator: "Exists", effect: "NoSchedule" }, undefined],
  [{ key: "application", value: "true" }, undefined],
  [{ operator: "Exists" }, undefined],
  [{ key: "application", operator: "Exists", effect: "NoExecute", tolerationSeconds: 30 }, undefined],
  [
    { key: "application", operator: "Exists", value: "true" },
    "has a value, which operator Exists does not take",
  ],
  [{ value: "true" }, "names no key; only with operator Exists may it be left out"],
  [{ key: "a b", operator: "Exists" }, 'has the key "a b", which no taint can have'],
  [{ key: "application", value: "a b" }, 'has the value "a b", which no taint can have'],
  [
    { key: "application", operator: "Exists", effect: "NoSchedule", tolerationSeconds: 30 },
    "has tolerationSeconds, which only the effect NoExecute takes",
  ],
] as const)("of the toleration %j the server says: %s", ([toleration, message]) => {
  const found = [...nodeSelection.check(changed(tree(), deployment, `${pod}.tolerations`, [toleration]))];
  expect(found.map((finding) => [finding.path, finding.message])).toStrictEqual(
    message === undefined ? [] : [[`${pod}.tolerations[0]`, message]],
  );
});

test.for([
  ["node-type", "application", 0],
  ["node type", "application", 1],
  ["node-type", "a/b", 1],
] as const)("a node selector %s: %s has %i findings", ([key, value, findings]) => {
  const found = [
    ...nodeSelection.check(changed(tree(), deployment, `${pod}.nodeSelector`, { [key]: value })),
  ];
  expect(found.map(({ path }) => path)).toStrictEqual(
    findings === 0 ? [] : [`${pod}.nodeSelector["${key}"]`],
  );
});
