import {
  backupPods,
  postgresqlEdges,
  type PostgresqlNeeds,
  redisEdges,
  type RedisNeeds,
} from "./network-data-edges.ts";
import type { AddressBlock, NetworkEdge, Peer, PlatformPods, WorkloadName } from "./network-peers.ts";
import { addresses, kubeSystem, row, workload } from "./network-rows.ts";

/** A way out of the cluster that somebody asked for by name, such as a bank's API or a database elsewhere. */
export interface EgressTarget {
  /** Name of the edge and its reason, such as `banks`. */
  readonly purpose: string;
  readonly from: WorkloadName;
  readonly blocks: readonly AddressBlock[];
  readonly port: number;
}

/** Which parts run, and whom they need to reach; a part that is absent leaves no edge behind. */
export interface NetworkNeeds {
  /** Ports that the application listens on. */
  readonly application: { readonly http: number; readonly metrics: number };
  /** Pods of the edge controller, where an Ingress is rendered. */
  readonly edgeController?: PlatformPods;
  /** Whether certificates are proven by ACME HTTP-01, with a solver pod in this namespace. */
  readonly certificateSolver: boolean;
  /** Pods that scrape metrics, where monitoring is on. */
  readonly prometheus?: PlatformPods;
  /** The database and the cache, where they run in this namespace. */
  readonly postgresql?: PostgresqlNeeds;
  readonly redis?: RedisNeeds;
  /**
   * Further addresses that resolve names: the ClusterIP of kube-dns, where the node's cache answers on it itself
   * (NodeLocal DNSCache with kube-proxy in iptables mode).
   */
  readonly dnsBlocks?: readonly AddressBlock[];
  /** Workloads that take a cloud identity from the metadata server. */
  readonly metadataServer: readonly WorkloadName[];
  /** Where the API server answers, for the application alone; absent where it has no business there. */
  readonly apiServer?: { readonly blocks: readonly AddressBlock[]; readonly port: number };
  readonly egress: readonly EgressTarget[];
}

const application = workload("application");
const clusterDns = kubeSystem("kube-dns");
// Cilium (GKE's Dataplane V2, which has the node's cache by default) redirects names to the cache's pods and judges the
// connection by them (cilium-cli#995).
const cacheDns = kubeSystem("node-local-dns");
// Elsewhere NodeLocal DNSCache listens on the first address of every node; Cloud DNS for GKE answers on the second
// (tektoncd/operator#4000).
const localDns = addresses([{ cidr: "169.254.20.10/32" }, { cidr: "169.254.169.254/32" }]);
// GKE: the metadata server, and where its traffic is redirected to on the node (port 988, Workload Identity).
const metadataServer = addresses([{ cidr: "169.254.169.254/32" }, { cidr: "169.254.169.252/32" }]);

/**
 * Returns every connection that the namespace needs, each named once; both sides of the network policies are made
 * from it. PostgreSQL and Redis are one workload each, whatever the pods' roles: a promotion moves the primary's role
 * to another pod, and must not need another network.
 */
export function networkEdges(needs: NetworkNeeds): NetworkEdge[] {
  return [
    ...edgeController(needs),
    ...postgresqlEdges(needs.postgresql),
    ...redisEdges(needs.redis),
    row({
      name: "smoke-test-to-application",
      from: workload("smoke-test"),
      to: application,
      port: needs.application.http,
      reason: "health check after a sync",
    }),
    ...metrics(needs),
    dns(needs),
    ...cloudIdentity(needs),
    ...apiServer(needs),
    ...needs.egress.map(({ purpose, from, blocks, port }) =>
      row({
        name: `${from}-to-${purpose}`,
        from: workload(from),
        to: addresses(blocks),
        port,
        reason: `egress that the values name: ${purpose}`,
      }),
    ),
  ];
}

function edgeController({
  application: ports,
  edgeController: pods,
  certificateSolver,
}: NetworkNeeds): NetworkEdge[] {
  if (!pods) return [];
  const from: Peer = { kind: "platform", ...pods };
  const clients = row({
    name: "edge-to-application",
    from,
    to: application,
    port: ports.http,
    reason: "clients come through the edge controller",
  });
  if (!certificateSolver) return [clients];
  // cert-manager's documentation of HTTP01: solver pods listen on 8089.
  const solver = row({
    name: "edge-to-certificate-solver",
    from,
    to: workload("certificate-solver"),
    port: 8089,
    reason: "the certificate authority asks for its token through the edge controller",
  });
  return [clients, solver];
}

function metrics({ prometheus, ...needs }: NetworkNeeds): NetworkEdge[] {
  if (!prometheus) return [];
  const from: Peer = { kind: "platform", ...prometheus };
  const scraped: [WorkloadName, number][] = [["application", needs.application.metrics]];
  if (needs.postgresql) scraped.push(["postgres", 9187]);
  if (needs.postgresql?.pooled) scraped.push(["pgbouncer", 9127]);
  if (needs.redis) scraped.push(["redis", 9121]);
  return scraped.map(([name, port]) =>
    row({ name: `prometheus-to-${name}`, from, to: workload(name), port, reason: "metrics are scraped" }),
  );
}

function dns({ postgresql, redis: tier, dnsBlocks = [], egress }: NetworkNeeds): NetworkEdge {
  const clients: WorkloadName[] = ["application", "migration", "smoke-test"];
  if (postgresql) clients.push("postgres");
  if (postgresql?.pooled) clients.push("pgbouncer");
  if (postgresql?.backedUp) clients.push(...backupPods);
  if (tier) clients.push("redis");
  if (tier?.backedUp) clients.push("redis-dump");
  return {
    name: "dns",
    // Who leaves the cluster has names to resolve, too.
    from: [...new Set([...clients, ...egress.map(({ from }) => from)])].map(workload),
    to: [clusterDns, cacheDns, localDns, addresses(dnsBlocks)],
    ports: [53],
    protocols: ["UDP", "TCP"],
    reason: "names are resolved by the cluster or by the node's cache",
  };
}

function cloudIdentity(needs: NetworkNeeds): NetworkEdge[] {
  return needs.metadataServer.map((name) => ({
    name: `${name}-to-metadata-server`,
    from: [workload(name)],
    to: [metadataServer],
    ports: [80, 988],
    protocols: ["TCP"],
    reason: "takes its cloud identity from the metadata server",
  }));
}

function apiServer({ apiServer: target }: NetworkNeeds): NetworkEdge[] {
  if (!target) return [];
  return [
    row({
      name: "application-to-api-server",
      from: application,
      to: addresses(target.blocks),
      port: target.port,
      reason: "reads the objects of its namespace",
    }),
  ];
}
