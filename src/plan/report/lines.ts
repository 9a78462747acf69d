import type { Json } from "../../kubernetes/manifest.ts";
import type { Change, ObjectName } from "./model.ts";

/** One key of a configuration that changes. */
export interface ConfigurationChange {
  readonly environments: readonly string[];
  readonly object: ObjectName;
  readonly key: string;
  readonly before?: Json;
  readonly after?: Json;
  /** Workloads that read the key. */
  readonly readers: readonly string[];
  readonly acts: "rolls" | "live" | "after-reload" | "next-restart" | "next-run" | "unknown";
  readonly why: string;
}

/** An image that changes. */
export interface ImageChange {
  readonly environments: readonly string[];
  readonly workload: ObjectName;
  readonly container: string;
  readonly before?: string;
  readonly after?: string;
  readonly sameDigest: boolean;
}

/** How much of something bounded is used before, and at the peak of this rollout. */
export interface CapacityLine {
  readonly environments: readonly string[];
  readonly of: "quota" | "connections" | "memory" | "disk";
  readonly what: string;
  /** The bound; absent where there is none. */
  readonly allowedBefore?: string;
  readonly allowed?: string;
  readonly before: string;
  readonly peak: string;
  /** Of the bound, at the peak. */
  readonly percent?: number;
  /**
   * `no`: this sync starts pods that the quota has no room for, it cannot finish. `depends`: nor can it while the
   * autoscalers keep many pods. `later`: this sync can finish, the largest permitted state does not fit.
   */
  readonly fits: "yes" | "later" | "depends" | "no";
  /** Workloads of which this sync starts pods, where it may not finish. */
  readonly stuck: readonly string[];
}

/** A connection that network policies open or close, or leave open between the same ends. */
export interface NetworkChange {
  readonly environments: readonly string[];
  readonly change: "opened" | "closed" | "unchanged";
  readonly from: string;
  readonly to: string;
  readonly ports: string;
  /** Changed objects that it comes from. */
  readonly by: readonly string[];
  /** Whether an end is not a workload of this tree: addresses, other namespaces, any other pod. */
  readonly outside: boolean;
}

/** A permission that an account gains or loses. */
export interface PermissionChange {
  readonly environments: readonly string[];
  readonly change: "gained" | "lost";
  readonly account: string;
  readonly scope: string;
  readonly verb: string;
  readonly resource: string;
  readonly by: string;
  readonly pods: readonly string[];
  /** Wildcards, Secrets, and what lets an account raise its own rights. */
  readonly sensitive: boolean;
}

/** A rule of monitoring that comes, goes or changes. */
export interface AlertChange {
  readonly environments: readonly string[];
  readonly change: "added" | "removed" | "changed";
  readonly alert: string;
  readonly object: ObjectName;
  readonly fields: readonly Change[];
}

/** A certificate whose names, issuer or secret change. */
export interface CertificateChange {
  readonly environments: readonly string[];
  readonly object: ObjectName;
  readonly changes: readonly Change[];
}

/** Keys of a Secret or of what makes one: names only. */
export interface SecretChange {
  readonly environments: readonly string[];
  readonly object: ObjectName;
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
}

/** A hook that this sync runs, changed or not. */
export interface Hook {
  readonly environments: readonly string[];
  readonly object: ObjectName;
  readonly phase: string;
  readonly deletePolicy: string;
  readonly changed: boolean;
}
