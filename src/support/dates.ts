/** When the support of a minor or major version ends, and where that is said. */
export interface SupportEnd {
  readonly product: string;
  /** The version as far as support counts: a minor, or PostgreSQL's major. */
  readonly version: string;
  /** Last day, year-month-day; undefined where only a successor ends it. */
  readonly ends: string | undefined;
  readonly source: string;
}

/** Charts of which no date is known, and what tells of their successors instead. */
const newestOnly = "no date is published; Renovate opens a pull request for each newer version";

/** Every end of support that this repository's versions can meet. A version that is missing here is reported, too. */
export const supportEnds: readonly SupportEnd[] = [
  {
    product: "Kubernetes",
    version: "1.34",
    ends: "2026-10-27",
    source: "https://kubernetes.io/releases/1.34/",
  },
  {
    product: "Kubernetes",
    version: "1.35",
    ends: "2027-02-28",
    source: "https://kubernetes.io/releases/1.35/",
  },
  {
    product: "Kubernetes",
    version: "1.36",
    ends: "2027-06-28",
    source: "https://kubernetes.io/releases/1.36/",
  },
  {
    product: "Kubernetes",
    version: "1.37",
    ends: "2027-10-28",
    source: "https://kubernetes.io/releases/1.37/",
  },
  {
    product: "PostgreSQL",
    version: "15",
    ends: "2027-11-11",
    source: "https://www.postgresql.org/support/versioning/",
  },
  {
    product: "PostgreSQL",
    version: "16",
    ends: "2028-11-09",
    source: "https://www.postgresql.org/support/versioning/",
  },
  {
    product: "PostgreSQL",
    version: "17",
    ends: "2029-11-08",
    source: "https://www.postgresql.org/support/versioning/",
  },
  {
    product: "Redis",
    version: "7.2",
    ends: "2029-12-01",
    source: "the vendor's version management page, by endoflife.date's pull request 10595",
  },
  {
    product: "cert-manager",
    version: "1.21",
    ends: undefined,
    source: "https://cert-manager.io/docs/releases/: ends with the release of 1.23",
  },
  { product: "external-secrets", version: "2.9", ends: undefined, source: newestOnly },
  { product: "keda", version: "2.20", ends: undefined, source: newestOnly },
  { product: "kube-prometheus-stack", version: "88.5", ends: undefined, source: newestOnly },
  { product: "traefik", version: "41.3", ends: undefined, source: newestOnly },
];
