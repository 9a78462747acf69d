import { NetworkPolicy } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicy";
import type { INetworkPolicyEgressRule } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicyEgressRule";
import type { INetworkPolicyIngressRule } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicyIngressRule";
import type { INetworkPolicyPeer } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicyPeer";
import type { INetworkPolicyPort } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicyPort";
import type { Model } from "../kubernetes/manifest.ts";
import { type NetworkEdge, type Peer, type WorkloadName, workloadNames } from "./network-peers.ts";

interface Selection {
  /** Name of the workload's network policy; the application's is the guide's. */
  readonly policy: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** The pods behind each workload's name, and the policy that guards them. */
export const networkWorkloads: Readonly<Record<WorkloadName, Selection>> = {
  application: { policy: "apg-cash-management-netpol", labels: { app: "apg-cash-management" } },
  migration: {
    policy: "apg-cash-management-migration-netpol",
    labels: { app: "apg-cash-management-migration" },
  },
  "smoke-test": {
    policy: "apg-cash-management-smoke-test-netpol",
    labels: { app: "apg-cash-management-smoke-test" },
  },
  postgres: { policy: "postgres-netpol", labels: { app: "postgres" } },
  pgbouncer: { policy: "pgbouncer-netpol", labels: { app: "pgbouncer" } },
  "postgres-backup": { policy: "postgres-backup-netpol", labels: { app: "postgres-backup" } },
  "postgres-base-backup": { policy: "postgres-base-backup-netpol", labels: { app: "postgres-base-backup" } },
  "postgres-backup-copy": { policy: "postgres-backup-copy-netpol", labels: { app: "postgres-backup-copy" } },
  "postgres-restore-rehearsal": {
    policy: "postgres-restore-rehearsal-netpol",
    labels: { app: "postgres-restore-rehearsal" },
  },
  redis: { policy: "redis-netpol", labels: { app: "redis" } },
  "redis-dump": { policy: "redis-dump-netpol", labels: { app: "redis-dump" } },
  "redis-restore-rehearsal": {
    policy: "redis-restore-rehearsal-netpol",
    labels: { app: "redis-restore-rehearsal" },
  },
  // cert-manager puts this label on its solver pods.
  "certificate-solver": {
    policy: "certificate-solver-netpol",
    labels: { "acme.cert-manager.io/http01-solver": "true" },
  },
};

/**
 * Returns the network policies for the edges: one that denies everything in both directions to every pod of the
 * namespace, and one per workload that opens exactly the edges that begin or end there. An edge between two workloads
 * needs both its sides open, so both are made from the one row. Throws an Error for an edge without any address.
 */
export function network(edges: readonly NetworkEdge[]): Model[] {
  const names = workloadNames.filter((name) =>
    edges.some(({ from, to }) => includes(from, name) || includes(to, name)),
  );
  return [denyAll(), ...names.map((name) => policy(name, edges))];
}

function denyAll(): NetworkPolicy {
  return new NetworkPolicy({
    metadata: {
      name: "default-deny",
      annotations: { description: "What no other policy allows is denied." },
    },
    spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
  });
}

function policy(name: WorkloadName, edges: readonly NetworkEdge[]): NetworkPolicy {
  const into = edges.filter(({ to }) => includes(to, name));
  const out = edges.filter(({ from }) => includes(from, name));
  const ingress: INetworkPolicyIngressRule[] = into.map((edge) => ({
    from: policyPeers(edge, edge.from),
    ports: policyPorts(edge),
  }));
  const egress: INetworkPolicyEgressRule[] = out.map((edge) => ({
    to: policyPeers(edge, edge.to),
    ports: policyPorts(edge),
  }));
  const { policy: policyName, labels } = networkWorkloads[name];
  return new NetworkPolicy({
    metadata: { name: policyName, annotations: { description: describe(into, out) } },
    spec: {
      podSelector: { matchLabels: { ...labels } },
      policyTypes: ["Ingress", "Egress"],
      ...(ingress.length > 0 ? { ingress } : {}),
      ...(egress.length > 0 ? { egress } : {}),
    },
  });
}

function includes(peers: readonly Peer[], name: WorkloadName): boolean {
  return peers.some((peer) => peer.kind === "workload" && peer.workload === name);
}

function policyPeers({ name }: NetworkEdge, peers: readonly Peer[]): INetworkPolicyPeer[] {
  const selected = peers.flatMap(selectors);
  // In a policy an empty list is everybody.
  if (selected.length === 0) throw new Error(`the connection ${name} leads to no address at all`);
  return selected;
}

function selectors(peer: Peer): INetworkPolicyPeer[] {
  switch (peer.kind) {
    case "workload":
      return [{ podSelector: { matchLabels: { ...networkWorkloads[peer.workload].labels } } }];
    case "platform":
      return [
        {
          namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": peer.namespace } },
          podSelector: { matchLabels: { ...peer.labels } },
        },
      ];
    case "addresses":
      return peer.blocks.map(({ cidr, except }) => ({
        ipBlock: { cidr, ...(except && except.length > 0 ? { except: [...except] } : {}) },
      }));
  }
}

function policyPorts({ ports, protocols }: NetworkEdge): INetworkPolicyPort[] {
  return ports.flatMap((port) => protocols.map((protocol) => ({ port, protocol })));
}

function describe(into: readonly NetworkEdge[], out: readonly NetworkEdge[]): string {
  return [
    ...into.map(({ name, reason }) => `in, ${name}: ${reason}`),
    ...out.map(({ name, reason }) => `out, ${name}: ${reason}`),
    "",
  ].join("\n");
}
