import { expect, test } from "vitest";
import { asArray, asObject, type Json, type JsonObject } from "../../src/kubernetes/manifest.ts";
import { policiesIn } from "../../src/network/policies.ts";
import { type Network, networkOf } from "../../src/network/reachability.ts";
import type { TreeObject } from "../../src/network/tree-object.ts";
import { environmentNames, tree } from "../trees.ts";
import { disagreements } from "./attempts.ts";
import { provideJudge } from "./judge.ts";
import { randomTrees } from "./random-policies.ts";

const program = await provideJudge((line) => void process.stderr.write(`${line}\n`));

test.for(environmentNames)("Cyclonus finds the same connections open in %s", async (environment) => {
  const objects = tree(environment);
  const { attempts, open, different } = await disagreements(program, objects, networkOf(objects));
  expect(different).toStrictEqual([]);
  expect(open).toBeGreaterThan(40);
  expect(attempts).toBeGreaterThan(20 * open);
});

test("Cyclonus finds the same connections open under random policies", async () => {
  let [attempts, open] = [0, 0];
  for (const objects of randomTrees(1, 40)) {
    const found = await disagreements(program, objects, networkOf(objects));
    expect({ policies: objects.flatMap(specIn), different: found.different }).toMatchObject({
      different: [],
    });
    attempts += found.attempts;
    open += found.open;
  }
  expect(open / attempts).toBeGreaterThan(0.1);
  expect(open / attempts).toBeLessThan(0.9);
});

type Spoil = (spec: JsonObject) => JsonObject | undefined;

const misreadings: readonly (readonly [string, Spoil])[] = [
  ["egress is not looked at", (spec) => ({ ...spec, policyTypes: ["Ingress"] })],
  ["ingress is not looked at", (spec) => ({ ...spec, policyTypes: ["Egress"] })],
  [
    "an empty selector selects nothing",
    (spec) =>
      Object.keys(asObject(asObject(spec["podSelector"])["matchLabels"])).length === 0 ? undefined : spec,
  ],
  [
    "policyTypes without a value mean both directions",
    (spec) => ({ policyTypes: ["Ingress", "Egress"], ...spec }),
  ],
  [
    "except is not looked at",
    peers((peer) => [
      {
        ...peer,
        ...(peer["ipBlock"] === undefined
          ? {}
          : { ipBlock: { cidr: asObject(peer["ipBlock"])["cidr"] ?? "" } }),
      },
    ]),
  ],
  [
    "the namespace is not looked at",
    peers((peer) => [
      Object.keys(without(peer, "namespaceSelector")).length > 0
        ? without(peer, "namespaceSelector")
        : { podSelector: {} },
    ]),
  ],
  [
    "two selectors of a peer mean one or the other",
    peers(({ namespaceSelector, podSelector, ...peer }) =>
      namespaceSelector === undefined || podSelector === undefined
        ? [
            {
              ...peer,
              ...(namespaceSelector === undefined ? {} : { namespaceSelector }),
              ...(podSelector === undefined ? {} : { podSelector }),
            },
          ]
        : [{ namespaceSelector }, { podSelector }],
    ),
  ],
  ["endPort is not looked at", ports((port) => [without(port, "endPort")])],
  ["names of ports are not looked at", ports((port) => (typeof port["port"] === "string" ? [] : [port]))],
  ["every protocol is TCP", ports((port) => [{ ...port, protocol: "TCP" }])],
  [
    "a rule without peers allows nobody",
    rules((rule) => (rule["from"] === undefined && rule["to"] === undefined ? [] : [rule])),
  ],
  ["a rule without ports allows none", rules((rule) => (rule["ports"] === undefined ? [] : [rule]))],
];

test.for(misreadings)("a computation in which %s is caught", async ([, spoil]) => {
  let caught = 0;
  for (const objects of randomTrees(2, 30)) {
    const spoilt = objects.flatMap((object): readonly TreeObject[] => {
      if (object.kind !== "NetworkPolicy") return [object];
      const spec = spoil(asObject(object.body["spec"]));
      return spec === undefined ? [] : [{ ...object, body: { ...object.body, spec } }];
    });
    const network: Network = { ...networkOf(objects, spoilt), policies: policiesIn(spoilt) };
    const { different } = await disagreements(program, objects, network);
    if (different.length > 0) caught += 1;
    if (caught > 0) break;
  }
  expect(caught).toBeGreaterThan(0);
});

function rules(change: (rule: JsonObject) => readonly JsonObject[]): Spoil {
  return (spec) => ({
    ...spec,
    ...Object.fromEntries(
      (["ingress", "egress"] as const).map((side) => [
        side,
        asArray(spec[side]).map(asObject).flatMap(change),
      ]),
    ),
    // What the policy is about does not change with its rules.
    policyTypes:
      spec["policyTypes"] ?? (asArray(spec["egress"]).length > 0 ? ["Ingress", "Egress"] : ["Ingress"]),
  });
}

function peers(change: (peer: JsonObject) => readonly JsonObject[]): Spoil {
  return rules((rule) => [
    { ...rule, ...changedList(rule, "from", change), ...changedList(rule, "to", change) },
  ]);
}

function ports(change: (port: JsonObject) => readonly JsonObject[]): Spoil {
  return rules((rule) => {
    const changed = changedList(rule, "ports", change);
    return rule["ports"] !== undefined && asArray(changed["ports"]).length === 0
      ? []
      : [{ ...rule, ...changed }];
  });
}

function changedList(
  rule: JsonObject,
  key: string,
  change: (item: JsonObject) => readonly JsonObject[],
): { readonly [key: string]: Json } {
  return rule[key] === undefined ? {} : { [key]: asArray(rule[key]).map(asObject).flatMap(change) };
}

function without(map: JsonObject, left: string): JsonObject {
  return Object.fromEntries(Object.entries(map).filter(([key]) => key !== left));
}

function specIn({ kind, body }: TreeObject): readonly Json[] {
  return kind === "NetworkPolicy" ? [asObject(body["spec"])] : [];
}
