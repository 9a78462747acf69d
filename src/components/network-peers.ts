/** Pods of this namespace that share one network policy. */
export const workloadNames = [
  "application",
  "migration",
  "smoke-test",
  "postgres",
  "pgbouncer",
  "postgres-backup",
  "postgres-base-backup",
  "postgres-backup-copy",
  "postgres-restore-rehearsal",
  "redis",
  "redis-dump",
  "redis-restore-rehearsal",
  "certificate-solver",
] as const;

/** One of `workloadNames`. */
export type WorkloadName = (typeof workloadNames)[number];

/** A range of addresses in CIDR notation, and the parts of it that are left out. */
export interface AddressBlock {
  readonly cidr: string;
  readonly except?: readonly string[];
}

/** Pods of another namespace, which is found by the label kubernetes.io/metadata.name that the API server sets. */
export interface PlatformPods {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** One end of an edge. */
export type Peer =
  | { readonly kind: "workload"; readonly workload: WorkloadName }
  | ({ readonly kind: "platform" } & PlatformPods)
  | { readonly kind: "addresses"; readonly blocks: readonly AddressBlock[] };

/** A connection that is allowed: each `from` may open one to each `to`, on each of the ports, and nobody else may. */
export interface NetworkEdge {
  readonly name: string;
  readonly from: readonly Peer[];
  readonly to: readonly Peer[];
  readonly ports: readonly number[];
  readonly protocols: readonly ("TCP" | "UDP")[];
  readonly reason: string;
}
