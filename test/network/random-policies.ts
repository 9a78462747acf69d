import { array, constant, constantFrom, integer, option, record, sample, tuple } from "fast-check";
import type { Arbitrary } from "fast-check";
import type { Json, JsonObject } from "../../src/kubernetes/manifest.ts";
import type { TreeObject } from "../../src/network/tree-object.ts";

// Few words, so that selectors often meet the pods.
const words = ["a", "b", "c"] as const;
const label = tuple(constantFrom("app", "role"), constantFrom(...words));
// Without NotIn: Cyclonus takes it to ask for the key as well, while Kubernetes (apimachinery, labels.Requirement.Matches)
// selects what lacks the key, as src/network/reachability.test.ts has it.
const expression = record({
  key: constantFrom("app", "role"),
  operator: constantFrom("In", "Exists", "DoesNotExist"),
}).chain(({ key, operator }) =>
  operator === "In"
    ? array(constantFrom(...words), { minLength: 1, maxLength: 2 }).map((values): JsonObject => ({
        key,
        operator,
        values,
      }))
    : constant<JsonObject>({ key, operator }),
);
const selector: Arbitrary<JsonObject> = record({
  matchLabels: array(label, { maxLength: 2 }).map((pairs): JsonObject => Object.fromEntries(pairs)),
  matchExpressions: array(expression, { maxLength: 1 }),
});
const namespaces: Arbitrary<JsonObject> = constantFrom<JsonObject>(
  {},
  { matchLabels: { team: "a" } },
  { matchLabels: { "kubernetes.io/metadata.name": "other" } },
  { matchExpressions: [{ key: "team", operator: "DoesNotExist" }] },
);
const block: Arbitrary<JsonObject> = constantFrom<JsonObject>(
  { cidr: "203.0.113.0/24" },
  { cidr: "203.0.113.0/24", except: ["203.0.113.64/26"] },
  { cidr: "203.0.0.0/16", except: ["203.0.113.0/24"] },
  { cidr: "2001:db8::/32" },
);
const peer: Arbitrary<Json> = constantFrom("block", "pods", "namespaces", "both").chain(
  (kind): Arbitrary<Json> => {
    if (kind === "block") return block.map((ipBlock) => ({ ipBlock }));
    if (kind === "pods") return selector.map((podSelector) => ({ podSelector }));
    if (kind === "namespaces") return namespaces.map((namespaceSelector) => ({ namespaceSelector }));
    return tuple(selector, namespaces).map(([podSelector, namespaceSelector]) => ({
      podSelector,
      namespaceSelector,
    }));
  },
);
const port: Arbitrary<Json> = constantFrom("number", "range", "name", "protocol").chain(
  (kind): Arbitrary<Json> => {
    const protocol = constantFrom("TCP", "UDP");
    if (kind === "name") return constantFrom("http", "sql").map((name) => ({ port: name, protocol: "TCP" }));
    if (kind === "protocol") return protocol.map((one) => ({ protocol: one }));
    return tuple(integer({ min: 80, max: 90 }), integer({ min: 1, max: 9 }), protocol).map(
      ([first, more, one]) => ({
        port: first,
        protocol: one,
        ...(kind === "range" ? { endPort: first + more } : {}),
      }),
    );
  },
);
const rules = (side: "from" | "to"): Arbitrary<Json[]> =>
  array(
    record({ peers: array(peer, { maxLength: 2 }), ports: array(port, { maxLength: 2 }) }).map(
      ({ peers, ports }): Json => ({
        ...(peers.length > 0 ? { [side]: peers } : {}),
        ...(ports.length > 0 ? { ports } : {}),
      }),
    ),
    { maxLength: 2 },
  );
const policy = record({
  podSelector: selector,
  policyTypes: option(constantFrom<Json>(["Ingress"], ["Egress"], ["Ingress", "Egress"]), { nil: undefined }),
  ingress: rules("from"),
  egress: rules("to"),
}).map(({ podSelector, policyTypes, ingress, egress }): JsonObject => ({
  podSelector,
  ...(policyTypes === undefined ? {} : { policyTypes }),
  ingress,
  egress,
}));

/** Returns trees of a few pods in two namespaces under random policies; a seed always draws the same. */
export function randomTrees(seed: number, count: number): readonly (readonly TreeObject[])[] {
  return sample(array(policy, { minLength: 1, maxLength: 4 }), { seed, numRuns: count }).map((specs) => [
    object("v1", "Namespace", { name: "own", body: { metadata: { name: "own", labels: { team: "a" } } } }),
    pod("web", "own", { app: "a", role: "b" }),
    pod("sql", "own", { app: "b" }),
    pod("bare", "own", {}),
    pod("far", "other", { app: "a" }),
    ...specs.map((spec, index) =>
      object("networking.k8s.io/v1", "NetworkPolicy", {
        name: `policy-${index}`,
        namespace: index === 3 ? "other" : "own",
        body: { spec },
      }),
    ),
  ]);
}

function pod(name: string, namespace: string, labels: JsonObject): TreeObject {
  const ports = [
    { name: "http", containerPort: 80 },
    { name: "sql", containerPort: name === "sql" ? 85 : 86 },
  ];
  return object("v1", "Pod", {
    name,
    namespace,
    body: { metadata: { labels }, spec: { containers: [{ name: "main", ports }] } },
  });
}

function object(
  apiVersion: string,
  kind: string,
  {
    name,
    namespace,
    body,
  }: { readonly name: string; readonly namespace?: string; readonly body: JsonObject },
): TreeObject {
  return { kind, name, namespace, body: { ...body, apiVersion, kind } };
}
