import { expect, test } from "vitest";
import { asObject, type Json, type JsonObject } from "../kubernetes/manifest.ts";
import { formatPorts } from "./ports.ts";
import { endpointKey, networkChanges, networkOf, reachability } from "./reachability.ts";
import type { TreeObject } from "./tree-object.ts";

const web = pod("web", { app: "web" }, [{ name: "http", containerPort: 8080 }]);
const database = pod("database", { app: "database" }, [{ name: "sql", containerPort: 5432 }]);
const denyAll = policy("deny", { podSelector: {}, policyTypes: ["Ingress", "Egress"] });
const webToDatabase = [
  policy("web", {
    podSelector: { matchLabels: { app: "web" } },
    policyTypes: ["Egress"],
    egress: [{ to: [{ podSelector: { matchLabels: { app: "database" } } }], ports: [{ port: 5432 }] }],
  }),
  policy("database", {
    podSelector: { matchLabels: { app: "database" } },
    ingress: [{ from: [{ podSelector: { matchLabels: { app: "web" } } }], ports: [{ port: "sql" }] }],
  }),
];

test("without policies everything reaches everything", () => {
  const open = matrix([web, database]);
  for (const way of [
    "Pod/web → Pod/database",
    "Pod/web → every other address",
    "every other address → Pod/web",
  ])
    expect(open).toContain(`${way}: every port`);
  expect(open).toContain("any other namespace any other pod → Pod/web: every port");
});

test("an empty selector denies all pods, also those that the tree does not have", () => {
  expect(matrix([web, database, denyAll])).toStrictEqual([]);
});

test("a connection needs both its sides, and TCP is what a port without protocol means", () => {
  expect(matrix([web, database, denyAll, ...webToDatabase])).toStrictEqual([
    "Pod/web → Pod/database: TCP 5432",
  ]);
  for (const side of webToDatabase) expect(matrix([web, database, denyAll, side])).toStrictEqual([]);
});

test("the name of a port means what the receiving pod calls by it, and nothing where it has no such port", () => {
  const other = pod("database", { app: "database" }, [{ name: "sql", containerPort: 5433 }]);
  const unnamed = pod("database", { app: "database" }, []);
  expect(matrix([web, other, denyAll, ...webToDatabase])).toStrictEqual([]);
  expect(matrix([web, unnamed, denyAll, ...webToDatabase])).toStrictEqual([]);
});

test("without policyTypes a policy restricts ingress, and egress only where it has such a rule", () => {
  const ingressOnly = policy("p", { podSelector: { matchLabels: { app: "web" } } });
  expect(matrix([web, ingressOnly])).toContain("Pod/web → every other address: every port");
  expect(matrix([web, ingressOnly]).filter((way) => way.includes("→ Pod/web"))).toStrictEqual([]);
  const both = policy("p", { podSelector: {}, egress: [{ ports: [{ port: 53, protocol: "UDP" }] }] });
  expect(matrix([web, both])).toStrictEqual([
    "Pod/web → any other namespace any other pod: UDP 53",
    "Pod/web → every other address: UDP 53",
    "any other pod → any other namespace any other pod: UDP 53",
    "any other pod → every other address: UDP 53",
  ]);
});

test("what several policies allow adds up, and a range of ports ends at endPort", () => {
  const ports = matrix([
    web,
    fromAddresses([{ port: 80, endPort: 90 }]),
    fromAddresses([
      { port: 85, endPort: 95 },
      { port: 53, protocol: "UDP" },
    ]),
  ]);
  expect(ports).toContain("10.0.0.0/8 → Pod/web: TCP 80–95, UDP 53");
});

test("addresses that a block excepts are not reached, also where a second block holds them", () => {
  const holed = { cidr: "203.0.113.0/24", except: ["203.0.113.128/25"] };
  expect(reachedAddresses([holed])).toStrictEqual([
    "Pod/web → 203.0.113.0/24 except 203.0.113.128/25: TCP 443",
  ]);
  expect(reachedAddresses([holed, { cidr: "203.0.113.128/32" }])).toStrictEqual([
    "Pod/web → 203.0.113.0/24 except 203.0.113.128/25: TCP 443",
    "Pod/web → 203.0.113.128/32: TCP 443",
  ]);
  expect(reachedAddresses([{ cidr: "0.0.0.0/0" }])).toStrictEqual(["Pod/web → 0.0.0.0/0: TCP 443"]);
  expect(reachedAddresses([{ cidr: "2001:db8::/32" }])).toStrictEqual(["Pod/web → 2001:db8::/32: TCP 443"]);
});

test("a namespace is found by the labels of its object and by its name, not by labels that it lacks", () => {
  const own = object("Namespace", "apg", { metadata: { labels: { team: "treasury" } } });
  expect(reaches({ matchLabels: { "kubernetes.io/metadata.name": "apg" } })).toBe(true);
  expect(reaches({ matchLabels: { name: "apg" } })).toBe(false);
  expect(reaches({ matchLabels: { team: "treasury" } })).toBe(false);
  expect(reaches({ matchLabels: { team: "treasury" } }, own)).toBe(true);
  expect(reaches({ matchExpressions: [{ key: "team", operator: "Exists" }] }, own)).toBe(true);
  expect(reaches({ matchExpressions: [{ key: "team", operator: "NotIn", values: ["treasury"] }] }, own)).toBe(
    false,
  );
  expect(reaches({})).toBe(true);
});

test("a peer of another namespace is told apart from every other pod there, and an open namespace shows", () => {
  const traefik = { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "traefik" } } };
  expect(reachedFrom({ ...traefik, podSelector: { matchLabels: { app: "traefik" } } })).toStrictEqual([
    "traefik app=traefik → Pod/web: every port",
  ]);
  expect(reachedFrom(traefik)).toStrictEqual(["traefik any other pod → Pod/web: every port"]);
  expect(reachedFrom({ namespaceSelector: {} })).toContain(
    "any other namespace any other pod → Pod/web: every port",
  );
});

test("a rule without peers is open to everybody, a rule without ports on every port", () => {
  const open = policy("p", { podSelector: { matchLabels: { app: "web" } }, ingress: [{}] });
  expect(matrix([web, denyAll, open])).toStrictEqual([
    "any other namespace any other pod → Pod/web: every port",
    "every other address → Pod/web: every port",
  ]);
});

test("a change of the policies is told as what it opens and closes, with its ports", () => {
  const before = [web, database, denyAll, ...webToDatabase];
  const wider = policy("database", {
    podSelector: { matchLabels: { app: "database" } },
    ingress: [
      {
        from: [{ podSelector: {} }, { ipBlock: { cidr: "10.0.0.0/8" } }],
        ports: [{ port: 5432, endPort: 5433 }],
      },
    ],
  });
  const after = before.map((one) => (one.name === "database" && one.kind === "NetworkPolicy" ? wider : one));
  const { opened, closed } = networkChanges(before, after);
  expect(opened.map(shown)).toStrictEqual(["10.0.0.0/8 → Pod/database: TCP 5432–5433"]);
  expect(closed).toStrictEqual([]);
  expect(networkChanges(after, before).closed.map(shown)).toStrictEqual(opened.map(shown));
  expect(networkChanges(before, before)).toStrictEqual({ opened: [], closed: [] });
});

test("an object of a kind that JavaScript has a word for is none that makes pods", () => {
  expect(matrix([web, { ...database, kind: "toString" }, denyAll])).toStrictEqual([]);
});

test("a Job of the next release is the same end of a connection", () => {
  expect(networkChanges([job("migration-1")], [job("migration-2")])).toStrictEqual({
    opened: [],
    closed: [],
  });
});

function fromAddresses(ports: Json): TreeObject {
  return policy(`p${JSON.stringify(ports)}`, {
    podSelector: { matchLabels: { app: "web" } },
    ingress: [{ from: [{ ipBlock: { cidr: "10.0.0.0/8" } }], ports }],
  });
}

function reachedAddresses(blocks: readonly JsonObject[]): readonly string[] {
  const out = policy("out", {
    podSelector: {},
    policyTypes: ["Ingress", "Egress"],
    egress: [{ to: blocks.map((ipBlock) => ({ ipBlock })), ports: [{ port: 443 }] }],
  });
  return matrix([web, out]).filter((way) => way.startsWith("Pod/web"));
}

function fromNamespaces(namespaceSelector: Json): TreeObject {
  return policy("p", {
    podSelector: { matchLabels: { app: "web" } },
    ingress: [{ from: [{ namespaceSelector, podSelector: { matchLabels: { app: "database" } } }] }],
  });
}

function reaches(selector: Json, ...more: readonly TreeObject[]): boolean {
  return matrix([web, database, fromNamespaces(selector), ...more]).includes(
    "Pod/database → Pod/web: every port",
  );
}

function reachedFrom(peer: Json): readonly string[] {
  const into = policy("p", { podSelector: { matchLabels: { app: "web" } }, ingress: [{ from: [peer] }] });
  return matrix([web, denyAll, into]);
}

function job(name: string): TreeObject {
  return object("Job", name, {
    spec: { template: { metadata: { labels: { app: "migration" } }, spec: {} } },
  });
}

function matrix(objects: readonly TreeObject[]): readonly string[] {
  return reachability(networkOf(objects)).map(shown);
}

function shown({ from, to, ports }: ReturnType<typeof reachability>[number]): string {
  const name = (end: typeof from): string => endpointKey(end).replace("apg: ", "").replace(": ", " ");
  return `${name(from)} → ${name(to)}: ${formatPorts(ports)}`;
}

function policy(name: string, spec: JsonObject): TreeObject {
  return object("NetworkPolicy", name, { spec });
}

function pod(name: string, labels: JsonObject, ports: Json): TreeObject {
  return object("Pod", name, { metadata: { labels }, spec: { containers: [{ name: "main", ports }] } });
}

function object(kind: string, name: string, body: JsonObject): TreeObject {
  const apiVersion = kind === "NetworkPolicy" ? "networking.k8s.io/v1" : "v1";
  const metadata = { ...asObject(body["metadata"]), name };
  return { kind, name, namespace: "apg", body: { ...body, apiVersion, kind, metadata } };
}
