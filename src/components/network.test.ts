import { expect, test } from "vitest";
import { asArray, asObject, type JsonObject, type Model, seal } from "../kubernetes/manifest.ts";
import { guideFixture } from "../../test/guide.ts";
import { network } from "./network.ts";
import { type NetworkNeeds, networkEdges } from "./network-edges.ts";

const everything: NetworkNeeds = {
  edgeController: { namespace: "traefik", labels: { "app.kubernetes.io/name": "traefik" } },
  application: { http: 8000, metrics: 8001 },
  certificateSolver: true,
  prometheus: { namespace: "monitoring", labels: { "app.kubernetes.io/name": "prometheus" } },
  postgresql: { replicas: 2 },
  redis: { replicas: 2 },
  dnsBlocks: [{ cidr: "10.96.0.10/32" }],
  metadataServer: ["postgres"],
  apiServer: { blocks: [{ cidr: "172.16.0.2/32" }], port: 443 },
  egress: [
    {
      purpose: "banks",
      from: "application",
      blocks: [{ cidr: "203.0.113.0/24", except: ["203.0.113.7/32"] }],
      port: 443,
    },
  ],
};
const application = { http: 8000, metrics: 8001 };
const nothing: NetworkNeeds = { application, certificateSolver: false, metadataServer: [], egress: [] };

test("each needed connection is named once", () => {
  const names = networkEdges(everything).map(({ name }) => name);
  expect(names).toEqual([
    "edge-to-application",
    "edge-to-certificate-solver",
    "application-to-postgres",
    "migration-to-postgres",
    "postgres-to-postgres",
    "application-to-redis",
    "redis-to-redis",
    "smoke-test-to-application",
    "prometheus-to-application",
    "prometheus-to-postgres",
    "prometheus-to-redis",
    "dns",
    "postgres-to-metadata-server",
    "application-to-api-server",
    "application-to-banks",
  ]);
  expect(new Set(names).size).toBe(names.length);
});

test("a part that is switched off leaves no connection behind", () => {
  expect(networkEdges(nothing).map(({ name }) => name)).toEqual(["smoke-test-to-application", "dns"]);
  expect(policies(nothing).map(nameOf)).toEqual([
    "default-deny",
    "apg-cash-management-netpol",
    "apg-cash-management-migration-netpol",
    "apg-cash-management-smoke-test-netpol",
  ]);
});

test("servers without replicas do not talk to each other", () => {
  const alone = { ...everything, postgresql: { replicas: 0 }, redis: { replicas: 0 } };
  const names = networkEdges(alone).map(({ name }) => name);
  expect(names).not.toContain("postgres-to-postgres");
  expect(names).not.toContain("redis-to-redis");
});

test("with a pooler the application reaches the primary through it alone", () => {
  const names = edgeNames({ replicas: 2, pooled: true });
  expect(names).toContain("application-to-pgbouncer");
  expect(names).toContain("pgbouncer-to-postgres");
  expect(names).toContain("migration-to-postgres");
  expect(names).toContain("prometheus-to-pgbouncer");
  expect(names).not.toContain("application-to-postgres");
  expect(edgeNames({ replicas: 2, pooled: true, readByApplication: true })).toContain(
    "application-to-postgres",
  );
  expect(edgeNames({ replicas: 2 }).filter((name) => name.includes("pgbouncer"))).toEqual([]);
});

test("backups reach PostgreSQL where they are kept", () => {
  const pods = ["postgres-backup", "postgres-base-backup", "postgres-restore-rehearsal"];
  const names = pods.map((pod) => `${pod}-to-postgres`);
  expect(edgeNames({ replicas: 2, backedUp: true })).toEqual(expect.arrayContaining(names));
  expect(edgeNames({ replicas: 2 }).filter((name) => names.includes(name))).toEqual([]);
});

test("one policy denies everything to every pod, in both directions", () => {
  expect(specOf(named("default-deny"))).toEqual({
    podSelector: {},
    policyTypes: ["Ingress", "Egress"],
  });
});

test("a connection between two workloads is open at both its ends", () => {
  expect(asArray(specOf(named("apg-cash-management-migration-netpol"))["egress"])).toContainEqual({
    to: [{ podSelector: { matchLabels: { app: "postgres" } } }],
    ports: [{ protocol: "TCP", port: 5432 }],
  });
  expect(asArray(specOf(named("postgres-netpol"))["ingress"])).toContainEqual({
    from: [{ podSelector: { matchLabels: { app: "apg-cash-management-migration" } } }],
    ports: [{ protocol: "TCP", port: 5432 }],
  });
});

test("the edge controller is found by its namespace and its pods, and reaches two ports in all", () => {
  const from = [
    {
      namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "traefik" } },
      podSelector: { matchLabels: { "app.kubernetes.io/name": "traefik" } },
    },
  ];
  const opened = policies(everything).flatMap((policy) =>
    asArray(specOf(policy)["ingress"]).map((rule) => ({ policy: nameOf(policy), rule })),
  );
  const fromEdge = opened.filter(({ rule }) => JSON.stringify(rule).includes('"traefik"'));
  expect(fromEdge).toEqual([
    { policy: "apg-cash-management-netpol", rule: { from, ports: [{ protocol: "TCP", port: 8000 }] } },
    { policy: "certificate-solver-netpol", rule: { from, ports: [{ protocol: "TCP", port: 8089 }] } },
  ]);
});

test("names are resolved by the cluster, by NodeLocal DNSCache and by Cloud DNS, over UDP and TCP", () => {
  expect(asArray(specOf(named("redis-netpol"))["egress"])).toContainEqual({
    to: [
      {
        namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } },
        podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
      },
      {
        namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } },
        podSelector: { matchLabels: { "k8s-app": "node-local-dns" } },
      },
      { ipBlock: { cidr: "169.254.20.10/32" } },
      { ipBlock: { cidr: "169.254.169.254/32" } },
      { ipBlock: { cidr: "10.96.0.10/32" } },
    ],
    ports: [
      { protocol: "UDP", port: 53 },
      { protocol: "TCP", port: 53 },
    ],
  });
});

test("the metadata server and the API server are open to the pods that need them and to no other", () => {
  expect(reaching("169.254.169.254/32", 80)).toEqual(["postgres-netpol"]);
  expect(reaching("172.16.0.2/32", 443)).toEqual(["apg-cash-management-netpol"]);
});

test("the certificate solver answers and opens no connection", () => {
  const spec = specOf(named("certificate-solver-netpol"));
  expect(spec["policyTypes"]).toEqual(["Ingress", "Egress"]);
  expect(spec["egress"]).toBeUndefined();
});

test("egress goes to the blocks that the values name, less their exceptions", () => {
  expect(asArray(specOf(named("apg-cash-management-netpol"))["egress"])).toContainEqual({
    to: [{ ipBlock: { cidr: "203.0.113.0/24", except: ["203.0.113.7/32"] } }],
    ports: [{ protocol: "TCP", port: 443 }],
  });
});

test("a connection to no address is refused, since a policy would open it to all", () => {
  const egress = [{ purpose: "banks", from: "application", blocks: [], port: 443 }] as const;
  expect(() => network(networkEdges({ ...nothing, egress }))).toThrow(
    "the connection application-to-banks leads to no address at all",
  );
});

test("a policy says why each of its connections is open", () => {
  const annotations = asObject(asObject(named("redis-netpol")["metadata"])["annotations"]);
  expect(annotations["description"]).toContain(
    "in, redis-to-redis: replicas copy the master, and an empty master asks for their data\n",
  );
});

test("no policy opens a port to every address or relies on a label that namespaces lack (K14)", () => {
  expect(policies(everything).flatMap(mistakes)).toEqual([]);
  expect(mistakes(guideFixture("K14-network-policy"))).toEqual([
    "ingress: finds a namespace by name",
    "egress: open to every address",
  ]);
});

function edgeNames(postgresql: NonNullable<NetworkNeeds["postgresql"]>): string[] {
  return networkEdges({ ...everything, postgresql }).map(({ name }) => name);
}

function reaching(cidr: string, port: number): unknown[] {
  return policies(everything)
    .filter((policy) =>
      asArray(specOf(policy)["egress"]).some(
        (rule) => JSON.stringify(rule).includes(cidr) && JSON.stringify(rule).includes(`"port":${port}`),
      ),
    )
    .map(nameOf);
}

/** What a policy opens to everybody, or to nobody by mistake. */
function mistakes(policy: JsonObject): string[] {
  return [...ruleMistakes(policy, "ingress", "from"), ...ruleMistakes(policy, "egress", "to")];
}

function ruleMistakes(policy: JsonObject, direction: string, peerField: string): string[] {
  return asArray(specOf(policy)[direction]).flatMap((rule) => {
    const peers = asArray(asObject(rule)[peerField]).map(asObject);
    if (peers.length === 0) return [`${direction}: open to every address`];
    const labels = peers.flatMap((peer) =>
      Object.keys(asObject(asObject(peer["namespaceSelector"])["matchLabels"])),
    );
    return labels
      .filter((label) => label !== "kubernetes.io/metadata.name")
      .map((label) => `${direction}: finds a namespace by ${label}`);
  });
}

function policies(needs: NetworkNeeds): JsonObject[] {
  const placement = { component: "network", namespace: "apg-cash-management", wave: -10 };
  return network(networkEdges(needs)).map((model: Model) => seal(model, placement).body);
}

function named(name: string): JsonObject {
  return policies(everything).find((policy) => nameOf(policy) === name) ?? {};
}

function nameOf(policy: JsonObject): unknown {
  return asObject(policy["metadata"])["name"];
}

function specOf(policy: JsonObject): JsonObject {
  return asObject(policy["spec"]);
}

test("another port of the application is the one that its clients may reach", () => {
  const edges = networkEdges({ ...nothing, application: { http: 8080, metrics: 9000 } });
  expect(edges.find(({ name }) => name === "smoke-test-to-application")?.ports).toStrictEqual([8080]);
});
