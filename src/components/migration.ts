import { Job } from "kubernetes-models/batch/v1/Job";
import type { IPodTemplateSpec } from "kubernetes-models/v1/PodTemplateSpec";
import type { Json, Model } from "../kubernetes/manifest.ts";
import { workloadLabels } from "../kubernetes/metadata.ts";
import { checksum, type Resources, restrictedContainer, restrictedPod } from "../kubernetes/pods.ts";
import {
  configurationVariables,
  directDatabaseVariable,
  secretVariables,
} from "./application-environment.ts";
import { databaseAuthorityMount, databaseAuthorityVolume } from "./application-volumes.ts";
import { type PodOptions, podOptions } from "./pod-options.ts";

/** The change of the database's schema that belongs to a release. */
export interface Migration extends PodOptions {
  /** Release of the application, such as `1.4.0`; part of the Job's name. */
  readonly version: string;
  /** The application's image: the code of a release knows its own schema. */
  readonly image: string;
  readonly pullPolicy: "Always" | "IfNotPresent" | "Never";
  readonly resources: Resources;
  /** Seconds after which it is given up; a sync waits that long at most. */
  readonly deadlineSeconds: number;
  /** Secret whose ca.crt is trusted for the database; absent where the database is elsewhere. */
  readonly databaseAuthority?: string | undefined;
  /**
   * Whether the application's own address leads to a transaction pooler, which a migration has to pass by: its advisory
   * lock and its SET statements belong to a session.
   */
  readonly directly: boolean;
}

const name = "apg-cash-management-migration";
const user = 1000;
// A Job's name becomes a label's value and a pod's host name, 63 characters at most; its hash takes 10 of them.
const versionLength = 63 - name.length - 12;

/**
 * Returns the Job that migrates the database, once per release. Its name carries the release and a hash of its
 * template, since the template of a Job is immutable and another one has to be another Job. Without a TTL it stays,
 * so that Argo CD does not make it again; the next release prunes it.
 */
export function migration(spec: Migration): Model[] {
  const template = pod(spec);
  const hash = checksum({ template: JSON.stringify(template, sorted) }).slice(0, 10);
  const version = spec.version
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .slice(0, versionLength);
  return [
    new Job({
      metadata: {
        name: [name, version, hash].join("-"),
        labels: { ...workloadLabels({ app: name }), "app.kubernetes.io/version": spec.version },
      },
      spec: { backoffLimit: 3, activeDeadlineSeconds: spec.deadlineSeconds, template },
    }),
  ];
}

function pod(spec: Migration): IPodTemplateSpec {
  const { databaseAuthority } = spec;
  const trusted = databaseAuthority !== undefined;
  return {
    metadata: { labels: workloadLabels({ app: name }) },
    spec: {
      serviceAccountName: name,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      ...podOptions(spec),
      restartPolicy: "Never",
      securityContext: restrictedPod({ user, group: user }),
      containers: [
        {
          name: "migration",
          image: spec.image,
          imagePullPolicy: spec.pullPolicy,
          command: ["python", "manage.py", "migrate"],
          // All that a migration needs; no bank's key, no signing key, no password of another part.
          env: [
            ...(spec.directly ? [directDatabaseVariable()] : secretVariables(["DATABASE_URL"])),
            ...configurationVariables(["APG_ENVIRONMENT", "APG_LOG_LEVEL", "APG_DEBUG"]),
          ],
          resources: withTemporaryDirectory(spec.resources),
          securityContext: restrictedContainer,
          volumeMounts: [{ name: "temp", mountPath: "/tmp" }, ...(trusted ? [databaseAuthorityMount] : [])],
        },
      ],
      volumes: [
        { name: "temp", emptyDir: { sizeLimit: "256Mi" } },
        ...(trusted ? [databaseAuthorityVolume(databaseAuthority)] : []),
      ],
    },
  };
}

// As much as the directory below /tmp holds is kept on the node, with the container's log beside it.
function withTemporaryDirectory({ requests, limits }: Resources): Resources {
  return {
    requests: { "ephemeral-storage": limits["ephemeral-storage"] ?? "512Mi", ...requests },
    limits: { "ephemeral-storage": "512Mi", ...limits },
  };
}

// The same template has the same hash, in whatever order its fields were written.
function sorted(_key: string, value: Json): Json {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
