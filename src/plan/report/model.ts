import type { Json } from "../../kubernetes/manifest.ts";
import type {
  AlertChange,
  CapacityLine,
  CertificateChange,
  ConfigurationChange,
  Hook,
  ImageChange,
  NetworkChange,
  PermissionChange,
  SecretChange,
} from "./lines.ts";

export type {
  AlertChange,
  CapacityLine,
  CertificateChange,
  ConfigurationChange,
  Hook,
  ImageChange,
  NetworkChange,
  PermissionChange,
  SecretChange,
};

/** Version of the JSON form: raised when a field changes its meaning or goes; new fields may come without it. */
export const schemaVersion = 1;

/** What happens to an object, from the worst to the least. */
export const verbs = [
  "refused",
  "deleted",
  "recreated",
  "rolls",
  "live",
  "created",
  "no-effect-yet",
] as const;
export type Verb = (typeof verbs)[number];

/** The worst that happens, from the least to the worst. */
export const verdicts = ["nothing", "safe", "restarts", "data-loss", "refused"] as const;
export type Verdict = (typeof verdicts)[number];

/** An object of a cluster; the version of its API is not part of it. */
export interface ObjectName {
  readonly group: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** One value that changes. An absent side is a value that is not there. */
export interface Change {
  readonly path: string;
  readonly before?: Json;
  readonly after?: Json;
  readonly verb: Verb;
}

/** Where an object stands in the tree. */
interface Source {
  readonly environment: string;
  readonly side: "base" | "head";
  readonly path: string;
  /** Line of what decides the verb, counted from 1; of an object that comes or goes its first line. */
  readonly line: number;
  /** Line of each of `changes`, in their order; of a value that is gone, of the nearest thing around it. */
  readonly lines: readonly number[];
}

/** How pods are replaced or removed. */
export interface Restart {
  /** Pods that are replaced or removed; absent where only the cluster knows (one per node). */
  readonly pods?: number;
  /** In which order, and how many at a time. */
  readonly order: string;
  /** Pods that exist at most meanwhile, those that end not counted. */
  readonly peak?: number;
  /** Pods that serve at least meanwhile, provided that each new one becomes Ready. */
  readonly serving?: number;
  /** The path that makes them go. */
  readonly because: string;
  /** What stops serving meanwhile, where one pod is all there is. */
  readonly outage?: string;
  /** What can stop it half-way. */
  readonly blockers: readonly string[];
}

/** What happens to one object, in one or several environments alike. */
export interface Effect {
  readonly verb: Verb;
  readonly object: ObjectName;
  readonly environments: readonly string[];
  readonly changes: readonly Change[];
  readonly cause: string;
  readonly certainty: "certain" | "depends";
  /** What in the cluster the effect depends on; empty when it is certain. */
  readonly depends: readonly string[];
  /** Steps to get past a refusal, at most three. */
  readonly wayOut: readonly string[];
  /** Of what is deleted or recreated: whether data goes with it. */
  readonly data?: "lost" | "kept" | "none";
  readonly restart?: Restart;
  readonly sources: readonly Source[];
}

/** How many objects have which verb. */
export type Totals = Readonly<Record<Verb, number>>;

/** What happens in one environment. */
export interface EnvironmentReport {
  readonly name: string;
  readonly verdict: Verdict;
  /** Minor version that the rules were taken for, and where it comes from. */
  readonly kubernetes: { readonly version: string; readonly from: string };
  /** The Application that syncs it, where the tree has one. */
  readonly application?: string;
  readonly apply: "server-side" | "client-side" | "replace";
  readonly prune: boolean;
  readonly budget: DeletionBudget;
  /** Sync windows that decide when the sync begins, which only the clock knows. */
  readonly windows?: readonly string[];
  readonly totals: Totals;
  /** Where the sync stops, when something is refused. */
  readonly stop?: Stop;
  /** Reasons for the verdict that belong to no single object. */
  readonly problems: readonly string[];
  readonly notes: readonly string[];
}

/** How much one pull request may delete. */
export interface DeletionBudget {
  readonly dataBearing: number;
  readonly others: number;
  readonly usedDataBearing: number;
  readonly usedOthers: number;
  readonly from: string;
  readonly exceeded: boolean;
}

/** What has been applied when a sync stops at a refusal. */
export interface Stop {
  readonly wave: number;
  /** Changed objects of earlier waves: already applied. */
  readonly applied: readonly string[];
  /** Changed objects of the same wave: applied or not, nothing orders them. */
  readonly undecided: readonly string[];
  /** Changed objects of later waves: not applied. */
  readonly waiting: readonly string[];
  readonly back: string;
}

/** Both sides of a changed object as YAML, redacted. */
export interface ObjectText {
  readonly environments: readonly string[];
  readonly object: ObjectName;
  readonly before?: string;
  readonly after?: string;
}

/** Something that the plan did not look at. */
export interface Omitted {
  readonly environment: string;
  readonly what: string;
  readonly reason: string;
}

/** The whole plan: the JSON format is this, the other formats print it and nothing else. */
export interface Plan {
  readonly schemaVersion: typeof schemaVersion;
  readonly base: string;
  readonly head: string;
  readonly kubernetes: readonly string[];
  readonly verdict: Verdict;
  readonly totals: Totals;
  readonly environments: readonly EnvironmentReport[];
  readonly effects: readonly Effect[];
  readonly capacity: readonly CapacityLine[];
  readonly network: readonly NetworkChange[];
  readonly permissions: readonly PermissionChange[];
  readonly configuration: readonly ConfigurationChange[];
  readonly images: readonly ImageChange[];
  readonly alerts: readonly AlertChange[];
  readonly certificates: readonly CertificateChange[];
  readonly secrets: readonly SecretChange[];
  readonly hooks: readonly Hook[];
  /** Files of the pipeline and its values that changed, and whether anything rendered did. */
  readonly pipeline: { readonly changed: number; readonly renderedChanged: boolean; readonly note?: string };
  /** Left out of the terminal and markdown formats, which do not print it. */
  readonly objects: readonly ObjectText[];
  readonly omitted: readonly Omitted[];
}
