import type { AddressBlock, NetworkEdge, Peer, WorkloadName } from "./network-peers.ts";

/** What a row of the table says; TCP on one port. */
interface Row {
  readonly name: string;
  readonly from: Peer;
  readonly to: Peer;
  readonly port: number;
  readonly reason: string;
}

/** Returns the pods of a workload of the namespace. */
export function workload(name: WorkloadName): Peer {
  return { kind: "workload", workload: name };
}

/** Returns pods of kube-system by their label `k8s-app`. */
export function kubeSystem(name: string): Peer {
  return { kind: "platform", namespace: "kube-system", labels: { "k8s-app": name } };
}

/** Returns addresses outside of the policies' reach by name. */
export function addresses(blocks: readonly AddressBlock[]): Peer {
  return { kind: "addresses", blocks };
}

/** Returns the connection of one row: TCP from one end to the other. */
export function row({ name, from, to, port, reason }: Row): NetworkEdge {
  return { name, from: [from], to: [to], ports: [port], protocols: ["TCP"], reason };
}
